#!/bin/sh
# Runs the tests of the library as programs for 64-bit ARM, on an emulated CPU: they check the kernel `neon`.
set -eu
cd "$(dirname "$0")/.."
packaging/setup.sh debian-packages-arm64.txt

# Debian's compiler, because its standard library for arm64 comes with it.
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64
# Tests that start themselves once more.
export APIGW_TEST_RUNNER=qemu-aarch64
# A prime number, so that the cases left out fall everywhere.
export APIGW_TEST_STEP=29
exec cargo test -p apigw --all-features --locked --target aarch64-unknown-linux-gnu \
    --target-dir "${CARGO_TARGET_DIR:-target}/arm64" "$@"
