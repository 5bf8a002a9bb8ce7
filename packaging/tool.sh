#!/bin/sh
# Installs one tool of the Rust world, in one exact version, into target/tools.
set -eu
cd "$(dirname "$0")/.."
echo "Installing $1 $2 into target/tools (once; it is built from source)"
cargo install "$1" --version "=$2" --locked --root target/tools --target-dir target/tools/build
