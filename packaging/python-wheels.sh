#!/bin/bash
# Builds the wheels of the Python package for Linux with glibc 2.17 or newer, on x86-64 and on
# 64-bit ARM, and the source distribution, into target/python/dist: packaging/python-wheels.sh
#
# zig, which comes as a Python package, links for the old glibc and for the other CPU.
set -euo pipefail
cd "$(dirname "$0")/.."

# Runs a command, and shows its output only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }
}
packaging/python.sh
work=$(cd "${CARGO_TARGET_DIR:-target}/python" && pwd)
tools=$work/tools/bin
interpreter=$(sed -n '$s|$|/bin/python|p' "$work/environments")
packaging/toolchain-target.sh aarch64-unknown-linux-gnu
export CARGO_TARGET_DIR=$work PATH=$tools:$PATH
dist=$work/dist
rm -rf "$dist"
for target in x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu; do
    quietly maturin build --release --locked --zig --target "$target" \
        --compatibility manylinux2014 --interpreter "$interpreter" \
        --manifest-path bindings/python/Cargo.toml --out "$dist"
done
quietly maturin sdist --manifest-path bindings/python/Cargo.toml --out "$dist"
for wheel in "$dist"/*.whl; do
    policy=$(auditwheel show "$wheel")
    [[ $policy == *'"manylinux_2_17_'* ]] ||
        { echo "$policy" >&2; exit 1; }
    abi3audit --strict --report "$wheel" > /dev/null
    echo "$(basename "$wheel"): $(wc -c < "$wheel") bytes"
done
echo "$(basename "$dist"/*.tar.gz): $(wc -c < "$(echo "$dist"/*.tar.gz)") bytes"
