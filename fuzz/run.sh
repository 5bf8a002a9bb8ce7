#!/bin/sh
# Runs every fuzz target, or the named ones, for FUZZ_SECONDS seconds each, two at a time.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- decode kernels capi json response event
# The address sanitizer needs a nightly compiler or this variable.
export RUSTC_BOOTSTRAP=1
cargo fuzz build -s address
printf '%s\n' "$@" | xargs -n 1 -P 2 fuzz/target.sh
