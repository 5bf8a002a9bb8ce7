#!/bin/sh
# Builds the C library and puts it, with its header, into the Go module: packaging/go.sh [TARGET]
set -eu
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
case $target in
    x86_64-*-linux-gnu) arch=amd64 ;;
    aarch64-*-linux-gnu) arch=arm64 ;;
    *)
        echo "The Go module has no static library for $target: install the C library and build with -tags apigw_system" >&2
        exit 1 ;;
esac
packaging/build.sh "$target"
folder=bindings/go/internal/clib
cp "${CARGO_TARGET_DIR:-target}/capi/$target/libapigw.a" "$folder/libapigw_linux_$arch.a"
cp include/apigw.h "$folder"
