#!/bin/sh
# Writes the lock files anew, with the newest versions: bindings/python/requirements/lock.sh UV
set -eu
cd "$(dirname "$0")"
for list in test tools; do
    "${1:-uv}" pip compile --quiet --universal --python-version 3.11 --no-header --upgrade \
        --no-emit-index-url --no-annotate "$list.in" --output-file "$list.txt"
done
