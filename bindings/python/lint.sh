#!/bin/bash
# Forms, lints and types of the Python package.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
build=${CARGO_TARGET_DIR:-$root/target}/python
tools=$(cd "$build/tools/bin" && pwd)
environment=$(tail -n 1 "$build/environments")
for folder in . "$root/tests/runtimes/functions/python" "$root/integrations/spark/python"; do
    "$tools/ruff" format --config pyproject.toml --no-cache --check "$folder"
    "$tools/ruff" check --config pyproject.toml --no-cache --quiet "$folder"
done
# The oldest version of Python is the one that could lack something.
"$tools/mypy" --cache-dir "$build/mypy" --python-version 3.11 --no-warn-unused-configs
PYTHONPATH=$("$environment/bin/python" -c \
    'import apigw, pathlib; print(pathlib.Path(apigw.__file__).parent.parent)') \
    "$tools/stubtest" apigw._apigw
cargo fmt --check
CARGO_TARGET_DIR=$build cargo clippy --quiet --release --locked -- -D warnings
