#!/bin/bash
# Sends the same requests through `apigw dev` to functions in C, Go, JavaScript, Python and Rust, by
# both runtime APIs:
# tests/runtimes/run.sh [OPTIONS OF go test]
#
# PROFILE=release tests/runtimes/run.sh -run '^$' -bench . -benchtime 100000x measures them.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
build=${CARGO_TARGET_DIR:-$root/target}
build=$(mkdir -p "$build" && cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() { echo "-- $*"; }

step "the gateway"
profile=${PROFILE:-debug}
case $profile in
    debug) "$root/packaging/programs.sh" ;;
    *) cargo build --quiet "--$profile" --locked -p apigw-cli --manifest-path "$root/Cargo.toml" ;;
esac

step "the functions"
"$root/packaging/go.sh"
"$root/packaging/node.sh"
"$root/packaging/python.sh"
"$root/packaging/install.sh" /usr "$work/stage"
cp -r functions "$work"
cp -r "$root/examples/serverless" "$work/functions/spec"
cd "$work/functions"
for language in c go node proxy python rust; do
    runtime=CustomRuntime
    [ $language != node ] || runtime=Nodejs20.19
    sed -e s/RUNTIME/$runtime/ -e 's/VARIABLES/{}/' probe.yml > $language/scf.yml
    # Runtimes that know both protocols take the one of Lambda.
    sed -e s/RUNTIME/$runtime/ -e 's/VARIABLES/{ TENCENTCLOUD_RUNENV: "" }/' probe.yml \
        > $language/lambda.yml
done
export PKG_CONFIG_PATH=$work/stage/usr/lib/pkgconfig
read -ra flags < <(pkg-config --cflags --libs apigw-static libcurl)
cc -std=c99 -Wall -Wextra -Werror -O2 -I"$root/bindings/c" -o c/bootstrap \
    c/probe.c "$root/bindings/c/apigw_runtime.c" "${flags[@]}"
# Programs of the documents: the fifth one in the README of Go is a function, and so is the only
# one in the README of the runtime for Node.
block() { awk -v kind="$1" -v number="$2" '
    $0 == "```" kind { count++; inside = 1; next }
    /^```$/ { inside = 0 }
    inside && count == number' "$3"; }
block go 5 "$root/bindings/go/README.md" > readme-go/main.go
block js 1 "$root/bindings/node/runtime/README.md" > readme-node/index.js
cp "$root"/tests/runtimes/go.mod .
go mod edit -replace "apigw=$root/bindings/go"
for folder in go go-stream readme-go; do go build -o "$folder/bootstrap" "./$folder"; done
go build -o proxy/server ./proxy
cargo build --quiet --locked --manifest-path other/Cargo.toml --target-dir "$build/other-runtime"
cp "$build/other-runtime/debug/other" other/bootstrap
optimised=()
[ "$profile" = debug ] || optimised=("--$profile")
for example in probe axum; do
    cargo build --quiet --locked "${optimised[@]}" -p apigw-runtime --example $example \
        --manifest-path "$root/Cargo.toml" --target-dir "$build"
done
mkdir -p rust-axum
cp "$build/$profile/examples/probe" rust/bootstrap
cp "$build/$profile/examples/axum" rust-axum/bootstrap
cargo build --quiet --locked --manifest-path lambda-rust/Cargo.toml \
    --target-dir "$build/lambda-runtime"
cp "$build/lambda-runtime/debug/bootstrap" lambda-rust
cp "$build/lambda-runtime/debug/bootstrap" lambda-stream
(cd lambda-go && go build -tags lambda.norpc -o bootstrap .)
python=$(tail -n 1 "$build/python/environments")
"$python/bin/python" -m venv lambda-python/venv
lambda-python/venv/bin/pip install --quiet --no-input --disable-pip-version-check \
    --only-binary :all: --requirement lambda-python/requirements.txt
cat > lambda-python/bootstrap <<'EOF'
#!/bin/sh
exec venv/bin/python -m awslambdaric "$_HANDLER"
EOF
cat > python/bootstrap <<EOF
#!/bin/sh
exec $python/bin/python -m apigw.runtime index.main
EOF
chmod +x python/bootstrap lambda-python/bootstrap

step "Amazon's emulator of Lambda"
version=1.170.0
export EMULATOR=$build/aws-lambda-rie-$version
if [ ! -x "$EMULATOR" ]; then
    machine=$(uname -m | sed s/aarch64/arm64/)
    "$python/bin/pip" download --quiet --no-input --disable-pip-version-check --no-deps \
        --dest "$work/wheel" aws-sam-cli==$version
    "$python/bin/python" -m zipfile -e "$work"/wheel/*.whl "$work/wheel"
    install "$work/wheel/samcli/local/rapid/aws-lambda-rie-$machine" "$EMULATOR"
fi

step "requests"
cd "$root/tests/runtimes"
export APIGW=$build/$profile/apigw FUNCTIONS=$work/functions
export NODE_RUNTIME=$root/bindings/node/runtime/main.cjs
go test -count=1 "$@" .

echo "-- all tests of the runtimes have passed"
