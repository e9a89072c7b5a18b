// What every engine's page offers to the benchmark. An engine is {load(url, shape): {run(input), close()}}; run takes the
// input as a Float32Array and gives the output as one, so copies in and out count. Building the model does not.
// An engine that trains has trainer(url, {inputs, labels, batch, steps, rate}) too: {train(steps), answers(input), close()}. It trains from
// the file's weights on, `steps` steps or fewer, and all that it does for that counts; answers are those of what was trained last.

async function floats(url) {
    const response = await fetch(url);
    if (!response.ok) {
        throw new Error(`${url} answered ${response.status}`);
    }
    return new Float32Array(await response.arrayBuffer());
}

function base64(values) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) {
        text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return btoa(text);
}

/** A layer's parameter in a file of Loom. */
export function weightsOf(layer, name) {
    const {shape, data} = layer.parameters[name];
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    return {shape, values: new Float32Array(bytes.buffer)};
}

export function offer(engine) {
    let model;
    let input;
    globalThis.bench = {
        async prepare({url, inputUrl, shape, labelsUrl, steps, checkedSteps, rate}) {
            input = await floats(inputUrl);
            if (labelsUrl === undefined) {
                model = await engine.load(url, shape);
                return;
            }
            const batch = shape[0];
            const size = shape.reduce((a, b) => a * b);
            const trainer = await engine.trainer(url, {inputs: input, labels: await floats(labelsUrl), batch, steps, rate});
            model = {
                run: () => trainer.train(steps),
                async output(samples) {
                    await trainer.train(checkedSteps);
                    return trainer.answers(samples.slice(0, size));
                },
                close: () => trainer.close(),
            };
        },
        /** Output of one run, as base64. */
        async output() {
            return base64(await (model.output ?? model.run)(input));
        },
        /** Milliseconds of `runs` runs, one after the other. */
        async sample(runs) {
            const start = performance.now();
            for (let i = 0; i < runs; i++) {
                await model.run(input);
            }
            return performance.now() - start;
        },
        async close() {
            await model.close();
        },
    };
    const first = new URLSearchParams(location.search);
    if (first.has('first')) {
        firstResult(engine, first);
    } else {
        globalThis.ready = true;
    }
}

/** Loads a model and runs it once; `ready` becomes the time since the navigation started and the output. */
async function firstResult(engine, parameters) {
    try {
        const shape = JSON.parse(parameters.get('shape'));
        const [values, loaded] = await Promise.all([
            floats(parameters.get('input')),
            engine.load(parameters.get('first'), shape),
        ]);
        const output = await loaded.run(values);
        const at = performance.now();
        globalThis.ready = {at, output: base64(output)};
    } catch (error) {
        globalThis.ready = {error: String(error)};
    }
}
