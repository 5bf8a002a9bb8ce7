#!/bin/sh
# Compiles the native methods with a plain C compiler. LIBRARY is the static C library, INCLUDE the
# folder of its header, and OUTPUT the file to write.
set -eu
root=$(dirname "$0")
java=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
# shellcheck disable=SC2086 # lists of words
${CC:-cc} ${CFLAGS:--O3} -std=c11 -Wall -Wextra -Wpedantic -Werror -fPIC -fvisibility=hidden \
    -shared -s -I"$java/include" -I"$java/include/linux" -I"$INCLUDE" "$root"/src/main/c/*.c \
    -Wl,--gc-sections,--exclude-libs,ALL,-z,relro,-z,now "$LIBRARY" -lm -lpthread -o "$OUTPUT"
