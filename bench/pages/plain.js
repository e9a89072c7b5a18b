// A network of two layers trained by loops over typed arrays, as one would write them by hand, with care. Weights lie unit by unit, so that every
// inner loop walks along rows; forwards it takes four at once. Slopes of 0, behind a ReLU half of them, are left out.
import {offer, weightsOf} from './bench.js';

function layersOf(file) {
    return file.cells.flatMap((cell) => cell.layers).map((layer) => {
        const {values: kernel, shape: [inputs, units]} = weightsOf(layer, 'kernel');
        const weights = new Float32Array(kernel.length);
        for (let i = 0; i < inputs; i++) {
            for (let unit = 0; unit < units; unit++) {
                weights[unit * inputs + i] = kernel[i * units + unit];
            }
        }
        return {inputs, units, weights, bias: weightsOf(layer, 'bias').values};
    });
}

/** `rows` samples from `x[from]` on: what the layer gives, row by row. */
function forward({inputs, units, weights, bias}, x, from, rows, y, relu) {
    for (let row = 0; row < rows; row++) {
        const start = from + row * inputs;
        const to = row * units;
        let unit = 0;
        for (; unit + 3 < units; unit += 4) {
            const w0 = unit * inputs;
            const w1 = w0 + inputs;
            const w2 = w1 + inputs;
            const w3 = w2 + inputs;
            let s0 = bias[unit];
            let s1 = bias[unit + 1];
            let s2 = bias[unit + 2];
            let s3 = bias[unit + 3];
            for (let i = 0; i < inputs; i++) {
                const value = x[start + i];
                s0 += value * weights[w0 + i];
                s1 += value * weights[w1 + i];
                s2 += value * weights[w2 + i];
                s3 += value * weights[w3 + i];
            }
            y[to + unit] = s0;
            y[to + unit + 1] = s1;
            y[to + unit + 2] = s2;
            y[to + unit + 3] = s3;
        }
        for (; unit < units; unit++) {
            const w = unit * inputs;
            let sum = bias[unit];
            for (let i = 0; i < inputs; i++) {
                sum += x[start + i] * weights[w + i];
            }
            y[to + unit] = sum;
        }
        for (let i = to; relu && i < to + units; i++) {
            y[i] = y[i] < 0 ? 0 : y[i];
        }
    }
}

/** Turns logits into the gradient of the mean cross-entropy by them. */
function slopes(z, labels, from, rows, classes) {
    for (let row = 0; row < rows; row++) {
        const at = row * classes;
        let most = -Infinity;
        for (let c = 0; c < classes; c++) {
            most = Math.max(most, z[at + c]);
        }
        let sum = 0;
        for (let c = 0; c < classes; c++) {
            z[at + c] = Math.exp(z[at + c] - most);
            sum += z[at + c];
        }
        for (let c = 0; c < classes; c++) {
            z[at + c] = (z[at + c] / sum - (labels[from + row] === c ? 1 : 0)) / rows;
        }
    }
}

/** Slopes of what a layer took, from those of what it gave; 0 where a ReLU before it gave 0. */
function back({inputs, units, weights}, dz, rows, x, dx) {
    dx.fill(0);
    for (let row = 0; row < rows; row++) {
        for (let unit = 0; unit < units; unit++) {
            const slope = dz[row * units + unit];
            for (let i = 0; i < inputs; i++) {
                dx[row * inputs + i] += slope * weights[unit * inputs + i];
            }
        }
    }
    for (let i = 0; i < dx.length; i++) {
        if (x[i] === 0) {
            dx[i] = 0;
        }
    }
}

/** One step down: `dz [rows, units]` are the slopes of a layer that took `x`. */
function descend({inputs, units, weights, bias}, x, from, rows, dz, rate, sums) {
    for (let unit = 0; unit < units; unit++) {
        let biasSum = 0;
        sums.fill(0);
        for (let row = 0; row < rows; row++) {
            const slope = dz[row * units + unit];
            if (slope === 0) {
                continue;
            }
            biasSum += slope;
            const start = from + row * inputs;
            for (let i = 0; i < inputs; i++) {
                sums[i] += slope * x[start + i];
            }
        }
        const w = unit * inputs;
        for (let i = 0; i < inputs; i++) {
            weights[w + i] -= rate * sums[i];
        }
        bias[unit] -= rate * biasSum;
    }
}

/** One step of a batch whose first sample is `first`; `room` is memory for it. */
function step({hidden, output}, {inputs, labels, batch, rate}, first, {h, dh, z, sums}) {
    const start = first * hidden.inputs;
    forward(hidden, inputs, start, batch, h, true);
    forward(output, h, 0, batch, z, false);
    slopes(z, labels, first, batch, output.units);
    back(output, z, batch, h, dh);
    descend(output, h, 0, batch, z, rate, sums);
    descend(hidden, inputs, start, batch, dh, rate, sums);
}

offer({
    async trainer(url, task) {
        const file = await (await fetch(url)).json();
        const {batch, labels} = task;
        let [hidden, output] = layersOf(file);
        return {
            train(count) {
                [hidden, output] = layersOf(file);
                const room = {
                    h: new Float32Array(batch * hidden.units),
                    dh: new Float32Array(batch * hidden.units),
                    z: new Float32Array(batch * output.units),
                    sums: new Float32Array(hidden.inputs),
                };
                for (let i = 0; i < count; i++) {
                    step({hidden, output}, task, (i * batch) % labels.length, room);
                }
            },
            answers(input) {
                const h = new Float32Array(batch * hidden.units);
                const z = new Float32Array(batch * output.units);
                forward(hidden, input, 0, batch, h, true);
                forward(output, h, 0, batch, z, false);
                return z;
            },
            close() {},
        };
    },
});
