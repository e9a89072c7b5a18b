// The import module "loom": what Java calls often or in bulk, bound straight to wasm imports (a kernel call costs about
// 55 ns this way, three times that through JSO). Everything else goes through JSO interfaces.
//
// TeaVM's arrays are opaque to JavaScript. They cross in blocks through a staging block in TeaVM's own linear memory:
// Java fills or reads it with bare loads and stores, JavaScript moves it with one TypedArray.set.

const STAGING_BYTES = 1 << 18;

function hostImports({memory, guarded}, hands) {
    const views = new WeakMap();

    /** The bytes of a WebAssembly.Memory; made again when the memory has grown, which detaches the old buffer. */
    function bytesOf(owner) {
        let view = views.get(owner);
        if (view === undefined || view.buffer !== owner.buffer) {
            view = new Uint8Array(owner.buffer);
            views.set(owner, view);
        }
        return view;
    }

    const staged = (address, bytes) => bytesOf(memory).subarray(address, address + bytes);
    let stagingAddress = 0;

    return {
        /** Called once, when the module has started. */
        useStaging(address) {
            stagingAddress = address;
        },
        imports: {
            stagingAddress: () => stagingAddress,
            stagingBytes: () => STAGING_BYTES,

            memoryNew: guarded((initial, maximum, shared) => new WebAssembly.Memory({initial, maximum, shared: shared !== 0})),
            memoryGrow: guarded((target, pages) => target.grow(pages)),
            memoryIn: guarded((target, offset, address, bytes) => void bytesOf(target).set(staged(address, bytes), offset)),
            memoryOut: guarded((source, offset, address, bytes) =>
                void staged(address, bytes).set(bytesOf(source).subarray(offset, offset + bytes))),

            bytesNew: guarded((length) => new Uint8Array(length)),
            bytesView: guarded((buffer) => new Uint8Array(buffer)),
            bytesLength: (array) => array.byteLength,
            bytesIn: guarded((target, offset, address, bytes) => void target.set(staged(address, bytes), offset)),
            bytesOut: guarded((source, offset, address, bytes) =>
                void staged(address, bytes).set(source.subarray(offset, offset + bytes))),

            bytesToMemory: guarded((array, target, offset) => void bytesOf(target).set(array, offset)),
            bytesOfMemory: guarded((source, offset, bytes, target) => {
                if (target.length !== bytes) {
                    return bytesOf(source).slice(offset, offset + bytes);
                }
                target.set(bytesOf(source).subarray(offset, offset + bytes));
                return target;
            }),

            compile: guarded((bytes) => new WebAssembly.Module(bytes)),
            instantiate: guarded((module, target) => new WebAssembly.Instance(module, {env: {memory: target}}).exports),
            exported: guarded((exports, name) => {
                const fn = exports[name];
                if (typeof fn !== 'function') {
                    throw new Error(`the kernel module has no function ${name}`);
                }
                return fn;
            }),
            // A trap in a kernel is a WebAssembly.RuntimeError: it passes through Java and ends the engine.
            call: (fn, argument) => fn(argument),

            threads: () => hands.threads,
            instantiateShared: guarded((module, target) => hands.open(module, target)),
            closeShared: (exports) => hands.close(exports),

            now: () => performance.now(),

            gpu: () => gpuGlue,
        },
    };
}
