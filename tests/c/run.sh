#!/bin/bash
# Runs every test of the C interface: header, libraries, installation, and programs in C and C++
# that use them.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
host=$(rustc -vV | sed -n 's/^host: //p')
build=${CARGO_TARGET_DIR:-target}
build=$(mkdir -p "$build" && cd "$build" && pwd)
parts=$build/capi/$host
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed() { echo "tests/c: $*" >&2; exit 1; }
step() { echo "-- $*"; }

warnings=(-Wall -Wextra -Werror -pedantic -Wshadow)
c=(-std=c99 -D_POSIX_C_SOURCE=200112L "${warnings[@]}" -Wstrict-prototypes -O1 -g -Iinclude)
cpp=(-std=c++17 "${warnings[@]}" -O1 -g -Iinclude)
events=(tests/data/events/*.json)
names=("${events[@]##*/}")

header() {
    step "the header agrees with the sources"
    packaging/header.sh "$work/apigw.h"
    diff -u include/apigw.h "$work/apigw.h" || failed "run packaging/header.sh"

    step "each header compiles on its own, in every language"
    echo '#include <apigw.h>
int apigw_h_stands_alone;' > "$work/alone.c"
    echo '#include <apigw.hpp>
int apigw_hpp_stands_alone;' > "$work/alone.cpp"
    for standard in c99 c11 c2x; do
        for compiler in gcc clang; do
            $compiler -std=$standard "${warnings[@]}" -Wstrict-prototypes -Iinclude \
                -c "$work/alone.c" -o /dev/null
        done
    done
    for compiler in g++ clang++; do
        for standard in c++11 c++17 c++20; do
            $compiler -x c++ -std=$standard "${warnings[@]}" -Iinclude \
                -c "$work/alone.c" -o /dev/null
        done
        for standard in c++17 c++20; do
            $compiler -std=$standard "${warnings[@]}" -fno-exceptions -fno-rtti -Iinclude \
                -c "$work/alone.cpp" -o /dev/null
        done
    done

    step "the layout of the structs is the committed one"
    awk -f tests/c/layout.awk include/apigw.h > "$work/layout.c"
    cc "${c[@]}" "$work/layout.c" -o "$work/layout"
    "$work/layout" | diff -u include/apigw.layout - || failed "the layout has changed"
}

libraries() {
    step "libraries"
    packaging/build.sh
    local shared=$parts/libapigw.so.1 static=$parts/libapigw.a
    [ "$(wc -c < "$static")" -le 1700000 ] || failed "the static library has more than 1.7 MB"
    [ "$(wc -c < "$shared")" -le 900000 ] || failed "the shared library has more than 900 KB"
    [ "$(wc -l < include/apigw.symbols)" -le 30 ] || failed "more than 30 functions"
    symbols "$static"
    nm -D --defined-only "$shared" | awk '{ print $3 }' | LC_ALL=C sort |
        diff -u include/apigw.symbols - || failed "the shared library exports something else"
    readelf -d "$shared" | grep -q 'SONAME.*\[libapigw.so.1\]' || failed "no SONAME"

    step "the .pc file has the libraries that rustc reports, except the one that compilers add"
    diff <(sed 's/-lgcc_s //; s/$/\n/; q' "$build/$host/release/native-static-libs" | grep .) \
        <(sed -n 's/^Libs.private: //p' "$parts/apigw.pc") || failed "the lists differ"
    read -ra libs < <(sed -n 's/^Libs.private: //p' "$parts/apigw.pc")
}

# Checks that the global symbols of an archive are those of the header.
symbols() {
    nm -g --defined-only "$1" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort |
        diff -u include/apigw.symbols - || failed "$1 exports something else"
}

# Builds the programs in a folder, with these options for the compiler.
programs() {
    local folder=$1
    shift
    mkdir -p "$folder"
    cc "${c[@]}" tests/c/golden.c tests/c/dump.c -o "$folder/golden" "$@"
    for program in arguments bodies borrowed events responses; do
        cc "${c[@]}" "tests/c/$program.c" -o "$folder/$program" "$@"
    done
    cc "${c[@]}" tests/c/threads.c -o "$folder/threads" "$@" -lpthread
    c++ "${cpp[@]}" tests/c/cpp.cpp -o "$folder/cpp" "$@"
}

# Runs the programs of a folder, under a command if there is one.
run() {
    local folder=$1
    shift
    "$@" "$folder/golden" tests/data "${names[@]}"
    for program in arguments bodies borrowed events responses cpp; do
        "$@" "$folder/$program"
    done
}

behaviour() {
    step "shared library"
    programs "$work/shared" -L"$parts" -lapigw -Wl,-rpath,"$parts"
    run "$work/shared"
    "$work/shared/threads" "${events[@]}"

    step "static library, under AddressSanitizer and UndefinedBehaviorSanitizer"
    programs "$work/static" -fsanitize=address,undefined -fno-sanitize-recover=all \
        "$parts/libapigw.a" "${libs[@]}"
    run "$work/static"

    step "the library's own code under AddressSanitizer"
    sanitized=$build/asan/$host/release
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo rustc --quiet --locked --release --lib \
        --features capi --target "$host" --target-dir "$build/asan" --crate-type staticlib
    programs "$work/asan" -fsanitize=address "$sanitized/libapigw.a" "${libs[@]}"
    run "$work/asan"

    step "valgrind"
    programs "$work/valgrind" "$parts/libapigw.a" "${libs[@]}"
    run "$work/valgrind" valgrind --quiet --error-exitcode=1 --leak-check=full \
        --show-leak-kinds=all --errors-for-leak-kinds=all
    valgrind --quiet --tool=helgrind --error-exitcode=1 "$work/valgrind/threads" \
        tests/data/events/h*.json

    step "a panic does not reach the program"
    panicking "$host" cdylib,staticlib
    caught cc "$work/$host/libapigw.a" "${libs[@]}"
    caught cc -L"$build/panic/$host/release" -lapigw -Wl,-rpath,"$build/panic/$host/release"

    step "together with another Rust library, in either order"
    cargo build --quiet --release --manifest-path tests/c/other/Cargo.toml \
        --target-dir "$build/other"
    local other=$build/other/release/libother.a
    cc "${c[@]}" tests/c/other.c -o "$work/other-1" "$parts/libapigw.a" "$other" "${libs[@]}"
    cc "${c[@]}" tests/c/other.c -o "$work/other-2" "$other" "$parts/libapigw.a" "${libs[@]}"
    for program in "$work/other-1" "$work/other-2"; do
        "$program" 2> /dev/null || failed "two Rust libraries in one program"
    done
}

# Builds the library with the function that panics for a target, in the form of the installed one.
panicking() {
    local target=$1 types=$2
    shift 2
    mkdir -p "$work/$target"
    cargo rustc --quiet --locked --release --lib --features panic-test --target "$target" \
        --target-dir "$build/panic" --crate-type "$types"
    { cat include/apigw.symbols; echo apigw_test_panic; } > "$work/$target/symbols"
    packaging/localise.sh "$work/$target/symbols" "$work/$target/libapigw.a" \
        "$build/panic/$target/release/libapigw.a" "$@"
}

# Compiles and runs the program that calls the panicking function.
caught() {
    local compiler=$1
    shift
    "$compiler" "${c[@]}" tests/c/panic.c -o "$work/panic" "$@"
    "$work/panic" 2> "$work/panic.txt" || {
        cat "$work/panic.txt" >&2
        failed "the panic was not caught"
    }
    [ "$(grep -c 'on request' "$work/panic.txt")" = 3 ] || failed "there was no panic"
}

interface() {
    step "the binary interface is compatible with the last release"
    local diff=(abidiff --no-added-syms --suppressions packaging/abi.suppr include/apigw.abi)
    packaging/abi.sh > "$work/now.abi"
    "${diff[@]}" "$work/now.abi" || failed "the interface has changed"

    step "a new member in the middle of a struct is noticed, one at its end is allowed"
    local copy=$work/copy
    mkdir "$copy"
    # With the lock file, the dependencies are those that are compiled already.
    cp -r src Cargo.lock "$copy"
    { printf '[package]\nname = "apigw"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n'
      sed -n '/^\[features\]/,/^$/p; /^\[dependencies\]/,/^$/p' Cargo.toml; } > "$copy/Cargo.toml"
    sed -i -e 's/^    pub dialect: u32,/&\n    #[allow(dead_code)] pub(crate) more: u32,/' \
        -e 's/^            method_id,$/            more: 0,\n&/' "$copy/src/record/fields.rs"
    CARGO_TARGET_DIR=$build packaging/abi.sh "$copy" > "$work/middle.abi"
    local status=0
    "${diff[@]}" "$work/middle.abi" > "$work/middle.txt" || status=$?
    [ "$status" = 4 ] || failed "nothing was noticed"
    grep -q "'u32 more', at offset 64" "$work/middle.txt" || failed "something else was noticed"

    cp src/record/fields.rs "$copy/src/record/fields.rs"
    sed -i -e 's/^    pub time_high: u32,/&\n    #[allow(dead_code)] pub(crate) more: u32,/' \
        -e 's/^            time_high: 0,$/&\n            more: 0,/' "$copy/src/record/fields.rs"
    CARGO_TARGET_DIR=$build packaging/abi.sh "$copy" > "$work/end.abi"
    grep -q "name='more'" "$work/end.abi" || failed "nothing was appended"
    "${diff[@]}" "$work/end.abi" || failed "the interface may not grow"
}

# Checks what a program prints.
check_program() {
    [ "$("$1")" = "$2" ] || failed "$1 does not print what it should"
}

installation() {
    step "installation: pkg-config, CMake, relocation, removal"
    for libdir in lib lib/x86_64-linux-gnu; do
        LIBDIR=$libdir packaging/install.sh /usr "$work/stage"
        # The tree works wherever it is.
        mv "$work/stage/usr" "$work/moved"
        export PKG_CONFIG_PATH=$work/moved/$libdir/pkgconfig
        read -ra flags < <(pkg-config --cflags --libs apigw)
        cc examples/c/show.c -o "$work/show-shared" "${flags[@]}" -Wl,-rpath,"$work/moved/$libdir"
        read -ra flags < <(pkg-config --cflags --libs --static apigw)
        cc -static examples/c/show.c -o "$work/show-no-libraries" "${flags[@]}"
        read -ra flags < <(pkg-config --cflags --libs apigw-static)
        cc examples/c/show.c -o "$work/show-static" "${flags[@]}"
        unset PKG_CONFIG_PATH
        "$work/show-shared" "${events[0]}" > "$work/shared.txt"
        "$work/show-static" "${events[0]}" | cmp - "$work/shared.txt"
        readelf -d "$work/show-shared" | grep -q libapigw.so.1 ||
            failed "not linked with the shared library"
        ! readelf -d "$work/show-static" | grep -q libapigw ||
            failed "not linked with the static library"
        "$work/show-no-libraries" "${events[0]}" | cmp - "$work/shared.txt"
        ! readelf -d "$work/show-no-libraries" | grep -q NEEDED || failed "not linked statically"

        mkdir "$work/cmake"
        {
            cmake -S tests/c/cmake -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/moved" \
                -DSOURCES="$root" && cmake --build "$work/cmake"
        } > "$work/cmake.txt" || {
            cat "$work/cmake.txt"
            failed "cmake"
        }
        "$work/cmake/show" "${events[0]}" | cmp - "$work/shared.txt"
        "$work/cmake/show-static" "${events[0]}" | cmp - "$work/shared.txt"
        "$work/cmake/show-cpp" "${events[0]}" | cmp - "$work/shared.txt"

        mv "$work/moved" "$work/stage/usr"
        LIBDIR=$libdir packaging/uninstall.sh /usr "$work/stage"
        [ -z "$(find "$work/stage" ! -type d)" ] || failed "uninstall.sh has left files"
        rm -rf "$work/stage" "$work/cmake"
    done
    mandoc -T lint -W warning packaging/apigw.1
}

# Compiles and runs the programs in comments and manuals, unchanged.
examples() {
    step "examples in the documents"
    local link=("$parts/libapigw.a" "${libs[@]}")
    sed -n '/^ \*     #include <stdio.h>/,/^ \*     }$/ s/^ \*     \{0,1\}//p' include/apigw.h \
        > "$work/header.c"
    cc "${c[@]}" "$work/header.c" -o "$work/header-example" "${link[@]}"
    check_program "$work/header-example" $'/cats\nblack\nwhite'
    sed -n '/^ \*     #include <apigw.hpp>/,/^ \*     }$/ s/^ \*     \{0,1\}//p' include/apigw.hpp \
        > "$work/header.cpp"
    c++ "${cpp[@]}" "$work/header.cpp" -o "$work/hpp-example" "${link[@]}"
    check_program "$work/hpp-example" $'/cats\ntag=black\ntag=white'

    # Every C block of the README is a program.
    awk -v folder="$work" '
        /^```c$/ { file = folder "/readme-" ++count ".c"; next }
        /^```$/ { file = "" }
        file { print > file }' README.md
    for source in "$work"/readme-*.c; do
        [ -e "$source" ] || continue
        cc "${c[@]}" "$source" -o "${source%.c}" "${link[@]}"
        "${source%.c}"
    done

    cc "${c[@]}" examples/c/bench.c -o "$work/bench" "${link[@]}"
    "$work/bench" tests/data/events/post-json.tencent-api-gateway.json |
        grep -q ' ns per event, ' ||
        failed "bench"
    cc "${c[@]}" examples/c/show.c -o "$work/show" "${link[@]}"
    ! "$work/show" tests/data/events/comment.error-unexpected-byte.json 2> "$work/error.txt" ||
        failed "show accepts a wrong event"
    grep -qx 'error 17 at byte 12: JSON does not allow this byte here' "$work/error.txt" ||
        failed "show reports another error"
}

musl() {
    local target=${host%-gnu}-musl
    step "static library for musl"
    packaging/toolchain-target.sh "$target"
    packaging/build.sh "$target"
    symbols "$build/capi/$target/libapigw.a"
    local static=(-static "-Wl,--eh-frame-hdr")
    local link=("${static[@]}" "$build/capi/$target/libapigw.a")
    musl-gcc "${c[@]}" tests/c/golden.c tests/c/dump.c -o "$work/musl-golden" "${link[@]}"
    "$work/musl-golden" tests/data "${names[@]}"
    for program in arguments bodies borrowed events; do
        musl-gcc "${c[@]}" "tests/c/$program.c" -o "$work/musl-$program" "${link[@]}"
        "$work/musl-$program"
    done
    panicking "$target" staticlib \
        "$(rustc --print sysroot)/lib/rustlib/$target/lib/self-contained/libunwind.a"
    caught musl-gcc "${static[@]}" "$work/$target/libapigw.a"
    TARGET=$target packaging/install.sh /usr "$work/musl"
    read -ra link < <(
        PKG_CONFIG_PATH=$work/musl/usr/lib/pkgconfig pkg-config --cflags --libs apigw-static
    )
    musl-gcc -static examples/c/show.c -o "$work/musl-show" "${link[@]}"
    "$work/musl-show" "${events[0]}" > /dev/null
}

header
libraries
behaviour
interface
installation
examples
musl
echo "-- all tests of the C interface have passed"
