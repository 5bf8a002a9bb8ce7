#!/bin/sh
# Builds the native library of the Java package, with the C library in it, and the jar:
# packaging/java.sh [TARGET]
set -eu
cd "$(dirname "$0")/.."
host=$(rustc -vV | sed -n 's/^host: //p')
target=${1:-$host}
case $target in
    x86_64-*-linux-gnu) name=linux-amd64 compiler=x86_64-linux-gnu-gcc ;;
    aarch64-*-linux-gnu) name=linux-aarch64 compiler=aarch64-linux-gnu-gcc ;;
    *)
        echo "The Java package has no native library for $target" >&2
        exit 1 ;;
esac
[ "$target" != "$host" ] || compiler=cc
packaging/build.sh "$target"
java=bindings/java
library=$java/natives/$name/libapigw_jni.so
mkdir -p "$java/natives/$name"
CC=${CC:-$compiler} LIBRARY=${CARGO_TARGET_DIR:-target}/capi/$target/libapigw.a INCLUDE=include \
    OUTPUT=$library "$java/build.sh"
mvn --quiet --batch-mode --file "$java/pom.xml" -DskipTests install
echo "$target: libapigw_jni.so $(wc -c < "$library") bytes," \
    "apigw-0.1.0.jar $(wc -c < "$java/target/apigw-0.1.0.jar") bytes"
