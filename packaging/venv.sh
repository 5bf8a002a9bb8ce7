#!/bin/sh
# Makes a Python environment with the packages of a requirements.txt, if it is missing or out of
# date, and prints the path of its Python: packaging/venv.sh NAME REQUIREMENTS
set -eu
venv=$(dirname "$0")/../target/tools/$1-venv
requirements=$2
wanted=$(sha256sum < "$requirements")
if [ "$(cat "$venv/made-from" 2>/dev/null)" != "$wanted" ]; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --no-deps --requirement "$requirements" >&2
    echo "$wanted" > "$venv/made-from"
fi
echo "$(cd "$venv" && pwd)/bin/python"
