#!/bin/sh
# Compares the Go binding with other JSON libraries: bindings/go/bench/run.sh [ROUNDS] [PATTERN]
#
# Every round runs all benchmarks (or those of the pattern) once, so that other work of the machine
# slows all of them. The output of all rounds is kept in target/bench/go-*.txt. The script prints
# medians of processor time by benchstat, and the ratio of every other reader to apigw and to apigw
# with a recycled buffer. "floor" is a copy to fresh memory and the rest of the workload, without
# decoding. GOTOOLCHAIN chooses another Go.
#
# Then it does the same with Go 1.27, whose encoding/json has a new engine.
set -eu
cd "$(dirname "$0")/../../.."
rounds=${1:-10}
pattern=${2:-.}
newest=go1.27.1
cargo run --quiet --release --locked -p apigw-corpus -- target/corpus > /dev/null
mkdir -p target/bench
bench=$PWD/target/bench
cd bindings/go/bench
# The programs are copied, so that they are in memory as after a deployment. With the pages that the
# linker has written, the first decode of a process would have a page fault for each page.
build() {
    file=$1
    shift
    env "$@" go test -c -o "$bench/linked" .
    cp "$bench/linked" "$file"
    rm "$bench/linked"
}
build "$bench/go.test"
build "$bench/go-newest.test" GOTOOLCHAIN=$newest
: > "$bench/go.txt"
: > "$bench/go-newest.txt"
while [ "$rounds" -gt 0 ]; do
    "$bench/go.test" -test.bench "$pattern" -test.benchtime 50ms >> "$bench/go.txt"
    "$bench/go-newest.test" -test.bench "$pattern" -test.benchtime 50ms >> "$bench/go-newest.txt"
    rounds=$((rounds - 1))
done

medians() {
    go tool benchstat -col /reader -row .name,/event -filter "$2" -format csv "$1" 2> /dev/null
}

# For each cell benchstat prints a median in seconds, an interval and two words of comparison.
table() {
    { medians "$1" '.unit:cpu-ns/op'; medians "$1" '.name:First .unit:ns/op'; } | awk -F, '
    $2 == "apigw" {
        delete reader
        for (i = 2; i <= NF; i++) if ($i != "") reader[i] = $i
        last = NF
        next
    }
    $1 == "" || $2 !~ /^[0-9.e-]+$/ || $1 == "geomean" { next }
    {
        pooled = ""
        for (i in reader) if (reader[i] == "apigw-pooled") pooled = $i
        printf "%-18s apigw %.2f", $1, $2 * 1e6
        if (pooled != "") printf ", pooled %.2f", pooled * 1e6
        for (i = 3; i <= last; i++) {
            if (reader[i] == "" || reader[i] == "apigw-pooled" || $i == "") continue
            printf ", %s %.2f (%.1f", reader[i], $i * 1e6, $i / $2
            if (pooled != "") printf " / %.1f", $i / pooled
            printf ")"
        }
        print ""
    }'
}

echo "$(go env GOVERSION), microseconds of processor time; times that of apigw / apigw-pooled"
table "$bench/go.txt"
echo "$newest"
table "$bench/go-newest.txt"
