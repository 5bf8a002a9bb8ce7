#!/bin/bash
# Runs the C tests, and the tests of the core, for platforms that can be emulated here:
# tests/platforms.sh [c|rust] [TARGET...]
#
# `c` runs the programs in C and C++ alone, `rust` the tests of the core alone. Without a target,
# all of them. packaging/targets.md has a table of what is tested how.
set -euo pipefail
cd "$(dirname "$0")/.."
only=""
case ${1:-} in
    c | rust)
        only=$1
        shift ;;
esac
targets=(x86_64-unknown-linux-musl aarch64-unknown-linux-musl s390x-unknown-linux-gnu
    x86_64-pc-windows-gnu aarch64-apple-darwin)
[ $# = 0 ] || targets=("$@")
build=${CARGO_TARGET_DIR:-target}
build=$(mkdir -p "$build" && cd "$build" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "tests/platforms.sh: $target: $*" >&2; exit 1; }

warnings=(-Wall -Wextra -Werror -pedantic -Wshadow)
c=(-std=c99 -D_POSIX_C_SOURCE=200112L "${warnings[@]}" -Wstrict-prototypes -O1 -Iinclude)
cpp=(-std=c++17 "${warnings[@]}" -O1 -Iinclude)
cd tests/data/events
names=(*.json)
cd ../../..

# Builds the programs with a library into a folder, and runs them there if they can run here.
programs() {
    local folder=$1 program
    shift
    mkdir -p "$folder"
    "${cc[@]}" "${c[@]}" tests/c/golden.c tests/c/dump.c -o "$folder/golden.exe" "$@"
    for program in arguments bodies borrowed events responses; do
        "${cc[@]}" "${c[@]}" "tests/c/$program.c" -o "$folder/$program.exe" "$@"
    done
    "${cxx[@]}" "${cpp[@]}" tests/c/cpp.cpp -o "$folder/cpp.exe" "$@"
    [ "$RUNNER" != none ] || return 0
    ${runner[@]+"${runner[@]}"} "$folder/golden.exe" tests/data "${names[@]}"
    for program in arguments bodies borrowed events responses cpp; do
        ${runner[@]+"${runner[@]}"} "$folder/$program.exe"
    done
}

# Builds the library for the target, and runs the programs with each kind of it.
in_c() {
    local target=$1 parts
    # shellcheck source-path=SCRIPTDIR source=../packaging/cross.sh
    . packaging/cross.sh
    export CARGO_TARGET_DIR=$build/release-build CARGO_PROFILE_RELEASE_DEBUG=false
    packaging/build.sh "$target"
    parts=$CARGO_TARGET_DIR/capi/$target
    read -ra libs < <(sed -n 's/^Libs.private: //p' "$parts/apigw.pc")
    # Each of these is a command of several words.
    read -ra cc <<< "$CC"
    read -ra cxx <<< "$CXX"
    runner=(${RUNNER:+"$RUNNER"})
    case $target in
        # The runtime of C++ is no part of Windows.
        *-windows-gnu) cxx+=(-static) ;;
    esac
    echo "-- $target: programs with the static library"
    programs "$work/$target/static" "$parts/libapigw.a" "${libs[@]}"
    case $target in
        *-apple-darwin)
            echo "-- $target: programs with the shared library"
            programs "$work/$target/shared" "$parts/libapigw.dylib" ;;
        *-windows-gnu)
            echo "-- $target: programs with the DLL"
            mkdir -p "$work/$target/shared"
            cp "$parts/apigw.dll" "$work/$target/shared"
            "${BINUTILS}nm" --extern-only "$parts/libapigw.dll.a" | sed -n 's/.* T //p' |
                LC_ALL=C sort | diff -u include/apigw.symbols - ||
                failed "the DLL exports something else"
            programs "$work/$target/shared" "$parts/libapigw.dll.a" ;;
        *-linux-gnu)
            echo "-- $target: programs with the shared library"
            export LD_LIBRARY_PATH=$parts
            programs "$work/$target/shared" -L"$parts" -lapigw ;;
    esac
}

# Runs the tests of the core on the target.
in_rust() {
    local target=$1 name
    # shellcheck source-path=SCRIPTDIR source=../packaging/cross.sh
    . packaging/cross.sh
    echo "-- $target: tests of the core"
    name=${target^^}
    name=${name//-/_}
    export "CARGO_TARGET_${name}_RUNNER=$RUNNER"
    # For tests that start their own program; wine does that by itself.
    export APIGW_TEST_RUNNER=$RUNNER
    [[ $target != *-windows-* ]] || unset APIGW_TEST_RUNNER
    # A prime number, so that the omitted cases are spread evenly.
    export APIGW_TEST_STEP=29
    ${BUILDER:-cargo} test -p apigw --all-features --locked --target "$target" \
        --target-dir "$build/platforms" --no-fail-fast
}

for target in "${targets[@]}"; do
    [ "$only" = rust ] || (in_c "$target")
    [ "$only" = c ] || [[ $target = *-apple-darwin ]] || (in_rust "$target")
done
echo "-- all tests of the platforms have passed: ${targets[*]}"
