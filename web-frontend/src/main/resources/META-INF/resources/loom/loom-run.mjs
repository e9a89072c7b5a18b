// Runs models that were compiled ahead of time, `./loom convert model.json model.wasm` (docs/compiled.md), with nothing else beside this file:
// `const model = await load('model.wasm'); const y = model.run(x);`

/** `code` is NETWORK, MODEL, SHAPE, INPUT or TRAP. */
export class LoomRunError extends Error {
    constructor(code, message) {
        super(message);
        this.name = 'LoomRunError';
        this.code = code;
    }
}

const REFUSED = 1;
const TRAPPED = 2;

/**
 * Loads a compiled model: its address, a Response, its bytes, or a WebAssembly.Module, which other threads can share. `fetch` takes the
 * options for the address.
 */
export async function load(source, options = {}) {
    return new CompiledModel(source instanceof WebAssembly.Module ? source : await compile(source, options));
}

async function compile(source, options) {
    if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
        return WebAssembly.compile(source);
    }
    const response = source instanceof Response ? source : await fetch(source, options);
    if (!response.ok) {
        throw new LoomRunError('NETWORK', `${response.url} answered ${response.status}`);
    }
    // Some static hosts do not know the type of .wasm; compileStreaming insists on it.
    return response.headers.get('Content-Type')?.startsWith('application/wasm')
        ? WebAssembly.compileStreaming(response)
        : WebAssembly.compile(await response.arrayBuffer());
}

const product = (extents) => extents.reduce((all, extent) => all * extent, 1);

class CompiledModel {
    #exports;
    #elements;

    /** {name, input, output, capacity, model, program, engine}: shapes of one sample, samples of one call, digests as in receipts. */
    info;

    constructor(module) {
        const [description] = WebAssembly.Module.customSections(module, 'loom');
        if (description === undefined) {
            throw new LoomRunError('MODEL', 'this WebAssembly module is no model that Loom compiled');
        }
        this.info = JSON.parse(new TextDecoder().decode(description));
        this.#elements = {input: product(this.info.input), output: product(this.info.output)};
        this.#exports = new WebAssembly.Instance(module).exports;
    }

    /** Output for one sample, or for several after each other, as a new Float32Array. */
    run(input) {
        const {input: taken, output: given} = this.#elements;
        const samples = input.length / taken;
        if (!Number.isInteger(samples) || samples === 0) {
            throw new LoomRunError('SHAPE', `the input has ${input.length} values, expected [${this.info.input}] (${taken} values) or whole multiples of it`);
        }
        const {memory, infer, input: from, output: to, capacity} = this.#exports;
        const output = new Float32Array(samples * given);
        for (let done = 0; done < samples; ) {
            const count = Math.min(samples - done, capacity.value);
            new Float32Array(memory.buffer, from.value, count * taken).set(input.slice(done * taken, (done + count) * taken));
            const status = infer(count);
            if (status === REFUSED) {
                throw new LoomRunError('INPUT', `one of the samples ${done} to ${done + count - 1} has a value that is no number, infinite or above 2^50`);
            }
            if (status === TRAPPED) {
                throw new LoomRunError('TRAP', `a result of the samples ${done} to ${done + count - 1} left its domain; ./loom run says which layer's`);
            }
            output.set(new Float32Array(memory.buffer, to.value, count * given), done * given);
            done += count;
        }
        return output;
    }
}
