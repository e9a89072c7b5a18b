// Transformers that continue text, in web pages: what `Loom.load` of loom.js fetches when it is first given a folder.
'use strict';

(() => {
    const {LoomError} = globalThis;

    const CONFIG = 'config.json';
    const TOKENIZER = 'tokenizer.json';
    const WEIGHTS = 'model.safetensors';
    const INDEX = 'model.safetensors.index.json';

    /** A folder at an address, or of files as a page has them: `get` answers one as a Blob. */
    function folderOf(source, {addressOf, download}, signal, onProgress) {
        if (typeof source === 'string' || source instanceof URL) {
            const base = addressOf(source);
            const name = decodeURIComponent(base.pathname.split('/').at(-2)) || base.host;
            return {name, get: (file) => download(new URL(file, base), file, signal, onProgress)};
        }
        // Of a chosen folder those in folders below are other forms of the model.
        const own = Array.from(source).filter((file) => (file.webkitRelativePath ?? '').split('/').length <= 2);
        const files = new Map(own.map((file) => [file.name, file]));
        const get = (file) => {
            if (!files.has(file)) {
                throw new LoomError({code: 'INPUT', message: `there is no ${file} among the files ${[...files.keys()].join(', ')}`, file});
            }
            return files.get(file);
        };
        return {name: 'the folder', get};
    }

    const isTurns = (prompt) => Array.isArray(prompt) && prompt.some((turn) => typeof turn === 'object');

    /** A prompt as the engine knows it: text, turns of a conversation, or ids. */
    function promptOf(prompt) {
        if (typeof prompt === 'string') {
            return {text: prompt};
        }
        if (isTurns(prompt)) {
            return {turns: prompt};
        }
        if (Array.isArray(prompt) || ArrayBuffer.isView(prompt)) {
            return {ids: Array.from(prompt)};
        }
        throw new LoomError({code: 'INPUT', message: `the prompt is ${prompt === null ? 'null' : typeof prompt}, expected text, turns or ids`});
    }

    class LoomTextModel {
        #folder;
        /** The files that the model consists of, as they came, to load them again into a fresh engine. */
        #files = new Map();
        #wanted;
        #context;
        #workshop;
        #contentOf;
        #abortable;
        /** All of the page, for `Loom.memory`. */
        #openModels;
        #engine = null;
        #loaded = null;
        #attaching = null;
        #closed = false;

        /** Between text and the numbers that the model knows its pieces by. */
        tokenizer = {
            encode: async (text, {specialTokens = true} = {}) => {
                const bytes = await this.#ask('textEncode', text, specialTokens);
                return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
            },
            decode: async (ids, {specialTokens = false} = {}) =>
                this.#ask('textDecode', new Uint8Array(Int32Array.from(ids).buffer), !specialTokens),
        };

        /** Options: backend, context (how many positions; 1024), signal, onProgress, workerUrl, wasmUrl, thread. */
        static async load(source, {backend = 'auto', context = 1024, signal, onProgress, expectHash}, tools) {
            if (expectHash !== undefined) {
                throw new LoomError({code: 'CONFIG', message: 'expectHash is of one file, a folder has several'});
            }
            if (!Number.isInteger(context) || context < 1) {
                throw new LoomError({code: 'CONFIG', message: `context is ${context}, expected a whole number from 1`});
            }
            const {workshop, contentOf, abortable, openModels} = tools;
            workshop.enter();
            workshop.engine(onProgress).catch(() => {}); // starts while the files come; attaching reports what goes wrong
            const model = new LoomTextModel(folderOf(source, tools, signal, onProgress ?? (() => {})), backend, context, {workshop, contentOf, abortable, openModels});
            const attached = model.#attach(onProgress);
            try {
                await abortable(attached, signal);
                return model;
            } catch (error) {
                attached.then(() => model.close(), () => workshop.leave());
                throw error;
            }
        }

        constructor(folder, wanted, context, {workshop, contentOf, abortable, openModels}) {
            this.#folder = folder;
            this.#wanted = wanted;
            this.#context = context;
            this.#workshop = workshop;
            this.#contentOf = contentOf;
            this.#abortable = abortable;
            this.#openModels = openModels;
        }

        /** The machine that runs this model: 'webgpu', 'wasm' or 'reference'. */
        get backend() {
            return this.#loaded.backend;
        }

        /** Why it is that machine, in words. */
        get why() {
            return this.#engine.reasons(this.#loaded.why, this.backend);
        }

        /** Threads that run this model together. */
        get threads() {
            return this.#engine.threads(this.backend);
        }

        /** Name, shapes, layers and sizes. */
        info() {
            const {info, context, vocabulary} = this.#loaded;
            return structuredClone({...info, context, vocabulary});
        }

        /** How many bytes the model takes on its machine; there is room for the whole context from the start. */
        async memory() {
            return {name: this.#folder.name, backend: this.backend, bytes: this.#loaded.info.memoryBytes};
        }

        /** The prompt of a conversation, [{role, content}], with the special tokens of the model's family written out. */
        async chat(turns) {
            return this.#ask('textChat', JSON.stringify(turns));
        }

        /**
         * Continues a text, or ids, or answers a conversation, piece by piece.
         * Options: maxTokens (128), temperature (0: the best token, always), topK, topP, minP, repetitionPenalty, stop (text or
         * texts), seed, signal.
         */
        async *generate(prompt, {signal, seed, stop, ...options} = {}) {
            const request = JSON.stringify({
                ...promptOf(prompt),
                ...options,
                ...(seed === undefined ? {} : {seed: String(seed)}),
                ...(stop === undefined ? {} : {stop: [stop].flat()}),
            });
            signal?.throwIfAborted();
            let loaded = null;
            let text = 0;
            let given = 0; // characters that are out already
            let at = 0;
            for (let done = false; !done; ) {
                let piece;
                try {
                    if (loaded !== this.#loaded) {
                        // At first; and once more when the model had to be loaded again: it makes the same text, what is out is passed over.
                        text = Number(await this.#ask('textBegin', request));
                        loaded = this.#loaded;
                        at = 0;
                    }
                    ({piece, done} = JSON.parse(await this.#abortable(this.#ask('textStep', text), signal)));
                } catch (error) {
                    if (error.code !== 'DEVICE' || this.backend !== 'webgpu' || this.#closed) {
                        throw error;
                    }
                    await this.#recover(this.#loaded);
                    continue;
                }
                const fresh = piece.slice(Math.max(0, given - at));
                at += piece.length;
                given = Math.max(given, at);
                if (fresh !== '') {
                    yield fresh;
                    signal?.throwIfAborted();
                }
            }
        }

        /** Gives the memory back. The model cannot be used afterwards. */
        async close() {
            if (this.#closed) {
                return;
            }
            this.#closed = true;
            this.#files.clear();
            this.#openModels.delete(this);
            try {
                if (!this.#engine.broken) {
                    await this.#call(this.#engine, 'textClose', this.#loaded.model);
                }
            } finally {
                this.#workshop.leave();
            }
        }

        async #attach(onProgress = () => {}) {
            const engine = await this.#workshop.engine();
            const model = Number(await this.#call(engine, 'textFolder'));
            try {
                for (const name of [CONFIG, TOKENIZER]) {
                    await this.#send(engine, model, name);
                }
                await this.#sendWeights(engine, model);
                onProgress({phase: 'compile', loaded: 0, total: null, file: this.#folder.name});
                const opened = JSON.parse(await this.#call(engine, 'textOpen', model, this.#context, this.#wanted));
                this.#loaded = {...opened, model};
                this.#engine = engine;
                this.#openModels.add(this);
            } catch (error) {
                this.#call(engine, 'textClose', model).catch(() => {});
                throw error;
            }
        }

        /** One file, or several that the engine names when it has read the index. */
        async #sendWeights(engine, model) {
            try {
                await this.#send(engine, model, WEIGHTS);
            } catch (missing) {
                if (missing.code !== 'NETWORK' && missing.code !== 'INPUT') {
                    throw missing;
                }
                const shards = await this.#send(engine, model, INDEX).catch((error) => {
                    throw error.code === 'MODEL' ? error : missing;
                });
                for (const shard of shards.split('\n')) {
                    await this.#send(engine, model, shard);
                }
            }
        }

        async #send(engine, model, name) {
            const file = this.#files.get(name) ?? (await this.#folder.get(name));
            this.#files.set(name, file);
            try {
                const {content, transfer} = await this.#contentOf(file);
                return await engine.request({type: 'call', name: 'textFile', args: [model, name, content]}, transfer);
            } catch (error) {
                error.file ??= name;
                throw error;
            }
        }

        async #call(engine, name, ...args) {
            try {
                return await engine.request({type: 'call', name, args}, args.filter(ArrayBuffer.isView).map((view) => view.buffer));
            } catch (error) {
                error.file ??= this.#folder.name;
                throw error;
            }
        }

        async #ask(name, ...args) {
            if (this.#closed) {
                throw new LoomError({code: 'CLOSED', message: `${this.#folder.name} has been closed`});
            }
            if (this.#engine.broken) {
                await this.#recover(this.#loaded);
            }
            return this.#call(this.#engine, name, this.#loaded.model, ...args);
        }

        /** Loads the files again in place of `loaded`; calls at the same time, and later ones for the same loss, share it. */
        async #recover(loaded) {
            if (this.#loaded === loaded) {
                const again = async () => {
                    await this.#call(this.#engine, 'textClose', loaded.model).catch(() => {});
                    await this.#attach();
                };
                this.#attaching ??= again().finally(() => (this.#attaching = null));
                await this.#attaching;
            }
        }
    }

    globalThis.LoomText = LoomTextModel;
})();
