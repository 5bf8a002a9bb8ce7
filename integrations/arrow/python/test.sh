#!/bin/sh
# Reads events through Arrow and Parquet with Polars, DuckDB, pyarrow and DataFusion.
set -eu
cd "$(dirname "$0")/../../.."
python=$(packaging/venv.sh arrow integrations/arrow/python/requirements.txt)
cargo build --quiet --locked -p apigw-arrow --example stream
cargo build --quiet --locked -p apigw-cli --features convert
"$python" -B -m unittest discover -s integrations/arrow/python
