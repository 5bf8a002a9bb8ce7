#!/bin/sh
# Writes include/apigw.h, or the file in the first argument, from the Rust sources.
set -eu
cd "$(dirname "$0")/.."
header=${1:-include/apigw.h}
target/tools/bin/cbindgen --quiet --config cbindgen.toml --crate apigw |
    awk -f packaging/header.awk > "$header"
