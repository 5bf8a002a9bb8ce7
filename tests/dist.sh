#!/bin/bash
# Packs the library twice, in different folders, and checks the archive: tests/dist.sh [TARGET]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
host=$(rustc -vV | sed -n 's/^host: //p')
target=${1:-$host}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "tests/dist.sh: $*" >&2; exit 1; }
export LIBRARY_ONLY=1
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

packaging/dist.sh "$target"
build=${CARGO_TARGET_DIR:-target}
archive=$(cd "$build/dist" && echo "$PWD"/apigw-*-"$target".tar.gz)

echo "-- the same sources in ananother-folder give the same bytes"
# Tools are not built again, and crates are not loaded again, but their folder has another name.
mkdir -p "$work/another-folder/target"
git ls-files -z --cached --others --exclude-standard |
    tar --null --files-from=- -cf - | tar -C "$work/another-folder" -xf -
for tools in tools zig; do
    [ ! -d "target/$tools" ] || ln -s "$root/target/$tools" "$work/another-folder/target/$tools"
done
ln -s "${CARGO_HOME:-$HOME/.cargo}" "$work/cargo"
(
    unset CARGO_TARGET_DIR
    cd "$work/another-folder"
    CARGO_HOME=$work/cargo packaging/dist.sh "$target"
)
cmp "$archive" "$work/another-folder/target/dist/${archive##*/}" || failed "the archives differ"

echo "-- the archive is complete, and has no paths of this machine"
tar -C "$work" -xf "$archive"
folder=$work/$(basename "$archive" .tar.gz)
(
    cd "$folder"
    sha256sum --quiet --check SHA256SUMS
    [ "$(find . -type f ! -name SHA256SUMS | wc -l)" = "$(wc -l < SHA256SUMS)" ] ||
        failed "SHA256SUMS has not all files"
    for file in LICENSE-APACHE LICENSE-MIT include/apigw.h; do
        cmp "$file" "$root/$(basename "$file" | sed 's|^apigw.h|include/&|')"
    done
)
! grep -rqF -e "$root" -e "${CARGO_HOME:-$HOME/.cargo}" "$folder" ||
    failed "a path of this machine is in $(grep -rlF -e "$root" "$folder")"
python3 - "$folder/apigw.cdx.json" <<'END'
import json, sys
bill = json.load(open(sys.argv[1]))
names = {component["name"] for component in bill["components"]}
assert bill["metadata"]["component"]["name"] == "apigw", bill["metadata"]
assert {"bumpalo", "simd-json"} <= names, names
assert "serde_json" not in names, "a crate of the tests is in the list"
END
for crate in bumpalo base64-simd simd-json; do
    grep -q "^==== $crate-[0-9.]*: .*MIT" "$folder/THIRD-PARTY-LICENSES" ||
        failed "the licence of $crate is missing"
done

[ "$target" = "$host" ] || exit 0
echo "-- a program is linked with the unpacked archive"
export PKG_CONFIG_PATH=$folder/lib/pkgconfig
event=tests/data/events/spec-sample.json
read -ra flags < <(pkg-config --cflags --libs apigw)
cc examples/c/show.c -o "$work/shared" "${flags[@]}" -Wl,-rpath,"$folder/lib"
read -ra flags < <(pkg-config --cflags --libs apigw-static)
cc examples/c/show.c -o "$work/static" "${flags[@]}"
"$work/shared" "$event" > "$work/shared.txt"
grep -qx 'method: POST' "$work/shared.txt" || failed "the program shows something else"
"$work/static" "$event" | cmp - "$work/shared.txt"
echo "-- all tests of the archive have passed"
