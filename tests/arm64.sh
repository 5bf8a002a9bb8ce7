#!/bin/sh
# Runs the tests of the library on an emulated 64-bit ARM CPU. They check the kernel `neon`.
set -eu
cd "$(dirname "$0")/.."
packaging/setup.sh debian-packages-arm64.txt

# Debian's compiler, because Debian has its standard library for arm64.
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64
export APIGW_TEST_KERNELS="portable neon"
# For tests that start their own program.
export APIGW_TEST_RUNNER=qemu-aarch64
# A prime number, so that the omitted cases are spread evenly.
export APIGW_TEST_STEP=29
exec cargo test -p apigw --all-features --locked --target aarch64-unknown-linux-gnu \
    --target-dir "${CARGO_TARGET_DIR:-target}/arm64" "$@"
