#!/bin/sh
# Compares the instructions per event with benches/guard-baseline.json. Fails if they are more than
# 3 % higher. With --update, it rewrites that file. Every change that is faster, or intentionally
# slower, includes the new file.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet --release --locked -p apigw-guard
exec "${CARGO_TARGET_DIR:-target}/release/apigw-guard" "$@" benches/guard-baseline.json
