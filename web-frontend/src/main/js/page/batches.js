// ---- Inputs and outputs: checked, and where there are several, of every sample all numbers, value by value --------

/** An input and how many samples it has; `inputs` by their names become one array. */
function checkedInput({inputs, inputShape}, input, shape, file) {
    if (inputs !== undefined && isNamed(input)) {
        return pack(inputs, input, file);
    }
    if (!(input instanceof Float32Array) && !Array.isArray(input)) {
        throw new LoomError({code: 'INPUT', message: `the input is ${input === null ? 'null' : typeof input}, expected a Float32Array`, file});
    }
    const elements = product(inputShape);
    const batch = input.length / elements;
    const fits = shape === undefined
        || (shape.length === inputShape.length && shape.every((extent, i) => extent === inputShape[i]))
        || (shape.length === inputShape.length + 1 && shape[0] === batch && inputShape.every((extent, i) => extent === shape[i + 1]));
    if (!Number.isInteger(batch) || batch === 0 || !fits) {
        const found = shape === undefined ? `${input.length} values` : `shape [${shape.join(', ')}] with ${input.length} values`;
        throw new LoomError({
            code: 'SHAPE',
            message: `the input has ${found}, expected [${inputShape.join(', ')}] (${elements} values) or whole multiples of it`,
            file,
        });
    }
    return {input: input instanceof Float32Array ? input : new Float32Array(input), batch};
}

const outputLength = ({outputShape}, batch) => product(outputShape) * batch;

function checkOutput(info, output, batch, file) {
    if (output === undefined) {
        return;
    }
    const {outputs = []} = info;
    const length = outputLength(info, batch);
    const expected = outputs.length > 1 ? `none, for the model has ${outputs.length} outputs` : `a Float32Array of ${length} values`;
    if (outputs.length > 1 || !(output instanceof Float32Array) || output.length !== length) {
        const found = output instanceof Float32Array ? `an array of ${output.length} values` : `of type ${typeof output}`;
        throw new LoomError({code: 'SHAPE', message: `the option output is ${found}, expected ${expected}`, file});
    }
}

const isNamed = (input) => typeof input === 'object' && input !== null && !ArrayBuffer.isView(input) && !Array.isArray(input);
const product = (extents) => extents.reduce((all, extent) => all * extent, 1);

/** Numbers in a row per sample, and how many rows a value has before its axis of samples. */
function runs({shape, batchAxis}) {
    const inner = product(shape.slice(batchAxis + 1));
    return {inner, outer: product(shape) / inner};
}

/** Calls move(place in the value, place in the samples, length) for every run of numbers. */
function eachRun(ports, batch, move) {
    const total = ports.reduce((sum, port) => sum + product(port.shape), 0);
    let from = 0;
    for (const port of ports) {
        const {inner, outer} = runs(port);
        for (let n = 0; n < batch; n++) {
            for (let o = 0; o < outer; o++) {
                move(port.name, (o * batch + n) * inner, n * total + from + o * inner, inner);
            }
        }
        from += product(port.shape);
    }
    return total;
}

function pack(ports, values, file) {
    let batch = null;
    for (const {name, shape} of ports) {
        const value = values[name];
        const own = value === undefined ? 0 : value.length / product(shape);
        if (!Number.isInteger(own) || own === 0 || (batch !== null && own !== batch)) {
            const found = value === undefined ? 'is missing' : `has ${value.length} values`;
            throw new LoomError({
                code: 'SHAPE',
                message: `input ${name} ${found}, expected ${product(shape)} a sample of ${ports.map((port) => port.name).join(', ')}`,
                file,
            });
        }
        batch = own;
    }
    const input = new Float32Array(batch * ports.reduce((sum, port) => sum + product(port.shape), 0));
    eachRun(ports, batch, (name, there, here, length) => {
        for (let i = 0; i < length; i++) {
            input[here + i] = values[name][there + i];
        }
    });
    return {input, batch};
}

function unpack(ports, output, batch) {
    const values = Object.fromEntries(ports.map(({name, shape}) => [name, new Float32Array(batch * product(shape))]));
    eachRun(ports, batch, (name, there, here, length) => values[name].set(output.subarray(here, here + length), there));
    return values;
}

/** Throws the error of a part of a batch, which counts from its own first sample on: so many samples of so many elements come `before`. */
function counted(error, before, elements) {
    if (error instanceof LoomError) {
        const later = (by) => (words) => words.replace(/\d+/g, (number) => Number(number) + by);
        error.message = error.message
            .replace(/^input element \d+/, later(before * elements))
            .replace(/^a result of the samples \d+ to \d+/, later(before));
    }
    throw error;
}

/** Rejects when the signal does; the work itself goes on and its result is dropped. */
function abortable(promise, signal) {
    if (signal === undefined || signal === null) {
        return promise;
    }
    return new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort, {once: true});
        if (signal.aborted) {
            abort();
        }
        promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
}
