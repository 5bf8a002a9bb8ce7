#!/bin/bash
# Forms, lints and types of the Python package.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
build=${CARGO_TARGET_DIR:-$root/target}/python
tools=$(cd "$build/tools/bin" && pwd)
environment=$(tail -n 1 "$build/environments")
lint() {
    "$tools/ruff" format --config "$1" --no-cache --check "$2"
    "$tools/ruff" check --config "$1" --no-cache --quiet "$2"
}
lint pyproject.toml .
lint pyproject.toml "$root/tests/runtimes/functions/python"
lint "$root/integrations/spark/python/ruff.toml" "$root/integrations/spark/python"
# The oldest version of Python is the one that could lack something.
"$tools/mypy" --cache-dir "$build/mypy" --python-version 3.11 --no-warn-unused-configs
PYTHONPATH=$("$environment/bin/python" -c \
    'import apigw, pathlib; print(pathlib.Path(apigw.__file__).parent.parent)') \
    "$tools/stubtest" apigw._apigw
cargo fmt --check
CARGO_TARGET_DIR=$build cargo clippy --quiet --release --locked -- -D warnings
