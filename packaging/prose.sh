#!/bin/sh
# Fails on lines of more than 100 columns, and on words that are not plain English.
#
# Tables, URLs and test data may be wider. packaging/prose.exempt lists the paths that are not
# checked yet.
set -eu
cd "$(dirname "$0")/.."
# Columns are characters.
export LC_ALL=C.UTF-8

# Words that read like another language, with a usual one instead.
words='answers?(returns, reports)
behind(after)
stands?(?! for\b)(is)
lies?(is)
tells?(returns, reports)
(?<!there )is none(is not)
no \w+ at all(no)
so many(this number of)
(?<!twice )as many(the number of)
dear(expensive)
spares(saves)
beside(next to, compared with)
half of a surrogate pair(lone surrogate)
whoever(the caller, the user)
types? of the program(your own type)'

exempt=$(sed -e '/^#/d' -e 's/ *#.*//' packaging/prose.exempt)
set --
for pattern in $exempt; do
    set -- "$@" ":(exclude)$pattern"
done
# The lists themselves contain what they forbid.
files=$(git ls-files -- .ci/run '*.rs' '*.h' '*.hpp' '*.c' '*.go' '*.cjs' '*.mjs' '*.ts' '*.java' '*.py' '*.pyi' '*.sh' '*.md' \
    ':(exclude)tests/data' ':(exclude)packaging/prose.sh' "$@")
found=0

# A table row, a line with a URL, a tag of a Go struct and a raw string cannot be broken.
# shellcheck disable=SC2086
if grep -nP '^(?!.*https?://)(?!\W*\|)(?!.*(`json:"|r#")).{101,}' $files; then
    echo "these lines have more than 100 columns" >&2
    found=1
fi
old_ifs=$IFS
IFS='
'
for entry in $words; do
    word=${entry%(*}
    IFS=$old_ifs
    # shellcheck disable=SC2086
    if grep -nwP "$word" $files; then
        echo "write plain English: ${entry##*(}" | sed 's/)$//' >&2
        found=1
    fi
done
exit $found
