#!/bin/sh
# Formats and lints of the Go modules.
set -eu
cd "$(dirname "$0")"
runtimes=../../tests/runtimes
unformatted=$(gofmt -l . $runtimes)
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted" >&2; exit 1; }
for module in . bench oracle $runtimes; do
    (
        cd "$module"
        go vet ./...
        go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -checks all ./...
    )
done
