#!/usr/bin/env bash
# Fetches public ONNX models into data/onnx, from the npm packages that ship them: three versions of Silero's voice activity detector
# (6 MB). The tests that run them are skipped where they are missing.
set -euo pipefail
cd "$(dirname "$0")"
package=@ricky0123/vad-web@0.0.31
sha256=d1a211cf1a2ed26297da52cc08de79e75d79838a274bfc6de546feb1f828c940

if [ -f onnx/silero_vad_v6.onnx ]; then
    echo "data/onnx is there already"
    exit 0
fi
. ./npm.sh
fetch "$package" "$sha256"
mkdir -p onnx
mv "$work"/package/dist/silero_vad_*.onnx onnx/
echo "fetched $package into data/onnx"
