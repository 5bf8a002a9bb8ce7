#!/bin/bash
# Every test of the Node package.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
step() { echo "-- $*"; }

step "the addon"
"$root/packaging/node.sh"
npm ci --prefix test/versions --no-audit --no-fund --silent
nodes=test/versions/node_modules

for version in 20 22 24; do
    step "tests with Node $version"
    "$nodes/node$version/bin/node" --expose-gc --test --test-reporter=dot test/*.test.cjs
done

step "tests with the kernel that every CPU has"
APIGW_KERNEL=portable node --expose-gc --test --test-reporter=dot test/golden.test.cjs

echo "-- all tests of the Node package have passed"
