#!/bin/sh
# Form, lints and documentation of the Java package, and the licences of what its tests use.
set -eu
cd "$(dirname "$0")"
mvn --quiet --batch-mode spotless:check compile javadoc:javadoc license:add-third-party
