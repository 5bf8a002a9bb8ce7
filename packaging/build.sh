#!/bin/sh
# Builds the C library: packaging/build.sh [TARGET]. The files to be installed are then in
# target/capi/TARGET.
#
# For another platform, packaging/cross.sh sets BINUTILS, the prefix of its binutils
# (aarch64-linux-gnu-), BUILDER, the command that is used instead of cargo, and GLIBC, the version
# of glibc that the library is linked with (.2.17).
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

types=cdylib,staticlib
unwinder=
link_args=
case $target in
    *-musl)
        # Fully static programs have no shared library, and only the toolchain has the unwinder, so
        # it goes into the archive.
        types=staticlib
        unwinder=$(rustc --print sysroot)/lib/rustlib/$target/lib/self-contained/libunwind.a ;;
    *-windows-gnu)
        # The linker writes neither times nor random numbers into the file.
        link_args=-Wl,--no-insert-timestamp ;;
    *-apple-darwin)
        link_args=-Wl,-install_name,@rpath/libapigw.$abi.dylib ;;
    *)
        link_args=-Wl,-soname,libapigw.so.$abi ;;
esac

# The kinds of libraries are chosen here and not in Cargo.toml, so that a Rust program that depends
# on the crate does not build them. Link-time optimisation also does not work together with an rlib.
# shellcheck disable=SC2086 # one word or none
${BUILDER:-cargo} rustc --quiet --locked --release --lib --features capi \
    --target "$target${GLIBC:-}" --crate-type "$types" -- \
    ${link_args:+-C link-arg=$link_args} --print "native-static-libs=$release/native-static-libs"

# The shared library without what only a debugger reads, and the place where CMake finds it:
# CMake expands these variables.
shared=
libdir="\${_apigw_libdir}"
case $target in
    *-musl) ;;
    *-windows-gnu)
        "${BINUTILS:-}strip" --strip-unneeded -o "$parts/apigw.dll" "$release/apigw.dll"
        cp "$release/libapigw.dll.a" "$parts"
        shared="\${_apigw_prefix}/bin/apigw.dll" ;;
    *-apple-darwin)
        cp "$release/libapigw.dylib" "$parts/libapigw.$abi.dylib"
        ln -s "libapigw.$abi.dylib" "$parts/libapigw.dylib"
        shared=$libdir/libapigw.$abi.dylib ;;
    *)
        "${BINUTILS:-}strip" --strip-unneeded -o "$parts/libapigw.so.$abi" "$release/libapigw.so"
        ln -s "libapigw.so.$abi" "$parts/libapigw.so"
        shared=$libdir/libapigw.so.$abi ;;
esac
case $target in
    *-windows-gnu | *-apple-darwin)
        # Neither linker can make one object of an archive, so it keeps all its symbols. Only LLVM's
        # tool, which rustc has for itself, reads every member.
        sysroot=$(rustc --print sysroot)
        host=$(rustc -vV | sed -n 's/^host: //p')
        LD_LIBRARY_PATH=$sysroot/lib "$sysroot/lib/rustlib/$host/bin/rust-objcopy" --strip-debug \
            --remove-section=.llvmbc --remove-section=.llvmcmd \
            "$release/libapigw.a" "$parts/libapigw.a" ;;
    *)
        # shellcheck disable=SC2086 # one word or none
        packaging/localise.sh include/apigw.symbols "$parts/libapigw.a" "$release/libapigw.a" \
            $unwinder ;;
esac

# libunwind is in the archive already. libgcc_s has no static form; compilers add it, or libgcc_eh,
# by themselves.
libs=$(sed 's/-lunwind //; s/-lgcc_s //' "$release/native-static-libs")
for file in apigw.pc apigw-static.pc apigw-config.cmake apigw-config-version.cmake; do
    sed -e "s|@VERSION@|$version|" -e "s|@SHARED@|$shared|" -e "s|@ABI@|$abi|" \
        -e "s|@LIBS@|$libs|" "packaging/$file.in" > "$parts/$file"
done

for file in "$parts"/*.so.* "$parts"/*.dll "$parts"/*.dylib "$parts"/*.a; do
    test ! -f "$file" || test -L "$file" ||
        echo "$target: ${file##*/} $(wc -c < "$file") bytes"
done
