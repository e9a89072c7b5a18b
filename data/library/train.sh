#!/usr/bin/env bash
# Trains the playground's library anew: data/library/out/*.json are then, byte for byte, the files in web-frontend's models/ (whose README.md
# says what they are). Takes about a minute for the points, ten for the digits on two cores, ten for the text on one. Needs node for the points and
# the text, MNIST for the digits. `train.sh text` makes the text model alone.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p out

# A folder with tokenizer and weights, for ./loom generate and Loom.load.
text() {
    node text.mjs
    ../../loom train --model alice.json --data text/out/train.json --test text/out/test.json \
        --training alice-training.json --output text/out/alice.json | tail -n 2
    ../../loom convert text/out/alice.json out/alice --tokenizer text/out/tokenizer.json --quantise bf16
}

if [[ ${1:-} == text ]]; then
    text
    exit
fi
node points.mjs
../mnist.sh

train() { # model, data, options
    ../../loom train --model "$1.json" --data "$2" --training "$3.json" --grid-bits 8 --output "out/$1.json" | tail -n 1
}

train xor points/xor.csv points-training
train circles points/circles.csv points-training
train clusters points/clusters.csv points-training
train spiral points/spiral.csv points-training
train experts points/quarters.csv experts-training
train digits-conv ../mnist digits-conv-training
text
