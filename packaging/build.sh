#!/bin/sh
# Builds the C library: packaging/build.sh [TARGET]. The files to be installed are then in
# target/capi/TARGET. For another CPU, BINUTILS is the prefix of its binutils: aarch64-linux-gnu-
set -eu
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
build=${CARGO_TARGET_DIR:-target}
release=$build/$target/release
parts=$build/capi/$target
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
abi=$(sed -n 's/^#define APIGW_ABI //p' include/apigw.h)
rm -rf "$parts"
mkdir -p "$parts" "$release"

case $target in
    *-musl)
        # Fully static programs have no shared library, and only the toolchain has the unwinder, so
        # it goes into the archive.
        types=staticlib
        unwinder=$(rustc --print sysroot)/lib/rustlib/$target/lib/self-contained/libunwind.a ;;
    *)
        types=cdylib,staticlib
        unwinder= ;;
esac

# The kinds of libraries are chosen here and not in Cargo.toml, so that a Rust program that depends
# on the crate does not build them. Link-time optimisation also does not work together with an rlib.
cargo rustc --quiet --locked --release --lib --features capi --target "$target" \
    --crate-type "$types" -- \
    -C "link-arg=-Wl,-soname,libapigw.so.$abi" \
    --print "native-static-libs=$release/native-static-libs"

if [ -z "$unwinder" ]; then
    "${BINUTILS:-}strip" --strip-unneeded -o "$parts/libapigw.so.$abi" "$release/libapigw.so"
    ln -s "libapigw.so.$abi" "$parts/libapigw.so"
fi
# shellcheck disable=SC2086 # one word or none
packaging/localise.sh include/apigw.symbols "$parts/libapigw.a" "$release/libapigw.a" $unwinder

# libunwind is in the archive already. libgcc_s has no static form; compilers add it, or libgcc_eh,
# by themselves.
libs=$(sed 's/-lunwind //; s/-lgcc_s //' "$release/native-static-libs")
for file in apigw.pc apigw-static.pc apigw-config.cmake apigw-config-version.cmake; do
    sed -e "s|@VERSION@|$version|" -e "s|@ABI@|$abi|" -e "s|@LIBS@|$libs|" \
        "packaging/$file.in" > "$parts/$file"
done

for file in "$parts/libapigw.so.$abi" "$parts/libapigw.a"; do
    test ! -f "$file" || echo "$target: ${file##*/} $(wc -c < "$file") bytes"
done
