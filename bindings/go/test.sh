#!/bin/bash
# Every test of the Go binding.
set -euo pipefail
cd "$(dirname "$0")"
step() { echo "-- $*"; }

../../packaging/go.sh

step "tests, of all packages"
go test ./...
