#!/bin/sh
# Reads events in Spark: in one process, and on a cluster of two whose executor is killed.
set -eu
cd "$(dirname "$0")/../.."
packaging/programs.sh
packaging/spark.sh
python=$(packaging/venv.sh spark integrations/spark/python/requirements.txt)
# The client of Spark leaves the end of its sockets to the collector.
"$python" -B -W ignore::ResourceWarning -m unittest discover -s integrations/spark/python
