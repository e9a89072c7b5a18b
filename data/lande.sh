#!/usr/bin/env bash
# Fetches the language detector lande (110 KB) from npm into data/lande, as a model of ours and the labelled sentences of its own test. The
# test that runs it is skipped where it is missing.
set -euo pipefail
cd "$(dirname "$0")"
package=lande@1.0.10
sha256=533d69f9515ee4e8604f3b29c9b8551c02b91e8476cd1529efa68c7925d021d6

if [ -f lande/sentences.json ]; then
    echo "data/lande is there already"
    exit 0
fi
. ./npm.sh
fetch "$package" "$sha256"
mkdir -p lande
node lande.mjs "$work/package" lande
echo "fetched $package into data/lande"
