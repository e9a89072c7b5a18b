// What every engine's page offers to the benchmark. An engine is {load(url, shape): {run(input), close()}}; run takes the
// input as a Float32Array and gives the output as one, so copies in and out count. Building the model does not.

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

export function offer(engine) {
    let model;
    let input;
    globalThis.bench = {
        async prepare({url, inputUrl, shape}) {
            input = await floats(inputUrl);
            model = await engine.load(url, shape);
        },
        /** Output of one run, as base64. */
        async output() {
            return base64(await model.run(input));
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
