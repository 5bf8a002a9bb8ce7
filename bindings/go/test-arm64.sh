#!/bin/sh
# Runs the tests of the Go binding as a program for 64-bit ARM, on an emulated CPU.
set -eu
cd "$(dirname "$0")"
../../packaging/setup.sh debian-packages-arm64.txt

# What the tests hold the binding against is made by a program for this CPU.
../../packaging/programs.sh
export APIGW_CASES="${CARGO_TARGET_DIR:-$PWD/../../target}/debug/apigw-cases"
export APIGW_CASES_COUNT=700

# Debian's compiler, because its standard library for arm64 comes with it.
export RUSTC=/usr/bin/rustc CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export BINUTILS=aarch64-linux-gnu-
CARGO_TARGET_DIR=target/arm64 ../../packaging/go.sh aarch64-unknown-linux-gnu
export CGO_ENABLED=1 GOARCH=arm64 CC=aarch64-linux-gnu-gcc APIGW_TEST_STEP=29
# Tests that start themselves once more.
export APIGW_TEST_RUNNER=qemu-aarch64
go test -exec qemu-aarch64 ./...
