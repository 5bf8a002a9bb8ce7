#!/bin/bash
# Every test of the Node package.
set -euo pipefail
cd "$(dirname "$0")"
package=$PWD
root=$(cd ../.. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "bindings/node: $*" >&2; exit 1; }
step() { echo "-- $*"; }

# Runs tests, by their names, with a program for Node, and shows their output if one of them fails.
tests() {
    local node=$1 names=("${@:2}")
    set -- "${names[@]/#/test/}"
    set -- "${@/%/.test.cjs}"
    "$node" --expose-gc --test "$@" > "$work/tests.txt" 2>&1 || {
        cat "$work/tests.txt" >&2
        failed "a test fails"
    }
    grep -E '^(# |ℹ )(pass|fail)' "$work/tests.txt" | tr '\n' ' '
    echo
}

step "the events of the library's generator"
"$root/packaging/programs.sh"

step "the addon"
"$root/packaging/node.sh"
npm ci --no-audit --no-fund --silent
npm ci --prefix test/versions --no-audit --no-fund --silent
nodes=$package/test/versions/node_modules
library=${CARGO_TARGET_DIR:-$root/target}/capi/$(rustc -vV | sed -n 's/^host: //p')/libapigw.a

all=(test/*.test.cjs)
all=("${all[@]#test/}")
all=("${all[@]%.test.cjs}")
for version in 20 22 24; do
    step "tests with Node $version"
    tests "$nodes/node$version/bin/node" "${all[@]}"
done

step "tests with the kernel that every CPU has"
APIGW_KERNEL=portable tests node golden generated

step "tests without an addon"
without=(cases errors event generated golden hardened http lease lifetime lists memory misuse
    requests response runtime)
APIGW_ADDON=none tests node "${without[@]}"

step "tests of the addon under the sanitizers of addresses and of undefined behaviour"
CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all' LIBRARY=$library \
    OUTPUT=$work/sanitized.node ./build.sh
(
    # Node frees little when it ends.
    export ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD APIGW_ADDON=$work/sanitized.node
    LD_PRELOAD=$(cc -print-file-name=libasan.so)
    under=(addon cases errors event generated golden lease lists misuse response)
    tests node "${under[@]}"
)

step "what the addon exports: nothing but the entry points of Node"
exported=$(nm -D --defined-only prebuilds/*/apigw.node | awk '{ print $3 }' | sort | xargs)
[ "$exported" = 'napi_register_module_v1 node_api_module_get_api_version_v1' ] ||
    failed "the addon exports $exported"

step "other runtimes, with the addon and without"
for runtime in "$nodes/.bin/bun" "$nodes/.bin/deno run --allow-env --allow-ffi --allow-read"; do
    for kind in addon wasm; do
        # shellcheck disable=SC2086 # a program and its arguments
        APIGW_ADDON=$([ $kind = addon ] || echo none) $runtime test/anywhere.cjs $kind \
            > "$work/other.txt" 2>&1 || { cat "$work/other.txt" >&2; failed "$runtime, $kind"; }
        grep -qx 'all as in Node' "$work/other.txt" || failed "$runtime, $kind: no end"
    done
done

step "the files of the package, and their sizes"
npm pack --dry-run 2>&1 | sed -n 's/^npm notice *//p' > "$work/files.txt"
cat "$work/files.txt"
for file in lib/apigw.cjs lib/apigw.mjs lib/apigw.wasm.cjs lib/fallback.cjs index.d.ts index.d.mts \
    prebuilds/linux-x64-glibc/apigw.node LICENSE-MIT LICENSE-APACHE; do
    grep -q " $file$" "$work/files.txt" || failed "there is no $file in it"
done

step "the package, packed and installed elsewhere"
tarball=$work/$(npm pack --silent --pack-destination "$work")
for linter in 'publint --strict' 'attw --no-color'; do
    # shellcheck disable=SC2086 # a program and its arguments
    npx $linter "$tarball" > "$work/lint.txt" 2>&1 ||
        { cat "$work/lint.txt" >&2; failed "$linter finds something"; }
done
mkdir "$work/program"
cd "$work/program"
echo '{"private":true}' > package.json
npm install --offline --no-audit --no-fund --silent "$tarball"
cat > program.mjs <<'EOF'
import * as apigw from 'apigw';
import { decode, encodeResponse, handler } from 'apigw';

const event = decode('{"httpMethod":"GET","path":"/cats","headers":{"host":"example.com"}}');
console.log(event.method, event.path, event.headers.get('Host'), apigw.decode === decode);
console.log(String(encodeResponse({ status: 404 })));
console.log((await handler(async (request) => new Response(request.url))(event.toJSON())).body);
EOF
cat > program.cjs <<'EOF'
const { decode } = require('apigw');

const { path } = decode('{"path":"/cats"}');
import('apigw').then((module) => console.log(path, module.decode === decode));
EOF
for version in 20 22 24; do
    [ "$("$nodes/node$version/bin/node" program.mjs 2>&1)" = 'GET /cats example.com true
{"isBase64Encoded":false,"statusCode":404,"headers":{},"body":""}
https://example.com/cats' ] || failed "the program prints something else"
    [ "$("$nodes/node$version/bin/node" program.cjs 2>&1)" = '/cats true' ] ||
        failed "the CommonJS program prints something else"
done

step "types of a program that uses it"
cp "$package"/types/use.* .
cp -r "$package"/node_modules/{@types,undici-types,node-api-headers} node_modules
sed 's|"../index.d.ts", "../index.d.mts", ||; s|"../node_modules|"node_modules|' \
    "$package/types/tsconfig.json" > tsconfig.json
for compiler in "$package/node_modules/typescript" "$nodes"/typescript[56]; do
    node "$compiler/bin/tsc" --project .
done

step "bundles of it"
"$package/test/bundles.sh" "$PWD"

step "a package without an addon for the platform reports that once, and works"
mkdir prebuilds
warns() {
    [ "$(node program.mjs 2> warnings.txt | head -n 1)" = 'GET /cats example.com true' ] ||
        { cat warnings.txt; failed "it does not work"; }
    [ "$(grep -c "ApigwWarning: $1" warnings.txt)" = 1 ] ||
        { cat warnings.txt; failed "no such warning"; }
}
mv node_modules/apigw/prebuilds/* prebuilds
warns 'there is no addon for linux on'
mkdir -p node_modules/apigw/prebuilds/linux-x64-glibc
echo text > node_modules/apigw/prebuilds/linux-x64-glibc/apigw.node
warns 'the addon cannot be loaded'
rm -r node_modules/apigw/prebuilds
warns 'the addon is missing: there is no .*/node_modules/apigw/prebuilds'

step "an addon built from the source in the package"
LIBRARY=$library OUTPUT=$work/built.node node_modules/apigw/build.sh
[ "$(APIGW_ADDON=$work/built.node node program.cjs 2>&1)" = '/cats true' ] ||
    failed "it does not work"
mv prebuilds node_modules/apigw

step "the programs in the documents"
awk -v folder="$PWD" '
    /^```js$/ { file = folder "/readme-" ++count ".mjs"; next }
    /^```$/ { file = "" }
    file { print > file }' "$package/README.md" "$root/README.md"
cp "$package/biome.json" .
for source in readme-*.mjs; do
    "$package/node_modules/.bin/biome" format "$source" > formatted.txt 2>&1 ||
        { cat formatted.txt; failed "it has another form"; }
    node "$source" > "$source.txt" || failed "a program in a document does not run"
done
says() {
    grep -qF -- "$2" "readme-$1.mjs.txt" ||
        { cat "readme-$1.mjs.txt"; failed "program $1 does not print $2"; }
}
says 1 'GET /cats example.com'
says 1 '[ '"'tag', 'white'"' ]'
says 2 'tom, seen from 192.0.2.1'
says 3 'error 33 (wrong-type) at byte 8 in path'
says 4 'GET /dogs'
says 5 'GET /cats [ '"'black', 'white'"' ]'

echo "-- all tests of the Node package have passed"
