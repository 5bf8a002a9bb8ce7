#!/bin/sh
# Compares the Go binding with other JSON libraries: bindings/go/bench/run.sh [ROUNDS]
#
# Every round runs all benchmarks once, so that whatever else the machine does meets them all. The output of all rounds is
# left in target/bench/go-VERSION.txt. What is printed: medians of processor time by benchstat, and how many times that of apigw
# and of apigw with a recycled buffer the others take. GOTOOLCHAIN chooses another Go.
set -eu
cd "$(dirname "$0")/../../.."
rounds=${1:-10}
cargo run --quiet --release --locked -p apigw-corpus -- target/corpus > /dev/null
mkdir -p target/bench
cd bindings/go/bench
version=$(go env GOVERSION)
results=../../../target/bench/$version.txt
go test -c -o ../../../target/bench/go.test .
: > "$results"
while [ "$rounds" -gt 0 ]; do
    ../../../target/bench/go.test -test.bench . -test.benchtime 50ms >> "$results"
    rounds=$((rounds - 1))
done

medians() {
    go tool benchstat -col /reader -row .name,/event -filter "$1" -format csv "$results" 2> /dev/null
}

# Of each cell benchstat gives a median in seconds, an interval and two words of comparison.
echo "$version, microseconds of processor time; times that of apigw / apigw-pooled"
{ medians '.unit:cpu-ns/op'; medians '.name:First .unit:ns/op'; } | awk -F, '
    $2 == "apigw" { delete reader; for (i = 2; i <= NF; i++) if ($i != "") reader[i] = $i; last = NF; next }
    $1 == "" || $2 !~ /^[0-9.e-]+$/ || $1 == "geomean" { next }
    {
        pooled = ""
        for (i in reader) if (reader[i] == "apigw-pooled") pooled = $i
        printf "%-18s apigw %.2f", $1, $2 * 1e6
        if (pooled != "") printf ", pooled %.2f", pooled * 1e6
        for (i = 3; i <= last; i++) if (reader[i] != "" && reader[i] != "apigw-pooled" && $i != "") {
            printf ", %s %.2f (%.1f", reader[i], $i * 1e6, $i / $2
            if (pooled != "") printf " / %.1f", $i / pooled
            printf ")"
        }
        print ""
    }'
