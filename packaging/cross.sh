# shellcheck shell=bash disable=SC2034
# What is needed to build for a target and to run its programs. Bash scripts in the root of the
# repository source it with the variable `target`:
#
#     CC, CXX, BINUTILS   compilers for C and C++, and the prefix of binutils
#     BUILDER, GLIBC      what packaging/build.sh uses for its linker
#     RUNNER              the program that runs those of the target; `none` if there is none
#
# Compilers and emulators are Debian's; zig, which comes as a Python package, links where Debian
# has no linker, and for an old glibc.
: "${target:?a Rust target}"
packaging/setup.sh debian-packages-platforms.txt
packaging/toolchain-target.sh "$target"

# Installs zig and cargo-zigbuild, if they are missing, and finds them first from now on.
zig() {
    local folder=$PWD/target/zig stamp
    stamp=$(sha256sum < packaging/requirements-dist.txt)
    if [ "$(cat "$folder/stamp" 2> /dev/null)" != "$stamp" ]; then
        echo "Installing zig and cargo-zigbuild into target/zig"
        rm -rf "$folder"
        python3 -m venv "$folder"
        "$folder/bin/pip" install --quiet --no-input --disable-pip-version-check \
            --only-binary :all: --requirement packaging/requirements-dist.txt
        echo "$stamp" > "$folder/stamp"
    fi
    PATH=$(cd "$folder/bin" && pwd):$PATH
    export BUILDER=cargo-zigbuild
    CC="python3 -m ziglang cc -target $1" CXX="python3 -m ziglang c++ -target $1"
}

export BINUTILS="" RUNNER="" GLIBC=""
case $target in
    x86_64-unknown-linux-gnu)
        zig x86_64-linux-gnu
        GLIBC=.2.17 CC=cc CXX=c++ ;;
    x86_64-unknown-linux-musl) zig x86_64-linux-musl ;;
    aarch64-unknown-linux-gnu)
        zig aarch64-linux-gnu
        GLIBC=.2.17 BINUTILS=aarch64-linux-gnu-
        CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++
        RUNNER=qemu-aarch64
        export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu ;;
    aarch64-unknown-linux-musl)
        zig aarch64-linux-musl
        BINUTILS=aarch64-linux-gnu- RUNNER=qemu-aarch64 ;;
    s390x-unknown-linux-gnu)
        BINUTILS=s390x-linux-gnu- CC=s390x-linux-gnu-gcc CXX=s390x-linux-gnu-g++
        RUNNER=qemu-s390x
        export QEMU_LD_PREFIX=/usr/s390x-linux-gnu
        export CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER=$CC ;;
    x86_64-pc-windows-gnu)
        BINUTILS=x86_64-w64-mingw32-
        CC=x86_64-w64-mingw32-gcc-posix CXX=x86_64-w64-mingw32-g++-posix RUNNER=/usr/lib/wine/wine64
        export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$CC WINEDEBUG=-all
        # Its registry and drives are not those of the user.
        mkdir -p "${CARGO_TARGET_DIR:-target}/wine"
        WINEPREFIX=$(cd "${CARGO_TARGET_DIR:-target}/wine" && pwd)
        # Wine lacks a library that programs in Rust load.
        "$CC" -O1 -shared -o "$WINEPREFIX/bcryptprimitives.dll" \
            tests/wine/bcryptprimitives.c -ladvapi32
        WINEPATH=$WINEPREFIX
        export WINEPREFIX WINEPATH ;;
    aarch64-apple-darwin)
        zig aarch64-macos
        # Nothing runs its programs here.
        RUNNER=none ;;
    wasm32-unknown-unknown) ;;
    *)
        echo "packaging/targets.md lists the targets; $target is not one of them" >&2
        exit 1 ;;
esac
