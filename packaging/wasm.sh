#!/bin/sh
# Builds the C library as WebAssembly: target/capi/wasm32-unknown-unknown/apigw.wasm
set -eu
cd "$(dirname "$0")/.."
target=wasm32-unknown-unknown
build=${CARGO_TARGET_DIR:-target}
packaging/toolchain-target.sh "$target"
# Every version of Node that is supported has vectors of 128 bits.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-C target-feature=+simd128"
export CARGO_PROFILE_RELEASE_PANIC=abort CARGO_PROFILE_RELEASE_STRIP=symbols
cargo rustc --quiet --locked --release --lib --features capi --target "$target" --crate-type cdylib
mkdir -p "$build/capi/$target"
cp "$build/$target/release/apigw.wasm" "$build/capi/$target"
echo "$target: apigw.wasm $(wc -c < "$build/capi/$target/apigw.wasm") bytes"
