#!/bin/sh
# Runs one fuzz target for FUZZ_SECONDS seconds. Prints its output only if it finds a fault.
set -eu
cd "$(dirname "$0")/.."
corpus=fuzz/corpus/$1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
mkdir -p "$corpus"
if cargo fuzz run -s address "$1" "$corpus" tests/data/events tests/data/jsontestsuite \
    -- -dict=fuzz/dictionary.txt -max_len=4096 "-max_total_time=${FUZZ_SECONDS:-300}" \
    > "$log" 2>&1; then
    echo "$1: $(grep '^Done ' "$log")"
else
    cat "$log" >&2
    exit 1
fi
