#!/bin/bash
# Every test of the Java package.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
failed() { echo "bindings/java: $*" >&2; exit 1; }
step() { echo "-- $*"; }
maven() { mvn --quiet --batch-mode "$@"; }

step "the events of the library's generator"
"$root/packaging/programs.sh"

step "the native library and the jar"
"$root/packaging/java.sh"

step "tests, with checks of the calls between Java and C"
maven test
awk -F '[:,]' '/^Tests run/ { run += $2; bad += $4 + $6 }
    END { print run - bad " passed, " bad + 0 " failed" }' target/surefire-reports/*.txt

step "tests with the kernel that every CPU has"
APIGW_KERNEL=portable maven test -Dtest='GoldenTest,CasesTest'

step "what the native library exports: nothing but its methods"
exported=$(nm -D --defined-only natives/*/libapigw_jni.so | awk '$2 == "T" { print $3 }')
others=$(grep -v '^Java_apigw_Native_' <<< "$exported" || true)
if [ -z "$exported" ] || [ -n "$others" ]; then failed "it exports: $others"; fi

step "the files of the jar"
jar --list --file target/apigw-0.1.0.jar > target/files.txt
for file in META-INF/LICENSE-MIT META-INF/LICENSE-APACHE apigw/Apigw.class \
    'apigw/natives/linux-.*/libapigw_jni.so'; do
    grep -qx "$file" target/files.txt || failed "there is no $file in the jar"
done

echo "-- all tests of the Java package have passed"
