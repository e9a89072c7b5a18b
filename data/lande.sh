#!/usr/bin/env bash
# Fetches the language detector lande (110 KB) from npm into data/lande, as a model of ours and the labelled sentences of its own test. The
# test that runs it is skipped where it is missing.
set -euo pipefail
cd "$(dirname "$0")"
package=lande@1.0.10
archive=lande-1.0.10.tgz
sha256=533d69f9515ee4e8604f3b29c9b8551c02b91e8476cd1529efa68c7925d021d6

if [ -f lande/sentences.json ]; then
    echo "data/lande is there already"
    exit 0
fi
command -v npm >/dev/null || { echo "npm is needed to fetch $package: install Node.js" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" "$package" >/dev/null
check=$(command -v sha256sum || echo "shasum -a 256")
echo "$sha256  $work/$archive" | $check --check --quiet -
tar -xzf "$work/$archive" -C "$work"
mkdir -p lande
node lande.mjs "$work/package" lande
echo "fetched $package into data/lande"
