#!/bin/sh
# Measures apigw against its peers. Writes the summary tables of docs/benchmarks.md, the charts in
# docs/, and all figures to target/bench: peers.json for programs, readers.md with every reader's
# spread. Takes about five minutes. Arguments go to the program; --help lists them.
set -eu
cd "$(dirname "$0")/peers"
# cargo reads .cargo/config.toml from here: the peers are compiled for this CPU.
exec cargo run --release --locked --target-dir ../../target/peers -- --docs "$@"
