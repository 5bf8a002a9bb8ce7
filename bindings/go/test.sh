#!/bin/bash
# Every test of the Go binding.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "bindings/go: $*" >&2; exit 1; }
step() { echo "-- $*"; }

# Builds and runs a program in a module of its own that uses the module here, in the folder $work/$1
# with more arguments for `go build`.
program() {
    local folder=$work/$1
    shift
    mkdir -p "$folder"
    cat > "$folder/main.go" <<'END'
package main

import (
	"fmt"

	"apigw"
)

func main() {
	event, err := apigw.Decode([]byte(`{"httpMethod":"GET","path":"/cats"}`))
	fmt.Println(event, err)
}
END
    (
        cd "$folder"
        [ -f go.mod ] || go mod init example.com/program 2> /dev/null
        go mod edit -require apigw@v0.0.0 -replace "apigw=${module:-$root/bindings/go}"
        go mod tidy 2> /dev/null
        go build -o program "$@"
        [ "$(./program)" = 'GET /cats (unknown) <nil>' ] ||
            failed "the program prints something else"
    )
}

# What the compiler says of a program that cannot be built.
refused() {
    local message=$1
    shift
    ! "$@" > "$work/refused.txt" 2>&1 || failed "it builds: $*"
    grep -q "$message" "$work/refused.txt" ||
        { cat "$work/refused.txt" >&2; failed "no clear message"; }
    # With apigw.h, apigw_headers.h may be reported as missing too.
    [ "$(wc -l < "$work/refused.txt")" -le 10 ] ||
        { cat "$work/refused.txt" >&2; failed "more than the message"; }
}

step "the C library"
"$root/packaging/go.sh"

step "the cases of the library's own tests"
"$root/packaging/programs.sh"
export APIGW_CASES=${CARGO_TARGET_DIR:-$root/target}/debug/apigw-cases APIGW_CASES_COUNT=2000

step "tests"
go test ./...

step "the types of AWS against those of its library"
go -C oracle test ./...

step "tests with the kernel that every CPU has"
APIGW_KERNEL=portable APIGW_CASES_SEED=2 go test -count=1 .

step "tests under the race detector"
APIGW_CASES_SEED=3 APIGW_CASES_COUNT=20000 go test -race ./...

step "tests with all checks of pointers: those of unsafe, and those at the boundary to C"
APIGW_CASES_SEED=4 go test -gcflags=all=-d=checkptr .
APIGW_CASES_SEED=5 APIGW_CASES_COUNT=20000 GOEXPERIMENT=cgocheck2 go test .

step "a module that replaces ours"
program replaced

step "the same, vendored, and far from the repository"
cp -r . "$work/copy"
module=$work/copy program vendored
(
    cd "$work/vendored"
    go mod vendor
    # Committed, it still has the library.
    git init --quiet .
    git add --all
    git ls-files | grep -q '^vendor/apigw/internal/clib/.*\.a$' ||
        failed "git ignores the vendored library"
    rm -r program "$work/copy"
    go build -mod=vendor -o program
    ./program
)

step "a static program"
program static -tags netgo,osusergo -ldflags '-linkmode external -extldflags -static'
! readelf -l "$work/static/program" | grep -q INTERP || failed "the program is not static"

step "the installed library, found by pkg-config"
# Go keeps what pkg-config has said for the next time, so it has to be right then too.
stage=$root/target/stage
rm -rf "$stage"
"$root/packaging/install.sh" /usr "$stage" > /dev/null
export PKG_CONFIG_PATH=$stage/usr/lib/pkgconfig LD_LIBRARY_PATH=$stage/usr/lib
program system -tags apigw_system
readelf -d "$work/system/program" | grep -q libapigw.so.1 ||
    failed "not linked with the shared library"
go test -tags apigw_system .
unset PKG_CONFIG_PATH LD_LIBRARY_PATH

step "the programs in the documents"
awk -v folder="$work" '
    /^```go$/ { file = folder "/readme-" ++count ".go"; next }
    /^```$/ { file = "" }
    file { print > file }' README.md "$root/README.md"
for source in "$work"/readme-*.go; do
    gofmt -d "$source" | diff /dev/null - || failed "gofmt would change a program"
    cp "$source" "$work/replaced/main.go"
    # One that waits for events is run by tests/runtimes.
    if grep -q '"apigw/runtime"' "$source"; then
        go -C "$work/replaced" vet .
        continue
    fi
    (cd "$work/replaced" && go run . > "$source.txt") || failed "a program does not run"
done
grep -q '^GET /cats example.com$' "$work/readme-1.go.txt" ||
    failed "the first program prints something else"
grep -q '"body":"tom, seen from 192.0.2.1"' "$work/readme-2.go.txt" ||
    failed "the second program gives another response"
grep -q '^/dogs$' "$work/readme-4.go.txt" || failed "the fourth program prints something else"

step "what cannot be built says why"
refused 'apigw_needs_cgo__set_CGO_ENABLED_to_1_and_install_a_C_compiler' \
    env CGO_ENABLED=0 go build .
mkdir "$work/missing"
cp -r ./*.go ./*.h go.mod internal "$work/missing"
rm "$work/missing/internal/clib"/*.h
refused 'the C library is missing: run' go -C "$work/missing" build .

echo "-- all tests of the Go binding have passed"
