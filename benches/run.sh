#!/bin/sh
# Measures apigw against its peers: tables here and in docs/benchmarks.md, charts in docs/, all figures in
# target/bench/peers.json. Takes some five minutes. Arguments go to the program; --help lists them.
set -eu
cd "$(dirname "$0")/peers"
# cargo reads .cargo/config.toml from here: the peers are compiled for this CPU.
exec cargo run --release --locked --target-dir ../../target/peers -- --docs "$@"
