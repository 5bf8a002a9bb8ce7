#!/bin/sh
# Compares the Java package with Jackson and the types of AWS.
set -eu
cd "$(dirname "$0")"
mvn --quiet --batch-mode test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
java -cp "target/classes:target/test-classes:$(cat target/classpath)" apigw.bench.Bench
