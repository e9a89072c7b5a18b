// The run-time support that a TeaVM 0.15 WebAssembly GC module imports, written without eval and new Function,
// so that it works under `script-src 'self' 'wasm-unsafe-eval'`. Only the imports our modules need are here;
// the build compares them with the module's import list (teavm-imports.txt).
//
// A @JSBody reaches us as text: createFunctionN(parameter names..., body). The build has extracted every such body
// into the table `jsBodies` (generated, below in the built file); here they are only looked up.

const JAVA_EXCEPTION = Symbol('javaException');

/** A Java exception on its way through JavaScript frames. */
class JavaException extends Error {
    #exports;

    constructor(exports, exception) {
        super();
        this.#exports = exports;
        this[JAVA_EXCEPTION] = exception;
        exports['teavm.setJsException'](exception, this);
    }

    get message() {
        const text = this.#exports['teavm.exceptionMessage'](this[JAVA_EXCEPTION]);
        return text === null ? '' : this.#exports['teavm.stringToJs'](text);
    }
}

/** Instantiates a compiled TeaVM module; `host(runtime)` returns our own import module "loom". */
function instantiateTeaVM(module, builtinStrings, host) {
    let exports = null;

    function toJava(error) {
        return error !== null && typeof error === 'object' && JAVA_EXCEPTION in error
            ? error[JAVA_EXCEPTION]
            : exports['teavm.js.wrapException'](error);
    }

    /** JavaScript threw below Java: continue as a Java exception. */
    function throwInJava(error) {
        // A wasm trap is not an exception that Java may catch: the instance is broken.
        if (error instanceof WebAssembly.RuntimeError) {
            throw error;
        }
        exports['teavm.js.throwException'](toJava(error));
        throw error;
    }

    /** Java threw below JavaScript: continue as a JavaScript exception. */
    function throwInJs(error) {
        if (error instanceof WebAssembly.Exception && error.is(exports['teavm.javaException'])) {
            const exception = error.getArg(exports['teavm.javaException'], 0);
            const original = exports['teavm.js.extractException'](exception);
            if (original !== null) {
                throw original;
            }
            throw exports['teavm.getJsException'](exception) ?? new JavaException(exports, exception);
        }
        throw error;
    }

    const guarded = (fn) => (...args) => {
        try {
            return fn(...args);
        } catch (error) {
            return throwInJava(error);
        }
    };

    const exported = (fn) => function (...args) {
        try {
            return fn(...args);
        } catch (error) {
            return throwInJs(error);
        }
    };

    const bodies = jsBodies((action) => guarded(action)());
    const memory = new WebAssembly.Memory(memoryLimits(module));
    const imports = {
        env: {memory},
        teavmMemory: {
            linearMemory: () => memory.buffer,
            notifyHeapResized() {},
            heapOffset: new WebAssembly.Global({value: 'i32', mutable: false}, (memoryRequirements(module).dataSize + 7) & ~7),
            maxSize: new WebAssembly.Global({value: 'i32', mutable: false}, 0x7fffffff),
        },
        teavm: {
            takeStackTrace: () => ({getStack: () => []}),
            decorateException: (exception) => void new JavaException(exports, exception),
        },
        teavmDate: {currentTimeMillis: () => Date.now()},
        teavmConsole: consoleImports(),
        teavmMath: exactMath(),
        teavmJso: jsoImports(),
    };
    imports.loom = host({memory, guarded});
    if (!builtinStrings) {
        imports['wasm:js-string'] = stringImports();
    }

    const missing = WebAssembly.Module.imports(module).filter(({module: from, name}) => imports[from]?.[name] === undefined);
    if (missing.length > 0) {
        throw new Error(`loom.wasm imports what loom-engine.js does not have: ${missing.map((m) => `${m.module}.${m.name}`).join(', ')}`);
    }
    exports = new WebAssembly.Instance(module, imports).exports;
    return {exports, memory};

    function jsoImports() {
        const identity = (value) => value;
        const javaObject = Symbol('javaObject');
        const views = new WeakMap(); // Java object -> its JavaScript view
        const hashes = new WeakMap();
        let lastHash = 0;
        const functions = Symbol('functions'); // of a view: its methods as plain functions
        const origin = Symbol('origin'); // of such a function: its view

        function global(name) {
            let value = globalThis;
            for (const part of name.split('.')) {
                value = value[part];
            }
            return value;
        }

        const jso = {
            stringBuiltinsSupported: () => (builtinStrings ? 1 : 0),
            isUndefined: (value) => (value === undefined ? 1 : 0),
            unwrapBoolean: (value) => (value ? 1 : 0),
            wrapBoolean: (value) => !!value,
            emptyArray: () => [],
            appendToArray: (array, value) => void array.push(value),
            getProperty: guarded((object, name) => (object === null ? global(name) : object[name])),
            setProperty: guarded((object, name, value) => void (object[name] = value)),
            global: guarded(global),
            hashCode(value) {
                if (typeof value !== 'object' || value === null) {
                    return 0;
                }
                if (!hashes.has(value)) {
                    hashes.set(value, ++lastHash);
                }
                return hashes.get(value);
            },
            sameRef: (a, b) => (a === b ? 1 : 0),
            isPrimitive: (value, type) => (value === null || typeof value === type ? 1 : 0),
            instanceOf: (value, type) => (value instanceof type ? 1 : 0),
            instanceOfOrNull: (value, type) => (value === null || value instanceof type ? 1 : 0),
            getJavaException: (error) => error[JAVA_EXCEPTION] ?? null,
            getJSException: (exception) => exports['teavm.getJsException'](exception),

            // Java classes seen from JavaScript (callbacks are objects of such classes).
            createClass(name, parent, constructor) {
                if (constructor !== null) {
                    throw new Error(`no Java class is constructed from JavaScript: ${name}`);
                }
                const type = class {
                    constructor(object) {
                        this[javaObject] = object;
                        this[functions] = null;
                    }
                };
                if (parent !== null) {
                    Object.setPrototypeOf(type.prototype, parent.prototype);
                }
                return type;
            },
            defineFunction: (fn) => exported(fn),
            defineStaticMethod: (type, name, fn) => void (type[name] = exported(fn)),
            defineMethod(type, name, fn) {
                const call = exported(fn);
                type.prototype[name] = function (...args) {
                    return call(this, ...args);
                };
            },
            javaObjectToJS(object, type) {
                if (object === null) {
                    return null;
                }
                let view = views.get(object)?.deref();
                if (view === undefined) {
                    view = new type(object);
                    views.set(object, new WeakRef(view));
                }
                return view;
            },
            unwrapJavaObject: (view) => view[javaObject],
            asFunction(object, name) {
                if (object === null || object === undefined) {
                    return null;
                }
                const known = (object[functions] ??= Object.create(null));
                if (known[name] === undefined) {
                    known[name] = (...args) => object[name](...args);
                    known[name][origin] = object;
                }
                return known[name];
            },
            functionAsObject(fn, name) {
                if (fn === null || fn === undefined) {
                    return null;
                }
                const object = fn[origin];
                return object?.[functions]?.[name] === fn ? object : {[name]: (...args) => fn(...args)};
            },
            wrapObject(value) {
                if (value === null) {
                    return null;
                }
                if (typeof value !== 'object' && typeof value !== 'function') {
                    return exports['teavm.jso.createWrapper'](value);
                }
                if (value[javaObject] !== undefined) {
                    return value[javaObject];
                }
                // A new one every time: nothing in Java asks whether two are the same, and to remember them takes longer than a small run's kernels.
                return exports['teavm.jso.createWrapper'](value);
            },
        };
        for (const type of ['Byte', 'Short', 'Char', 'Int', 'Long', 'Float', 'Double']) {
            jso[`wrap${type}`] = identity;
            jso[`unwrap${type}`] = identity;
        }
        const createFunction = (...signature) => {
            const body = bodies.get(signature.join('\0'));
            if (body === undefined) {
                throw new Error(`a JavaScript body is not in loom-engine.js, rebuild it: ${signature.join(' | ')}`);
            }
            return body;
        };
        const callFunction = guarded((fn, ...args) => fn(...args));
        const callMethod = guarded((object, name, ...args) => (object === null ? global(name)(...args) : object[name](...args)));
        const construct = guarded((type, ...args) => new type(...args));
        const arrayOf = (...items) => items;
        for (let i = 0; i < 13; i++) {
            jso[`createFunction${i}`] = createFunction;
            jso[`callFunction${i}`] = callFunction;
            jso[`callMethod${i}`] = callMethod;
            jso[`construct${i}`] = construct;
            jso[`arrayOf${i}`] = arrayOf;
        }
        return jso;
    }
}

/** What the module says about its linear memory; TeaVM keeps only static data and our staging block there. */
function memoryRequirements(module) {
    const [section] = WebAssembly.Module.customSections(module, 'teavm.memoryRequirements');
    return section === undefined ? {min: 1, dataSize: 0} : JSON.parse(new TextDecoder().decode(section));
}

function memoryLimits(module) {
    return {initial: Math.max(memoryRequirements(module).min ?? 1, 1), maximum: 32767};
}

/**
 * sqrt, floor and ceil as WebAssembly instructions: correctly rounded by its specification, which JavaScript's Math.sqrt
 * is not, and without a call into JavaScript. The engine uses no other function of Math.
 */
function exactMath() {
    const bytes = Uint8Array.of(
        0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // header
        0x01, 0x06, 0x01, 0x60, 0x01, 0x7c, 0x01, 0x7c, // type f64 -> f64
        0x03, 0x04, 0x03, 0x00, 0x00, 0x00, // three functions of it
        0x07, 0x17, 0x03, // exports
        0x04, 0x73, 0x71, 0x72, 0x74, 0x00, 0x00, // sqrt
        0x05, 0x66, 0x6c, 0x6f, 0x6f, 0x72, 0x00, 0x01, // floor
        0x04, 0x63, 0x65, 0x69, 0x6c, 0x00, 0x02, // ceil
        0x0a, 0x13, 0x03,
        0x05, 0x00, 0x20, 0x00, 0x9f, 0x0b, // local.get 0, f64.sqrt
        0x05, 0x00, 0x20, 0x00, 0x9c, 0x0b, // local.get 0, f64.floor
        0x05, 0x00, 0x20, 0x00, 0x9b, 0x0b, // local.get 0, f64.ceil
    );
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

function consoleImports() {
    const printer = (print) => {
        let line = '';
        return (char) => {
            if (char === 10) {
                print(line);
                line = '';
            } else {
                line += String.fromCharCode(char);
            }
        };
    };
    return {putcharStdout: printer((line) => console.log(line)), putcharStderr: printer((line) => console.error(line))};
}

/** The js-string builtins for engines that do not have them. */
function stringImports() {
    const unsupported = () => {
        throw new Error('js-string builtins are not available');
    };
    return {
        fromCharCode: (code) => String.fromCharCode(code),
        fromCharCodeArray: unsupported,
        intoCharCodeArray: unsupported,
        concat: (a, b) => a + b,
        charCodeAt: (text, index) => text.charCodeAt(index),
        length: (text) => text.length,
        substring: (text, start, end) => text.substring(start, end),
    };
}

/** Compiles with js-string builtins where the browser has them. */
async function compileTeaVM(source) {
    const options = {builtins: ['js-string']};
    const module = source instanceof WebAssembly.Module
        ? source
        : source instanceof ArrayBuffer || ArrayBuffer.isView(source)
          ? await WebAssembly.compile(source, options)
          : await WebAssembly.compileStreaming(source, options);
    // With builtins the engine satisfies these imports itself and does not list them.
    const builtinStrings = !WebAssembly.Module.imports(module).some((i) => i.module === 'wasm:js-string');
    return {module, builtinStrings};
}
