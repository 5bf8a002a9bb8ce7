#!/bin/sh
# Runs each target, or the ones that are named, for FUZZ_SECONDS seconds each.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- decode kernels capi json response event
for target; do
    corpus=fuzz/corpus/$target
    mkdir -p "$corpus"
    # The address sanitizer wants a nightly compiler or this variable.
    RUSTC_BOOTSTRAP=1 cargo fuzz run -s address "$target" \
        "$corpus" tests/data/events tests/data/jsontestsuite \
        -- -dict=fuzz/dictionary.txt -max_len=4096 "-max_total_time=${FUZZ_SECONDS:-300}"
done
