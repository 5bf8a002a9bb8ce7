#!/bin/sh
# Makes a Python environment with Spark, if it is missing or out of date, and prints the path of its
# Python.
set -eu
cd "$(dirname "$0")"
venv=../../../target/tools/spark-venv
wanted=$(sha256sum requirements.txt)
if [ "$(cat "$venv/made-from" 2>/dev/null)" != "$wanted" ]; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --no-deps --requirement requirements.txt >&2
    echo "$wanted" > "$venv/made-from"
fi
echo "$(cd "$venv" && pwd)/bin/python"
