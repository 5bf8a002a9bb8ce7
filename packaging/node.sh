#!/bin/sh
# Builds the addon for Node, with the C library in it, and the library as WebAssembly into the npm
# package: packaging/node.sh [TARGET]
set -eu
cd "$(dirname "$0")/.."
host=$(rustc -vV | sed -n 's/^host: //p')
target=${1:-$host}
case $target in
    x86_64-*-linux-gnu) name=linux-x64-glibc compiler=x86_64-linux-gnu-gcc ;;
    aarch64-*-linux-gnu) name=linux-arm64-glibc compiler=aarch64-linux-gnu-gcc ;;
    x86_64-*-linux-musl) name=linux-x64-musl compiler=musl-gcc ;;
    *)
        echo "There is no addon for $target:" \
            "without one the package does its work in WebAssembly" >&2
        exit 1 ;;
esac
[ "$target" != "$host" ] || compiler=cc
packaging/build.sh "$target"
packaging/wasm.sh
build=${CARGO_TARGET_DIR:-target}
node=bindings/node
[ -d "$node/node_modules/esbuild" ] || npm ci --prefix "$node" --no-audit --no-fund --silent
mkdir -p "$node/deps" "$node/prebuilds/$name"
cp include/apigw.h include/apigw_headers.h "$node/deps"
cp LICENSE-* "$node"
node "$node/bundle.mjs" "$build/capi/wasm32-unknown-unknown/apigw.wasm"
addon=$node/prebuilds/$name/apigw.node
CC=${CC:-$compiler} LIBRARY=$build/capi/$target/libapigw.a OUTPUT=$addon "$node/build.sh"
echo "$target: apigw.node $(wc -c < "$addon") bytes"
