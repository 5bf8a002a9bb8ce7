#!/bin/bash
# Every test of the Python package.
set -euo pipefail
cd "$(dirname "$0")"
package=$PWD
root=$(cd ../.. && pwd)
build=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "$build"
build=$(cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "bindings/python: $*" >&2; exit 1; }
step() { echo "-- $*"; }

step "the events of the library's generator"
"$root/packaging/programs.sh"
export APIGW_TARGET=$build

step "the package"
"$root/packaging/python.sh"
mapfile -t environments < "$build/python/environments"

# The development mode of Python checks more, and reports what is not closed.
for environment in "${environments[@]}"; do
    step "tests with Python $(basename "$environment")"
    (cd "$package" && "$environment/bin/python" -X dev -m pytest)
done
newest=${environments[-1]}

step "tests with the kernel that every CPU has"
(cd "$package" && APIGW_KERNEL=portable "$newest/bin/python" -m pytest \
    tests/test_golden.py tests/test_cases.py tests/test_response.py)

step "a panic in the library becomes an exception"
mkdir "$work/panic"
cp -r "$package/python/apigw" "$work/panic"
(cd "$package" && CARGO_TARGET_DIR=$build/python cargo build --quiet --locked --features panic-test)
cp "$build/python/debug/lib_apigw.so" "$work/panic/apigw/_apigw.abi3.so"
cat > "$work/panic.py" <<'EOF'
import apigw
from apigw import _apigw

try:
    _apigw.panic()
except Exception as error:
    print(type(error).__name__, error.code, error.number)
print(apigw.decode('{"path":"/cats"}').path)
EOF
PYTHONPATH=$work/panic "$newest/bin/python" -X dev "$work/panic.py" > "$work/panic.txt" \
    2> "$work/stderr.txt"
[ "$(cat "$work/panic.txt")" = 'DecodeError panic 4
/cats' ] || { cat "$work/panic.txt" "$work/stderr.txt"; failed "it does not"; }

step "what the native part exports: nothing but its entry point"
library=$("$newest/bin/python" -c 'import apigw._apigw as native; print(native.__file__)')
exported=$(nm -D --defined-only "$library" | awk '{ print $3 }' | xargs)
[ "$exported" = PyInit__apigw ] || failed "it exports $exported"

step "the stable interface of CPython 3.11 is all that it uses"
"$build/python/tools/bin/abi3audit" --strict "$build"/python/wheel/*.whl > "$work/audit.txt" ||
    { cat "$work/audit.txt"; failed "it uses more"; }

step "the programs in the documents"
awk -v folder="$work" '
    /^```python$/ { file = folder "/program-" ++count ".py"; next }
    /^```$/ { file = "" }
    file { print > file }' "$package/README.md" "$root/README.md"
says() {
    "$newest/bin/python" -X dev "$work/program-$1.py" > "$work/says.txt" ||
        failed "program $1 does not run"
    shift
    [ "$(cat "$work/says.txt")" = "$(printf '%s\n' "$@")" ] ||
        { cat "$work/says.txt"; failed "a program prints something else"; }
}
says 1 'GET /cats example.com' "['black', 'white'] {'id': 7}" \
    "b'"'{"isBase64Encoded":true,"statusCode":200,"headers":{"set-cookie":["a=1","b=2"]},'\
'"body":"/w=="}'"'"
says 2 "error 33 at byte 8 (path): the member's value has the wrong type" 'wrong-type 33 8 path'
says 3 'hello tom, seen from 192.0.2.1'
says 4 'b'\''{"isBase64Encoded":false,"statusCode":200,"headers":{},"body":"hello /cats"}'\'
says 5 "GET /cats ['black', 'white']"
[ ! -e "$work/program-6.py" ] || failed "there is another program"

echo "-- all tests of the Python package have passed"
