#!/bin/bash
# Every test of the runtime in C.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "bindings/c: $*" >&2; exit 1; }
step() { echo "-- $*"; }

step "the C library"
"$root/packaging/build.sh"
"$root/packaging/install.sh" /usr "$work/stage" > /dev/null
export PKG_CONFIG_PATH=$work/stage/usr/lib/pkgconfig LD_LIBRARY_PATH=$work/stage/usr/lib

warnings=(-Wall -Wextra -Werror -pedantic -Wshadow)
c=(-std=c99 "${warnings[@]}" -Wstrict-prototypes -g -I.)
read -ra shared < <(pkg-config --cflags --libs apigw libcurl)
read -ra static < <(pkg-config --cflags --libs apigw-static libcurl)
test=(test/runtime.c test/server.c apigw_runtime.c)

# Runs the tests, under a command if one is given, and looks at the messages.
run() {
    "$@" 2> "$work/messages.txt" || { cat "$work/messages.txt" >&2; failed "$*"; }
    grep -q '^apigw-runtime: no reply from http://\[::1\]:1/runtime/init/ready: ' \
        "$work/messages.txt" || failed "no message"
}

step "the header alone, in C and C++"
echo '#include <apigw_runtime.h>
int stands_alone;' > "$work/alone.c"
for compiler in "gcc -std=c99" "clang -std=c99" "gcc -std=c2x" "g++ -x c++ -std=c++11" \
    "clang++ -x c++ -std=c++20"; do
    # shellcheck disable=SC2046,SC2086 # a command with options
    $compiler "${warnings[@]}" -I. $(pkg-config --cflags apigw) -c "$work/alone.c" -o /dev/null
done

step "with a server that behaves as a platform may"
cc "${c[@]}" -O2 "${test[@]}" -o "$work/runtime" "${shared[@]}" -lpthread
run "$work/runtime"

step "the same, under AddressSanitizer and UndefinedBehaviorSanitizer"
cc "${c[@]}" -O1 -fsanitize=address,undefined -fno-sanitize-recover=all "${test[@]}" \
    -o "$work/sanitized" "${static[@]}" -lpthread
run "$work/sanitized"

step "the same, under valgrind"
run valgrind --quiet --error-exitcode=1 --leak-check=full --show-leak-kinds=all \
    --errors-for-leak-kinds=all "$work/runtime"

step "the programs in the documents"
awk -v folder="$work" '
    /^```c$/ { file = folder "/readme-" ++count ".c"; next }
    /^```$/ { file = "" }
    file { print > file }' README.md
sed -n '/^ \*     #include <apigw_runtime.h>/,/^ \*     int main/ s/^ \*     \{0,1\}//p' \
    apigw_runtime.h > "$work/header.c"
cp example/cats.c example/bootstrap "$work"
for program in readme-1 header cats; do
    cc "${c[@]}" -o "$work/$program" "$work/$program.c" apigw_runtime.c "${static[@]}"
done
[ ! -e "$work/readme-2.c" ] || failed "a program in the README that is not tested"
type='{"content-type":"text/plain"}'
while read -r program path status headers body; do
    response="{\"isBase64Encoded\":false,\"statusCode\":$status,"
    response+="\"headers\":$headers,\"body\":\"$body\"}"
    "$work/runtime" "$work/$program" "$path" "$response" ||
        failed "$program gives another response"
done << END
readme-1 / 200 {} hello world\n
header / 200 {} hello world
bootstrap /cats/tom 200 $type hello tom\n
bootstrap /dogs 404 $type no cat here\n
END

echo "-- all tests of the runtime in C have passed"
