#!/bin/sh
# Adds a target to the Rust toolchain if it is missing: packaging/toolchain-target.sh TARGET
set -eu
[ ! -d "$(rustc --print sysroot)/lib/rustlib/$1" ] || exit 0
echo "Adding $1 to the Rust toolchain"
rustup target add "$1"
