#!/bin/sh
# Measures the cost of the C interface: tests/c/overhead.sh [FILE...]
set -eu
cd "$(dirname "$0")/../.."
target=$(rustc -vV | sed -n 's/^host: //p')
build=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
packaging/build.sh
test $# -gt 0 || set -- tests/data/events/*sample*.json tests/data/events/post-json*.json
RUSTFLAGS="-L native=$build/capi/$target" cargo run --quiet --release \
    --target-dir "$build/overhead" --manifest-path tests/c/overhead/Cargo.toml -- "$@"
