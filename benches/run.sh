#!/bin/sh
# Measures apigw against its peers. Writes the summary tables of docs/benchmarks.md, the charts in
# docs/, and all figures to target/bench: peers.json for programs, and readers.md with every
# reader's spread. This takes about five minutes. --help lists the arguments.
set -eu
events=$(realpath -e -- "${EVENTS:-/dev/null}")
cd "$(dirname "$0")/peers"
if [ -n "${EVENTS:-}" ]; then
    set -- --file "$events" "$@"
elif [ -z "${PEERS_CPU:-}" ]; then
    set -- --docs "$@"
fi
# cargo reads .cargo/config.toml in this folder, so the peers are compiled for this CPU.
exec cargo run --release --locked --target-dir "../../target/peers${PEERS_CPU:+-$PEERS_CPU}" -- "$@"
