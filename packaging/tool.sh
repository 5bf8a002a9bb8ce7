#!/bin/sh
# Installs one tool written in Rust, in one exact version, into target/tools.
set -eu
cd "$(dirname "$0")/.."
# Compiling a tool takes far longer than running it here, so it is compiled without optimisation.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false
echo "Installing $1 $2 into target/tools (once; it is built from source)"
cargo install "$1" --version "=$2" --locked --root target/tools --target-dir target/tools/build
