#!/bin/bash
# Packs the C library for a target, and the tool where it can be built:
# packaging/dist.sh [TARGET...]
#
# Without a target, all of them. LIBRARY_ONLY=1 leaves the tool out, which takes most of the time.
# The archives and their SHA256SUMS are in target/dist. The same
# sources and compilers give the same bytes; packaging/targets.md has the exception.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=(x86_64-unknown-linux-gnu x86_64-unknown-linux-musl aarch64-unknown-linux-gnu
    aarch64-unknown-linux-musl s390x-unknown-linux-gnu x86_64-pc-windows-gnu aarch64-apple-darwin
    wasm32-unknown-unknown)
[ $# = 0 ] || targets=("$@")
build=${CARGO_TARGET_DIR:-target}
build=$(mkdir -p "$build" && cd "$build" && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
# Everything has the time of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH CARGO_INCREMENTAL=0
# The options for this build are not those of other builds.
export CARGO_TARGET_DIR=$build/release-build
umask 022

# Paths of this machine must not be in the files.
flags=()
for path in "$PWD=/apigw" "${CARGO_HOME:-$HOME/.cargo}=/cargo" "$(rustc --print sysroot)=/rust"; do
    flags+=("--remap-path-prefix=$path")
done

# Builds for a target and packs the files.
pack() {
    local target=$1 name=apigw-$version-$1
    local stage=$build/dist/$name
    rm -rf "$stage"
    mkdir -p "$stage"
    # shellcheck source-path=SCRIPTDIR source=cross.sh
    . packaging/cross.sh
    local options=("${flags[@]}") IFS=$'\x1f'
    [[ $target != wasm32-* ]] || options+=("-Ctarget-feature=+simd128")
    export CARGO_ENCODED_RUSTFLAGS=${options[*]}
    IFS=$' \t\n'
    # packaging/build.sh has no tool that strips these.
    [[ $target != *-apple-darwin ]] || export CARGO_PROFILE_RELEASE_STRIP=symbols
    export CARGO_PROFILE_RELEASE_DEBUG=false

    local root=$CARGO_TARGET_DIR
    rm -f "$root/$target/release/apigw"
    if [[ $target = wasm32-* ]]; then
        packaging/wasm.sh
        install -D -m 644 "$root/capi/$target/apigw.wasm" "$stage/lib/apigw.wasm"
        install -D -m 644 -t "$stage/include" include/apigw.h include/apigw.hpp \
            include/apigw_headers.h
    else
        packaging/build.sh "$target"
        case $target in
            # The gateway in it uses process groups and signals.
            *-windows-*) ;;
            *) [ -n "${LIBRARY_ONLY:-}" ] || tool "$target" ;;
        esac
        TARGET=$target packaging/install.sh "$stage"
    fi
    install -m 644 LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$stage"
    packaging/sbom.sh "$target" "$stage"
    sums "$stage"
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        --format=ustar --directory "$build/dist" -cf - "$name" |
        gzip --no-name --best > "$build/dist/$name.tar.gz"
    rm -rf "$stage"
    echo "$target: $name.tar.gz $(wc -c < "$build/dist/$name.tar.gz") bytes"
}

# Builds the tool, with the list of its dependencies inside, which `cargo audit bin` reads.
tool() {
    make --silent "$PWD/target/tools/bin/cargo-auditable"
    local command=build
    [ "${BUILDER:-}" != cargo-zigbuild ] || command=zigbuild
    CARGO_PROFILE_RELEASE_STRIP=symbols PATH=$PWD/target/tools/bin:$PATH \
        cargo auditable "$command" --quiet --locked --release -p apigw-cli \
        --target "$1${GLIBC:-}"
}

# Writes the sums of all files below a folder into it.
sums() {
    local list
    list=$(cd "$1" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum)
    echo "$list" > "$1/SHA256SUMS"
}

mkdir -p "$build/dist"
for target in "${targets[@]}"; do
    (pack "$target")
done
(cd "$build/dist" && LC_ALL=C sha256sum apigw-*.tar.gz > SHA256SUMS)
