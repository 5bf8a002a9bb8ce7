#!/bin/sh
# Compares the package with other JSON readers and with Mangum:
# bindings/python/bench/run.sh [ROUNDS]
#
# The first environment is taken, or the interpreter that PYTHON names. Those of pyenv are compiled
# with fewer optimisations, which changes the ratios.
set -eu
cd "$(dirname "$0")"
build=${CARGO_TARGET_DIR:-../../../target}/python
python=${PYTHON:-$(head -n 1 "$build/environments")/bin/python}
"$python" bench.py "$@"
"$python" asgi.py "$@"
