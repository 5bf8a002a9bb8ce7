#!/bin/sh
# Builds the programs that the tests of the bindings run: `apigw` and `apigw-cases`,
# in target/debug.
#
# `--tests` selects the same features of all dependencies as `cargo test` does. So the crates are
# compiled once for both.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet --locked --workspace --all-features --bins --tests
