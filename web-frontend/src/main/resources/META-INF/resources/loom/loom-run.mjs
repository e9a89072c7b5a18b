// Runs models that were compiled ahead of time, `./loom convert model.json model.wasm` (docs/compiled.md), with nothing else beside this file:
// `const model = await load('model.wasm'); const y = model.run(x);`

/** `code` is CONFIG, NETWORK, MODEL, SHAPE, INPUT or TRAP. */
export class LoomRunError extends Error {
    constructor(code, message) {
        super(message);
        this.name = 'LoomRunError';
        this.code = code;
    }
}

const REFUSED = 1;
const TRAPPED = 2;
const LARGEST = 2 ** 50;
const FORBIDDEN = "the Content-Security-Policy, of the page or of the Worker's script, forbids WebAssembly: its script-src lacks 'wasm-unsafe-eval'";

/**
 * Loads a compiled model: its address, a Response, its bytes, or a WebAssembly.Module, which other threads can share. `fetch` takes the
 * options for the address.
 */
export async function load(source, options = {}) {
    const module = source instanceof WebAssembly.Module ? source : await compile(source, options);
    const [description] = WebAssembly.Module.customSections(module, 'loom');
    if (description === undefined) {
        throw new LoomRunError('MODEL', 'this WebAssembly module is no model that Loom compiled');
    }
    try {
        const info = JSON.parse(new TextDecoder().decode(description));
        // Not `new Instance`, which pages may only call for small modules.
        return new CompiledModel(info, (await WebAssembly.instantiate(module)).exports);
    } catch (error) {
        // A memory that cannot be had is not the file's fault.
        throw error instanceof RangeError ? error : new LoomRunError('MODEL', `the compiled model is damaged: ${error.message}`);
    }
}

async function compile(source, options) {
    const given = source instanceof ArrayBuffer || ArrayBuffer.isView(source) ? source : await fetched(source, options);
    try {
        // Some static hosts do not know the type of .wasm; compileStreaming insists on it.
        return await (!(given instanceof Response) ? WebAssembly.compile(given)
            : given.headers.get('Content-Type')?.startsWith('application/wasm') ? WebAssembly.compileStreaming(given)
            : WebAssembly.compile(await given.arrayBuffer()));
    } catch (error) {
        if (isForbidden()) {
            throw new LoomRunError('CONFIG', FORBIDDEN);
        }
        throw error instanceof WebAssembly.CompileError ? new LoomRunError('MODEL', `no WebAssembly module: ${error.message}`) : error;
    }
}

/** What browsers say of it differs, and so do their errors: whether the smallest module there is can be compiled tells. */
function isForbidden() {
    try {
        new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
        return false;
    } catch {
        return true;
    }
}

async function fetched(source, options) {
    let response = source;
    if (!(source instanceof Response)) {
        try {
            response = await fetch(source, options);
        } catch (error) {
            throw error.name === 'AbortError' ? error : new LoomRunError('NETWORK', `${source} could not be fetched: ${error.message}`);
        }
    }
    if (!response.ok) {
        throw new LoomRunError('NETWORK', `${response.url} answered ${response.status}`);
    }
    return response;
}

const product = (extents) => extents.reduce((all, extent) => all * extent, 1);

class CompiledModel {
    #exports;
    #elements;

    /** {name, input, output, capacity, model, program, engine}: shapes of one sample, samples of one call, digests as `./loom inspect` shows them. */
    info;

    constructor(info, exports) {
        const missing = [
            ...['input', 'output'].filter((name) => !Array.isArray(info[name])),
            ...['memory', 'infer', 'input', 'output', 'capacity'].filter((name) => exports[name] === undefined),
        ];
        if (missing.length > 0) {
            throw new Error(`it has no ${missing[0]}`);
        }
        this.info = info;
        this.#elements = {input: product(info.input), output: product(info.output)};
        this.#exports = exports;
    }

    /** What the model takes of memory, in bytes. */
    get bytes() {
        return this.#exports.memory.buffer.byteLength;
    }

    /** Output for one sample, or for several after each other, as a new Float32Array, or in `output`, one of its length. */
    run(input, {output} = {}) {
        const {input: taken, output: given} = this.#elements;
        const samples = input.length / taken;
        if (!Number.isInteger(samples) || samples === 0) {
            throw new LoomRunError('SHAPE', `the input has ${input.length} values, expected [${this.info.input}] (${taken} values) or whole multiples of it`);
        }
        const result = output ?? new Float32Array(samples * given);
        if (!(result instanceof Float32Array) || result.length !== samples * given) {
            throw new LoomRunError('SHAPE', `the option output has ${result.length} values, expected a Float32Array of ${samples * given}`);
        }
        const {memory, infer, input: from, output: to, capacity} = this.#exports;
        // What is written to the output of the first samples may be the input of the next ones.
        const source = output !== undefined && output.buffer === input.buffer ? input.slice() : input;
        for (let done = 0; done < samples; ) {
            const count = Math.min(samples - done, capacity.value);
            const part = count === samples ? source : source.slice(done * taken, (done + count) * taken);
            new Float32Array(memory.buffer, from.value, count * taken).set(part);
            const status = infer(count);
            if (status === REFUSED) {
                const i = source.findIndex((value) => !(Math.abs(Math.fround(value)) <= LARGEST));
                throw new LoomRunError('INPUT', `input element ${i} is ${source[i]}, expected a magnitude up to 2^50`);
            }
            if (status === TRAPPED) {
                throw new LoomRunError('TRAP', `a result of the samples ${done} to ${done + count - 1} left its domain; ./loom run says which layer's`);
            }
            result.set(new Float32Array(memory.buffer, to.value, count * given), done * given);
            done += count;
        }
        return result;
    }
}
