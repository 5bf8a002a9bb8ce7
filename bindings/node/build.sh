#!/bin/sh
# Compiles the addon with a plain C compiler. LIBRARY is the static C library, whose apigw.h is in
# deps, and OUTPUT the file to write.
set -eu
root=$(dirname "$0")
headers=$(cd "$root" && node -p 'require("node-api-headers").include_dir')
# shellcheck disable=SC2086 # lists of words
${CC:-cc} ${CFLAGS:--O3} -std=c11 -Wall -Wextra -Wpedantic -Werror -fPIC -fvisibility=hidden \
    -shared -s \
    -I"$headers" -I"$root/deps" "$root"/src/*.c \
    -Wl,--gc-sections,--exclude-libs,ALL,-z,relro,-z,now "$LIBRARY" -lm -lpthread -o "$OUTPUT"
