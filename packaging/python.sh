#!/bin/bash
# Builds the Python package and installs it, with what its tests use, in an environment for each
# version of CPython from 3.11 on that is found: packaging/python.sh
#
# target/python/environments has one line for each environment. target/python/tools has the tools.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$PWD/bindings/python
work=${CARGO_TARGET_DIR:-$PWD/target}/python
mkdir -p "$work"
work=$(cd "$work" && pwd)

# Runs a command, and shows its output only if it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }
}

# One interpreter for each version: those of the system, which are compiled with all optimisations,
# and those that pyenv has installed.
found=()
seen=" "
for command in /usr/bin/python3 python3.{11,12,13,14,15} \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3; do
    version=$("$command" -c 'import ensurepip, sys
if sys.implementation.name == "cpython" and sys.version_info >= (3, 11):
    print("%d.%d" % sys.version_info[:2])' 2> /dev/null) || continue
    [[ -n $version && $seen != *" $version "* ]] || continue
    seen+="$version "
    found+=("$version $command")
done
[ ${#found[@]} -gt 0 ] ||
    { echo "packaging/python.sh: there is no CPython 3.11 or newer" >&2; exit 1; }

# Makes an environment with the packages of a lock file: NAME INTERPRETER LOCK_FILE
environment() {
    local folder=$work/$1
    local stamp
    stamp="$("$2" --version) $(sha256sum < "$3")"
    [ "$(cat "$folder/stamp" 2> /dev/null)" != "$stamp" ] || return 0
    echo "Installing $(basename "$3") for $("$2" --version) into target/python/$1"
    rm -rf "$folder"
    "$2" -m venv "$folder"
    "$folder/bin/pip" install --quiet --no-input --disable-pip-version-check \
        --only-binary :all: --requirement "$3"
    echo "$stamp" > "$folder/stamp"
}

read -r _ newest <<< "${found[-1]}"
environment tools "$newest" "$python/requirements/tools.txt"
rm -rf "$work/wheel"
CARGO_TARGET_DIR=$work quietly "$work/tools/bin/maturin" build --release --locked \
    --compatibility linux --interpreter "$newest" --manifest-path "$python/Cargo.toml" \
    --out "$work/wheel"
: > "$work/environments"
for version_command in "${found[@]}"; do
    read -r version command <<< "$version_command"
    environment "$version" "$command" "$python/requirements/test.txt"
    "$work/$version/bin/pip" install --quiet --no-input --disable-pip-version-check --no-deps \
        --no-index --force-reinstall "$work"/wheel/*.whl
    echo "$work/$version" >> "$work/environments"
done
echo "Python $(printf '%s, ' "${found[@]%% *}" | sed 's/, $//'): $(basename "$work"/wheel/*.whl)" \
    "$(wc -c < "$(echo "$work"/wheel/*.whl)") bytes"
