#!/bin/sh
# Writes the binary interface as libabigail sees it:
# packaging/abi.sh [FOLDER OF Cargo.toml] > include/apigw.abi
#
# include/apigw.abi is the interface of the last release. It is written again at a release, or when
# APIGW_ABI changes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/..}"
build=${CARGO_TARGET_DIR:-target}/abi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only our own objects: the descriptions of the standard library are not part of the interface, and
# they change with the compiler. What the compiler optimises does not matter here.
CARGO_PROFILE_DEV_OPT_LEVEL=0 cargo rustc --quiet --lib --features capi --target-dir "$build" \
    --crate-type staticlib -- -C debuginfo=2 -C codegen-units=1
archive=$(cd "$build/debug" && pwd)/libapigw.a
cd "$work"
ar t "$archive" | grep '^apigw-' | xargs ar x "$archive"
echo '{ global: apigw_*; local: *; };' > map
# shellcheck disable=SC2046 # one word, or several
ld -shared --unresolved-symbols=ignore-all --version-script=map -o libapigw.so \
    $(grep -l apigw_decoder_decode apigw-*.o)
abidw --suppressions "$here/abi.suppr" --no-corpus-path --no-comp-dir-path --no-show-locs \
    --no-elf-needed \
    --type-id-style hash libapigw.so | sed "s|path='[^']*'|path='src/lib.rs'|"
