#!/bin/bash
# Writes what the library and the tool are made of: packaging/sbom.sh TARGET FOLDER
#
# The folder gets apigw.cdx.json and apigw-cli.cdx.json, in the form of CycloneDX, and
# THIRD-PARTY-LICENSES with the licences of all crates in them.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
folder=$2
make --silent "$PWD/target/tools/bin/cargo-cyclonedx"

# The tool writes a file next to each Cargo.toml, and paths of this machine into it.
name=target-$target.cdx
trap 'find . -path ./target -prune -o -name "$name.json" -exec rm {} +' EXIT
PATH=$PWD/target/tools/bin:$PATH cargo cyclonedx --quiet --format json --spec-version 1.5 \
    --target "$target" --features capi --override-filename "$name"
for crate in apigw:. apigw-cli:cli; do
    [ "${crate%:*}" = apigw ] || [ -f "$folder/bin/apigw" ] || continue
    sed "s|path+file://$PWD|path+file:///apigw|g" "${crate#*:}/$name.json" \
        > "$folder/${crate%:*}.cdx.json"
done

# Every licence file of every crate, or the name of its licence if it has no file.
packages=(--package apigw)
[ ! -f "$folder/bin/apigw" ] || packages+=(--package apigw-cli)
cargo tree --locked --target "$target" --edges normal --prefix none --format '{p}|{l}' \
    --features apigw/capi "${packages[@]}" |
    sed -n '/ (\//d; s/ (\*)$//; s/^\([^ ]*\) v\([^ |]*\)[^|]*|/\1-\2|/p' | LC_ALL=C sort --unique |
    while IFS='|' read -r crate licence; do
        printf '==== %s: %s\n\n' "$crate" "$licence"
        for file in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate"/*; do
            case ${file##*/} in
                LICEN[CS]E* | COPYING* | NOTICE* | UNLICENSE*)
                    cat "$file"
                    echo ;;
            esac
        done
    done > "$folder/THIRD-PARTY-LICENSES"
