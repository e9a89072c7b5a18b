#!/usr/bin/env bash
# Fetches a network that doubles pictures (890 KB, a layers-model of tfjs) into data/upscaler, from the npm package that ships it, with a
# picture and what the network should make of it. The tests that run it are skipped where it is missing.
set -euo pipefail
cd "$(dirname "$0")"
package=@upscalerjs/default-model@1.0.0
sha256=4d40035493971cf5a9dac28738dd04c5c13e5b936bf35fa467bb368b99a1d36c

if [ -f upscaler/result.png ]; then
    echo "data/upscaler is there already"
    exit 0
fi
. ./npm.sh
fetch "$package" "$sha256"
mkdir -p upscaler
mv "$work"/package/models/model.json "$work"/package/models/group1-shard1of1.bin "$work"/package/assets/fixture.png upscaler/
mv "$work"/package/assets/samples/2x/result.png upscaler/
echo "fetched $package into data/upscaler"
