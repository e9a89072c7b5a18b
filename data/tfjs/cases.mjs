// Writes engine/src/test/resources/tfjs/cases.json: models of one or a few layers with random weights, inputs, and what tfjs itself makes of them.
//   npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
//   node cases.mjs > ../../engine/src/test/resources/tfjs/cases.json
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as layers from '@tensorflow/tfjs-layers';

await tf.setBackend('cpu');
const L = layers.layers;
let seed = 1;
const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return ((seed >>> 8) % 4096) / 2048 - 1;
};
const tensor = (shape, make = random) => tf.tensor(Array.from({length: shape.reduce((a, b) => a * b, 1)}, make), shape);
const cases = [];

async function add(name, model, options = {}) {
    model.setWeights(model.weights.map((w) => tensor(w.shape, w.name.includes('variance') ? () => 0.5 + Math.abs(random()) : random)));
    const inputs = model.inputs.map((i) => tensor([2, ...i.shape.slice(1)], options.input ?? random));
    const output = model.predict(inputs.length === 1 ? inputs[0] : inputs);
    let saved = null;
    await model.save({save: async (artifacts) => ((saved = artifacts), {modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}})});
    const weights = Buffer.from(new Uint8Array(saved.weightData instanceof Array ? Buffer.concat(saved.weightData.map(Buffer.from)) : saved.weightData));
    cases.push({
        name,
        model: {
            format: 'layers-model', generatedBy: 'tfjs', modelTopology: saved.modelTopology,
            weightsManifest: [{paths: ['group1-shard1of1.bin'], weights: saved.weightSpecs}],
        },
        weights: weights.toString('base64'),
        inputs: inputs.map((t) => Array.from(t.dataSync())),
        shape: output.shape.slice(1),
        output: Array.from(output.dataSync()),
    });
}

const row = (name, inputShape, list, options) => {
    const [first, ...rest] = list;
    const model = layers.sequential({name: name.replaceAll(/[^a-z0-9]+/gi, '_')});
    model.add(first(inputShape));
    rest.forEach((layer) => model.add(layer));
    return add(name, model, options);
};
const one = (name, inputShape, make, config = {}, options) => row(name, inputShape, [(s) => make({...config, inputShape: s})], options);

for (const activation of ['linear', 'relu', 'relu6', 'sigmoid', 'hardSigmoid', 'tanh', 'softmax', 'softplus', 'softsign', 'elu', 'selu', 'swish', 'mish', 'gelu']) {
    await one(`dense ${activation}`, [5], L.dense, {units: 4, activation});
}
await one('dense without bias', [5], L.dense, {units: 3, useBias: false});
await one('dense of rows', [4, 5], L.dense, {units: 3, activation: 'softmax'});
await one('conv1d same, strides', [8, 3], L.conv1d, {filters: 4, kernelSize: 4, padding: 'same', strides: 3});
await one('conv2d valid', [6, 5, 3], L.conv2d, {filters: 4, kernelSize: [3, 2], activation: 'relu'});
await one('conv2d same, strides', [7, 6, 2], L.conv2d, {filters: 3, kernelSize: 3, strides: [2, 3], padding: 'same'});
await one('conv2d same, even window', [6, 6, 2], L.conv2d, {filters: 3, kernelSize: 4, padding: 'same'});
await one('conv2d dilated', [8, 8, 2], L.conv2d, {filters: 3, kernelSize: 3, dilationRate: 2, useBias: false});
await one('conv2d softmax', [3, 3, 2], L.conv2d, {filters: 3, kernelSize: 1, activation: 'softmax'});
await one('conv3d', [4, 5, 3, 2], L.conv3d, {filters: 3, kernelSize: [2, 3, 2], padding: 'same'});
await one('conv2d transposed same', [4, 5, 3], L.conv2dTranspose, {filters: 2, kernelSize: 3, strides: 2, padding: 'same'});
await one('conv2d transposed same, even window', [4, 5, 3], L.conv2dTranspose, {filters: 2, kernelSize: 4, strides: 2, padding: 'same'});
await one('conv2d transposed valid', [3, 4, 2], L.conv2dTranspose, {filters: 3, kernelSize: 3, strides: 2, padding: 'valid', activation: 'relu'});
await one('conv2d transposed, wide strides', [3, 3, 2], L.conv2dTranspose, {filters: 3, kernelSize: 2, strides: 3, padding: 'same'});
await one('depthwise', [6, 6, 3], L.depthwiseConv2d, {kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same', activation: 'relu'});
await one('separable', [6, 5, 3], L.separableConv2d, {filters: 4, kernelSize: 3, depthMultiplier: 2, padding: 'same'});
await one('max pooling 1d', [8, 3], L.maxPooling1d, {poolSize: 3, strides: 2, padding: 'same'});
await one('max pooling 2d', [7, 6, 3], L.maxPooling2d, {poolSize: [3, 2], strides: [2, 2]});
await one('average pooling 1d', [8, 3], L.averagePooling1d, {poolSize: 3, strides: 3, padding: 'same'});
await one('average pooling 2d same', [7, 6, 3], L.averagePooling2d, {poolSize: 3, strides: 2, padding: 'same'});
await one('global average 1d', [5, 3], L.globalAveragePooling1d);
await one('global average 2d', [5, 4, 3], L.globalAveragePooling2d);
await one('global max 1d', [5, 3], L.globalMaxPooling1d);
await one('global max 2d', [5, 4, 3], L.globalMaxPooling2d);
await one('padding', [3, 4, 2], L.zeroPadding2d, {padding: [[1, 2], [0, 3]]});
await one('cropping', [5, 6, 2], L.cropping2D, {cropping: [[1, 2], [0, 3]]});
await one('enlarged', [3, 2, 2], L.upSampling2d, {size: [2, 3]});
await one('batch normalisation of rows', [5], L.batchNormalization);
await one('batch normalisation of pictures', [3, 4, 5], L.batchNormalization, {epsilon: 0.01});
await one('batch normalisation without scale', [3, 4], L.batchNormalization, {scale: false, center: false});
await one('layer normalisation', [4, 6], L.layerNormalization);
await one('embedding', [6], L.embedding, {inputDim: 7, outputDim: 3}, {input: () => Math.floor((random() + 1) * 3.49)});
await one('relu with a limit', [9], L.reLU, {maxValue: 0.5});
await one('leaky relu', [9], L.leakyReLU, {alpha: 0.1});
await one('prelu', [3, 4, 2], L.prelu, {sharedAxes: [1, 2]});
await one('thresholded relu', [9], L.thresholdedReLU, {theta: 0.25});
await one('softmax', [3, 4], L.softmax, {axis: -1});
await one('reshape', [3, 4], L.reshape, {targetShape: [2, -1]});
await one('permute', [2, 3, 4], L.permute, {dims: [3, 1, 2]});
await one('repeat', [4], L.repeatVector, {n: 3});
await one('flatten', [2, 3, 4], L.flatten);
await one('activation', [4], L.activation, {activation: 'tanh'});
await one('elu', [9], L.elu);
await one('rescaling', [4, 3], L.rescaling, {scale: 0.25, offset: -0.5});
await one('max pooling 3d', [4, 5, 4, 2], L.maxPooling3d, {poolSize: 2, padding: 'same'});
await one('average pooling 3d', [4, 5, 4, 2], L.averagePooling3d, {poolSize: [2, 3, 2], strides: 2});
await row('what only training does', [4, 3], [
    (s) => L.dropout({rate: 0.5, inputShape: s}), L.spatialDropout1d({rate: 0.5}), L.gaussianDropout({rate: 0.5}), L.alphaDropout({rate: 0.5}),
    L.gaussianNoise({stddev: 1}), L.dense({units: 2})]);
// The default needs a part of tfjs that is not here.
const plain = {recurrentInitializer: 'glorotUniform'};
for (const [name, make] of [['lstm', L.lstm], ['gru', L.gru], ['simple rnn', L.simpleRNN]]) {
    await one(name, [5, 3], make, {...plain, units: 4});
    await one(`${name}, sequences`, [5, 3], make, {...plain, units: 4, returnSequences: true, ...(name === 'simple rnn' ? {} : {recurrentActivation: 'sigmoid'})});
    await one(`${name}, backwards`, [5, 3], make, {...plain, units: 2, goBackwards: true, useBias: false});
    for (const mergeMode of ['concat', 'sum', 'ave', 'mul']) {
        await one(`${name}, both directions, ${mergeMode}`, [5, 3], L.bidirectional,
            {layer: make({...plain, units: 3, returnSequences: mergeMode !== 'ave'}), mergeMode});
    }
}
await one('time distributed', [4, 3], L.timeDistributed, {layer: L.dense({units: 2, activation: 'tanh'})});
await row('a classifier', [8, 8, 1], [
    (s) => L.conv2d({filters: 4, kernelSize: 3, activation: 'relu', inputShape: s}),
    L.batchNormalization(), L.maxPooling2d({poolSize: 2}), L.conv2d({filters: 3, kernelSize: 2}), L.leakyReLU(),
    L.flatten(), L.dense({units: 5, activation: 'softmax'})]);
for (const [name, merge] of Object.entries({
    add: L.add, multiply: L.multiply, average: L.average, maximum: L.maximum, minimum: L.minimum, concatenate: L.concatenate})) {
    const x = layers.input({shape: [4, 4, 2], name: `${name}_x`});
    const a = L.conv2d({filters: 3, kernelSize: 1}).apply(x);
    const b = L.conv2d({filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh'}).apply(x);
    await add(`${name} of branches`, layers.model({inputs: x, outputs: merge().apply([a, b, a])}));
}
{
    const x = layers.input({shape: [3], name: 'left'});
    const z = layers.input({shape: [3], name: 'right'});
    const shared = L.dense({units: 4, activation: 'tanh'});
    await add('a shared layer', layers.model({inputs: [x, z], outputs: L.concatenate().apply([shared.apply(x), shared.apply(z)])}));
}
{
    const inner = layers.sequential({name: 'inner'});
    inner.add(L.conv2d({filters: 2, kernelSize: 3, inputShape: [5, 5, 1]}));
    inner.add(L.reLU());
    const x = layers.input({shape: [5, 5, 1], name: 'outer'});
    const mixed = L.concatenate({axis: 1}).apply([L.permute({dims: [2, 1, 3]}).apply(inner.apply(x)), inner.apply(x)]);
    await add('a model inside', layers.model({inputs: x, outputs: L.globalMaxPooling2d({}).apply(mixed)}));
}

/** Numbers as f32 has them; without what only training needs. */
function kept(key, value) {
    if (/_(initializer|regularizer|constraint)$/.test(key)) {
        return undefined;
    }
    return typeof value === 'number' && !Number.isInteger(value) ? Number(Math.fround(value).toPrecision(9)) : value;
}
console.log('[');
console.log(cases.map((c) => JSON.stringify(c, kept)).join(',\n'));
console.log(']');
