#!/bin/sh
# Makes a static library in which only the listed functions are global:
# packaging/localise.sh SYMBOLS OUTPUT ARCHIVE...
#
# Two Rust libraries in one program would clash, because each contains the runtime. This script
# drops the functions that the listed ones do not need, links the rest into one object, and makes
# all its other symbols local.
set -eu
symbols=$1
output=$2
shift 2
object=${output%.a}.o

# shellcheck disable=SC2046 # a list of words
"${BINUTILS:-}ld" -r --gc-sections --force-group-allocation $(sed 's/^/--undefined=/' "$symbols") \
    -o "$object" --start-group "$@" --end-group
"${BINUTILS:-}objcopy" --keep-global-symbols="$symbols" --strip-unneeded \
    --remove-section=.llvmbc --remove-section=.llvmcmd "$object"
rm -f "$output"
"${BINUTILS:-}ar" rcsD "$output" "$object"
rm "$object"
