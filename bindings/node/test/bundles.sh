#!/bin/bash
# Bundles of a program with the package by esbuild, as an ES module and as CommonJS, with a copy of
# the addon next to it and without: bundles.sh FOLDER, where the package is installed.
set -euo pipefail
package=$(cd "$(dirname "$0")/.." && pwd)
cd "$1"
failed() { cat warnings.txt >&2; echo "bindings/node: a bundle: $*" >&2; exit 1; }

cat > bundled.mjs <<'EOF'
import { Decoder, decode, handler, listener } from 'apigw';

const event = decode('{"httpMethod":"GET","path":"/cats","headers":{"host":"example.com"}}');
const kind = new Decoder().kernel === 'wasm' ? 'wasm' : 'addon';
Promise.all([
    handler((request) => new Response(new URL(request.url).pathname))(event.toJSON()),
    listener((request, response) => response.end(request.url))(event.toJSON()),
]).then(([one, other]) => console.log(kind, event.path, one.body, other.body));
EOF
sed "s/^import \(.*\) from 'apigw'/const \1 = require('apigw')/" bundled.mjs > bundled.cjs

bundle() {
    "$package/node_modules/.bin/esbuild" "$@" --bundle --platform=node --log-level=warning
}

# Runs a program with each version of Node: prints KIND WARNINGS FILE
prints() {
    local node found
    for node in "$package"/test/versions/node_modules/node*/bin/node; do
        found=$("$node" "$3" 2> warnings.txt) || failed "$3 ends with an error"
        [ "$found" = "$1 /cats /cats /cats" ] || failed "$3 prints $found"
        [ "$(grep -c ApigwWarning warnings.txt)" = "$2" ] || failed "$3 gives other warnings"
    done
}

for source in bundled.mjs bundled.cjs; do
    for format in esm cjs; do
        folder=$PWD/bundles/$source-$format
        file=main.${format/esm/mjs}
        bundle "$source" --format=$format --outfile="$folder/$file"
        prints wasm 1 "$folder/$file"
        folders="$PWD/bundles/prebuilds and no $folder/prebuilds"
        grep -qF "the addon is missing: there is no $folders" warnings.txt ||
            failed "$file gives another reason"
        cp -r "$package/prebuilds" "$folder"
        prints addon 0 "$folder/$file"
        # What is left out of an ES module is imported there, not required.
        [ "$source $format" != 'bundled.cjs esm' ] || continue
        bundle "$source" --format=$format --outfile="$file" --external:apigw
        prints addon 0 "$file"
    done
done
