#!/bin/bash
# Checks the crates that are published: their packages are complete, and the library compiles with
# the oldest compiler that it promises.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${CARGO_TARGET_DIR:-target}
oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)

# The library is compiled from its package alone, without the network.
cargo package --quiet --locked --offline --allow-dirty -p apigw
# The tool and its parts depend on it, so they are only packed.
cargo package --quiet --locked --offline --allow-dirty --no-verify \
    -p apigw -p apigw-arrow -p apigw-input -p apigw-runtime -p apigw-gateway -p apigw-cli

rustup run "$oldest" rustc --version > /dev/null 2>&1 ||
    rustup toolchain install "$oldest" --profile minimal --no-self-update
RUSTUP_TOOLCHAIN=$oldest cargo check --quiet --locked -p apigw --all-features \
    --target-dir "$build/oldest"
