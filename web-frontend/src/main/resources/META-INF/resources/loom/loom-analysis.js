// Analysis, comparison and building in web pages: what `Loom.analysis()` of loom.js fetches when it is first called.
'use strict';

(() => {
    const {LoomError} = globalThis;

    /** A model or receipt as it was given: a LoomModel, Blob, text, bytes or parsed. */
    async function fileBytes(source) {
        const file = typeof source?.save === 'function' ? await source.save() : source;
        const isData = file instanceof Blob || typeof file === 'string' || file instanceof ArrayBuffer || ArrayBuffer.isView(file);
        const bytes = new Uint8Array(await (file instanceof Blob ? file : new Blob([isData ? file : JSON.stringify(file)])).arrayBuffer());
        if (String.fromCharCode(...bytes.subarray(0, 4)) === '\0asm') {
            throw new LoomError({code: 'MODEL', message: 'a compiled model has no layers to look at', hint: 'Give the model that it was compiled from.'});
        }
        return bytes;
    }

    const tableBytes = (values) => {
        if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && !(values instanceof DataView))) {
            throw new LoomError({code: 'INPUT', message: `values is ${values === null ? 'null' : typeof values}, expected an array of numbers`});
        }
        return new Uint8Array(new Float32Array(values).buffer);
    };

    const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

    const floatsOf = (base64) => new Float32Array(bytesOf(base64).buffer);

    const withValues = ({data, ...each}) => ({...each, values: floatsOf(data)});

    const modelFile = (text) => new Blob([text], {type: 'application/json'});

    /** What should have been answered: one of the two. */
    function answersOf(labels, targets) {
        if ((labels === undefined) === (targets === undefined)) {
            throw new LoomError({code: 'INPUT', message: 'data: expected labels or targets, one of them'});
        }
        return labels ?? targets;
    }

    /** Statistics of tables, models beside each other, and models made of others. Every answer has the bits of the command line's. */
    class LoomAnalysis {
        #workshop;
        #api;

        /** `api()` gives the API's own members. */
        constructor(workshop, api) {
            this.#workshop = workshop;
            this.#api = api;
        }

        /** Everything that files can name: layers, activations, losses, optimizers, operations, with fields; and the API's members. */
        async describe() {
            const [names, api] = await Promise.all([this.#json('describe', {}, []), this.#api()]);
            return {...names, api};
        }

        /** How every two columns go together; null where one is constant. Options: columns or names, ranks (Spearman's). */
        correlation(values, options) {
            return this.#json('correlation', options, [tableBytes(values)]);
        }

        /** k-means. Options: columns or names, clusters, seed, starts. */
        clusters(values, options) {
            return this.#json('clusters', options, [tableBytes(values)]);
        }

        /** Which models make up for each other: a column a model, a row a sample, 0 is wrong. Options: columns or names. */
        ensemble(values, options) {
            return this.#json('ensemble', options, [tableBytes(values)]);
        }

        /** How a model gets over changes of its task: rows of task and score. Options: window. */
        adaptation(values, options = {}) {
            return this.#json('adaptation', {...options, columns: 2}, [tableBytes(values)]);
        }

        /** A model in a few numbers a layer. */
        async signature(model) {
            return this.#json('signature', {}, [await fileBytes(model)]);
        }

        /** What `loom inspect --json` says of a model. */
        async inspect(model) {
            return this.#json('inspect', {}, [await fileBytes(model)]);
        }

        /** What every layer gives for one sample, of large ones the first 65,536 values. */
        async activations(model, input) {
            const {layers} = await this.#json('activations', {}, [await fileBytes(model), tableBytes(input)]);
            return layers.map(withValues);
        }

        /**
         * The gradients of a training's loss, by what every layer gives and by every trained parameter; of large ones the first 65,536
         * values. `data` and `training` are as in LoomModel.train.
         */
        async gradients(model, {inputs, labels, targets, weights}, training) {
            const files = [inputs, answersOf(labels, targets), ...(weights === undefined ? [] : [weights])].map(tableBytes);
            const answer = await this.#json('gradients', {training, labels: labels !== undefined}, [await fileBytes(model), ...files]);
            return {...answer, layers: answer.layers.map(withValues), parameters: answer.parameters.map(withValues)};
        }

        /** The kernels of a model's program with the paths of the layers they work for. */
        async kernels(model) {
            return this.#json('kernels', {}, [await fileBytes(model)]);
        }

        /** A receipt of a run with every value of the computation. Options: machine. */
        async trace(model, input, {machine = 'auto'} = {}) {
            return this.#json('trace', {machine}, [await fileBytes(model), tableBytes(input)]);
        }

        /** How long a run takes, and each kernel. Options: machine. */
        async profile(model, input, {machine = 'auto'} = {}) {
            return this.#json('profile', {machine}, [await fileBytes(model), tableBytes(input)]);
        }

        /** The WGSL of every kernel: a list a kernel. Options: batch. */
        async shaders(model, {batch = 1} = {}) {
            return JSON.parse(await this.#call('shaders', [await fileBytes(model), batch]));
        }

        /** Two models layer by layer. */
        async compare(first, second) {
            return this.#json('compare', {}, [await fileBytes(first), await fileBytes(second)]);
        }

        /** Two receipts, down to the element if both have a trace. */
        async diff(first, second) {
            return this.#json('diff', {}, [await fileBytes(first), await fileBytes(second)]);
        }

        /** Several models as branches of one layer: a model file. Options: combine, drop, head, seed. */
        async graft(models, options = {}) {
            return modelFile(await this.#ask('graft', options, await Promise.all(models.map(fileBytes))));
        }

        /** One model behind another: a model file. Options: seed. */
        async join(first, second, options = {}) {
            return modelFile(await this.#ask('join', options, [await fileBytes(first), await fileBytes(second)]));
        }

        /** A model cut before layer `at`: two model files. */
        async split(model, at) {
            const parts = await this.#json('split', {at}, [await fileBytes(model)]);
            return parts.map((part) => modelFile(JSON.stringify(part)));
        }

        /** A model's layers over another grid: a model file. Options: rows, columns. */
        async cells(model, options) {
            return modelFile(await this.#ask('cells', options, [await fileBytes(model)]));
        }

        /** A model compiled ahead of time: a WebAssembly file that needs no engine. Options: samples that one call takes at most. */
        async compile(model, options = {}) {
            const module = bytesOf(await this.#ask('compile', options, [await fileBytes(model)]));
            return new Blob([module], {type: 'application/wasm'});
        }

        /** Networks drawn from a seed: model files. Options: input (shape), outputs, count, seed. */
        async random(options) {
            const models = await this.#json('random', options, []);
            return models.map((model) => modelFile(JSON.stringify(model)));
        }

        /**
         * Networks bred for a task, generation by generation; the best model file of each is `best`. Options: input (shape), outputs, training,
         * generations, population, seed.
         */
        async *evolve({inputs, labels, targets}, {generations = 5, ...options}) {
            const answers = tableBytes(answersOf(labels, targets));
            const request = new TextEncoder().encode(JSON.stringify({...options, labels: labels !== undefined}));
            this.#workshop.enter();
            try {
                const number = Number(await this.#call('evolve', [request, tableBytes(inputs), answers]));
                try {
                    for (let i = 0; i < generations; i++) {
                        const {best, ...generation} = JSON.parse(await this.#call('evolveNext', [number]));
                        yield {...generation, best: modelFile(JSON.stringify(best))};
                    }
                } finally {
                    await this.#call('evolveClose', [number]);
                }
            } finally {
                this.#workshop.leave();
            }
        }

        /** A model as an empty pipeline, which runs tick by tick until it is closed. */
        async pipeline(model) {
            const file = await fileBytes(model);
            this.#workshop.enter();
            try {
                return new LoomPipeline(Number(await this.#call('pipeline', [file])), (name, args) => this.#call(name, args), () => this.#workshop.leave());
            } catch (error) {
                this.#workshop.leave();
                throw error;
            }
        }

        async #json(task, options, files) {
            return JSON.parse(await this.#ask(task, options, files));
        }

        async #ask(task, options, files) {
            const request = new TextEncoder().encode(JSON.stringify({...options, task, sizes: files.map((file) => file.byteLength)}));
            return this.#call('analyse', [request, new Uint8Array(await new Blob(files).arrayBuffer())]);
        }

        async #call(name, args) {
            this.#workshop.enter();
            try {
                const engine = await this.#workshop.engine();
                return await engine.request({type: 'call', name, args}, args.filter(ArrayBuffer.isView).map(({buffer}) => buffer));
            } finally {
                this.#workshop.leave();
            }
        }
    }

    /** In a tick every layer runs once, on what the layer before it gave a tick earlier. */
    class LoomPipeline {
        #number;
        #call;
        #leave;
        #closing = null;

        constructor(number, call, leave) {
            this.#number = number;
            this.#call = call;
            this.#leave = leave;
        }

        /** One tick with a sample as input: what every layer of a cell gave in it, of large ones the first 65,536 values. */
        async tick(input) {
            const {tick, layers} = JSON.parse(await this.#call('pipelineTick', [this.#number, tableBytes(input)]));
            return {tick, layers: layers.map(withValues)};
        }

        /** Empties it: all layers give zeros, and ticks count from the start. */
        async reset() {
            await this.#call('pipelineReset', [this.#number]);
        }

        /** Gives its memory back. */
        close() {
            this.#closing ??= this.#call('pipelineClose', [this.#number]).then(() => {}).finally(this.#leave);
            return this.#closing;
        }
    }

    globalThis.LoomAnalysis = LoomAnalysis;
})();
