#!/bin/sh
# Compares queries of events in Spark with Spark's own readers of JSON: bench.sh [MEGABYTES]
set -eu
cd "$(dirname "$0")"
../../packaging/spark.sh
python=$(../../packaging/venv.sh spark python/requirements.txt)
"$python" -B -W ignore::ResourceWarning python/bench.py "$@"
