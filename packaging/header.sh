#!/bin/sh
# Writes include/apigw.h, or the file in the first argument, from the Rust sources.
set -eu
cd "$(dirname "$0")/.."
header=${1:-include/apigw.h}

# cbindgen has no sections: a comment "# Title, text, ---, text" becomes a comment for the section
# and one for the item. Sections "Safety" are left out, because the rules at the top of the header
# cover them. Short comments are written on one line, and lists of constants without empty lines.
target/tools/bin/cbindgen --quiet --config cbindgen.toml --crate apigw | awk '
    function add(line) { pending = pending line "\n" }
    function finish_comment() {
        while (lines > 0 && comment[lines] ~ /^ *\*$/) lines--
        text = comment[1]
        sub(/^ *\* /, "", text)
        if (lines == 1 && length(indent "/** " text " */") <= 100) {
            add(indent "/** " text " */")
        } else {
            add(indent "/**")
            for (i = 1; i <= lines; i++) add(comment[i])
            add(indent " */")
        }
    }
    /^ *\/\*\*$/ { if (blank) add(""); blank = after_define = is_safety = lines = 0
                   in_comment = 1; indent = $0; sub(/\/.*/, "", indent); next }
    in_comment && /^ *\*\/$/ { finish_comment(); in_comment = 0; next }
    in_comment && /^ \* # Safety$/ { is_safety = 1 }
    in_comment && is_safety { next }
    in_comment && /^ \* # / { add("/*\n * ==== " substr($0, 6) " ===="); in_section = 1; next }
    in_comment && in_section && /^ \* ---$/ { add(" */\n"); in_section = 0; next }
    in_comment && in_section { add($0); next }
    in_comment { comment[++lines] = $0; next }
    /^$/ { blank = 1; next }
    # Associated constants of Rust types.
    /^#define apigw_/ { pending = ""; next }
    { if (blank && !(after_define && /^#define APIGW_/)) add("")
      blank = 0; after_define = /^#define APIGW_/
      printf "%s", pending; pending = ""; print }
' > "$header"
