#!/bin/sh
# Compares the package with other JSON readers and with Mangum:
# bindings/python/bench/run.sh [ROUNDS]
#
# A version of Python that was compiled without optimisation, as those of pyenv, gives other ratios:
# the first environment is taken, or the one that PYTHON names.
set -eu
cd "$(dirname "$0")"
build=${CARGO_TARGET_DIR:-../../../target}/python
python=${PYTHON:-$(head -n 1 "$build/environments")/bin/python}
"$python" bench.py "$@"
"$python" asgi.py "$@"
