#!/bin/sh
# Form and lints of the connector for Spark, and the licences of what it uses.
set -eu
cd "$(dirname "$0")"
mvn --quiet --batch-mode spotless:check compile license:add-third-party
