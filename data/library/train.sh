#!/usr/bin/env bash
# Trains the playground's library anew: data/library/out/*.json are then, byte for byte, the files in web-frontend's models/ (whose README.md
# says what they are). Takes about a minute for the points, ten for the digits on two cores. Needs node for the points, MNIST for the digits.
set -euo pipefail
cd "$(dirname "$0")"
node points.mjs
../mnist.sh
mkdir -p out

train() { # model, data, options
    ../../loom train --model "$1.json" --data "$2" --training "$3.json" --grid-bits 8 --output "out/$1.json" | tail -n 1
}

train xor points/xor.csv points-training
train circles points/circles.csv points-training
train clusters points/clusters.csv points-training
train spiral points/spiral.csv points-training
train experts points/quarters.csv experts-training
train digits-conv ../mnist digits-conv-training
