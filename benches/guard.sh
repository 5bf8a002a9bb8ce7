#!/bin/sh
# Fails if the decoder takes over 3 % more instructions per event than benches/guard-baseline.json says.
# With --update, writes that file anew: part of every change that is meant to be slower, or has become faster.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet --release --locked -p apigw-guard
exec "${CARGO_TARGET_DIR:-target}/release/apigw-guard" "$@" benches/guard-baseline.json
