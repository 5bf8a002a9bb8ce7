#!/bin/sh
# Builds the C library and puts it, with its header, into the Go module: packaging/go.sh [TARGET]
set -eu
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
case $target in
    x86_64-*-linux-gnu) arch=amd64 ;;
    aarch64-*-linux-gnu) arch=arm64 ;;
    *)
        echo "The Go module has no static library for $target:" \
            "install the C library and build with -tags apigw_system" >&2
        exit 1 ;;
esac
packaging/build.sh "$target"
folder=bindings/go/internal/clib
archive=$folder/libapigw_linux_$arch.a
cp "${CARGO_TARGET_DIR:-target}/capi/$target/libapigw.a" "$archive"
cp include/apigw.h include/apigw_headers.h "$folder"
# Go checks only Go files to decide whether a program must be linked again.
cat > "$folder/sum_linux_$arch.go" <<END
package clib

// Sum is the checksum of the library.
const Sum = "$(cksum < "$archive")"
END
