#!/bin/sh
# Measures how fast events become Arrow batches and Parquet, compared with the JSON readers of
# Polars, DuckDB and pyarrow: on one core, one run, in turn.
set -eu
cd "$(dirname "$0")/../../.."
python=$(packaging/venv.sh arrow integrations/arrow/python/requirements.txt)
cargo build --quiet --release --locked -p apigw-arrow --example stream
cargo build --quiet --release --locked -p apigw-corpus
cargo build --quiet --release --locked -p apigw-cli --features convert
events=${1:-target/mix.ndjson}
[ -n "${1:-}" ] || target/release/apigw-corpus --series mix > "$events"
APIGW_PROFILE=release POLARS_MAX_THREADS=1 "$python" -B integrations/arrow/python/bench.py "$events"
