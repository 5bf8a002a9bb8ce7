#!/bin/sh
# Builds the jar of the connector for Spark, with the Java package in it: packaging/spark.sh
set -eu
cd "$(dirname "$0")/.."
packaging/java.sh
mvn --quiet --batch-mode --file integrations/spark/pom.xml package
echo "apigw-spark-0.1.0.jar $(wc -c < integrations/spark/target/apigw-spark-0.1.0.jar) bytes"
