#!/bin/sh
# Writes include/apigw.h, or the file that is named, from the Rust sources.
set -eu
cd "$(dirname "$0")/.."
header=${1:-include/apigw.h}

# cbindgen has no sections: a comment "# Title, text, ---, text" becomes the section's and the item's. What Rust wants to read
# under "Safety", the header says in its rules. Comments of one line take one line, and lists of constants have no gaps.
target/tools/bin/cbindgen --quiet --config cbindgen.toml --crate apigw | awk '
    function add(line) { pending = pending line "\n" }
    function finish_comment() {
        while (lines > 0 && comment[lines] ~ /^ *\*$/) lines--
        if (lines == 1) {
            sub(/^ *\* /, "", comment[1])
            add(indent "/** " comment[1] " */")
        } else {
            add(indent "/**")
            for (i = 1; i <= lines; i++) add(comment[i])
            add(indent " */")
        }
    }
    /^ *\/\*\*$/ { if (blank) add(""); blank = after_define = is_safety = lines = 0; in_comment = 1
                   indent = $0; sub(/\/.*/, "", indent); next }
    in_comment && /^ *\*\/$/ { finish_comment(); in_comment = 0; next }
    in_comment && /^ \* # Safety$/ { is_safety = 1 }
    in_comment && is_safety { next }
    in_comment && /^ \* # / { add("/*\n * ==== " substr($0, 6) " ===="); in_section = 1; next }
    in_comment && in_section && /^ \* ---$/ { add(" */\n"); in_section = 0; next }
    in_comment && in_section { add($0); next }
    in_comment { comment[++lines] = $0; next }
    /^$/ { blank = 1; next }
    # Constants of Rust types.
    /^#define apigw_/ { pending = ""; next }
    { if (blank && !(after_define && /^#define APIGW_/)) add("")
      blank = 0; after_define = /^#define APIGW_/
      printf "%s", pending; pending = ""; print }
' > "$header"
