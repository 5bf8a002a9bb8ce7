#!/bin/sh
# Form, lints and types of the Node package.
set -eu
cd "$(dirname "$0")"
npx biome ci --error-on-warnings .
npx biome ci --error-on-warnings --config-path=. \
    ../../tests/runtimes/functions/node ../../tests/runtimes/functions/node-stream
npx tsc --project types
