/// <reference lib="dom" />
/// <reference lib="esnext.disposable" />

/** Which machine runs a model. All of them give the same bits. */
export type Backend = 'webgpu' | 'wasm' | 'reference';

export interface Progress {
    /** 'engine' (bytes of loom.wasm or a sibling), 'download' or 'cache', then 'read' and 'compile'. */
    phase: string;
    loaded: number;
    /** null where it is not known beforehand. */
    total: number | null;
    file: string;
}

export interface LoadOptions {
    backend?: 'auto' | Backend;
    onProgress?: (progress: Progress) => void;
    signal?: AbortSignal;
    /** SHA-256 of the file, in hexadecimal. */
    expectHash?: string;
    /** SHA-256 of the .safetensors file beside the model, if its weights are in one; needed there with `expectHash`. */
    weightsHash?: string;
    /** Keep the file in the browser under its `expectHash`, if there is room, and take it from there the next time. */
    cache?: boolean;
    /** Address of loom-engine.js, if it is not beside loom.js or that is on another origin. */
    workerUrl?: string | URL;
    /** Address of loom.wasm, if it is not beside loom.js. */
    wasmUrl?: string | URL;
    /**
     * Where the engine runs. 'worker' (the default) keeps the page smooth; 'page' spares very small models the way to the
     * Worker and back, about a tenth of a millisecond a run, and blocks the page while it computes.
     */
    thread?: 'worker' | 'page';
    /**
     * How many threads run a model on WebAssembly together, with the same bits. They need a page that is cross-origin isolated, and the engine in a
     * Worker; otherwise there is one, and `why` says so. Left out: half of the processor's threads, at most four, where they can be had.
     */
    threads?: number;
    /** Of an ONNX file or a model of tfjs: open extents by their names, or as in 'input[1]'. */
    dimensions?: Record<string, number | 'batch'>;
    /** Of an ONNX file: inputs that are the same in every run. */
    inputs?: Record<string, readonly number[]>;
}

/** A value that a model with named inputs takes or gives. */
export interface Port {
    name: string;
    /** Of one sample: 1 on the axis of the batch. */
    shape: number[];
    /** -1 for none. */
    batchAxis: number;
}

export interface RunOptions {
    /** The input's shape, with or without the batch in front; checked against the model's. */
    shape?: readonly number[];
    signal?: AbortSignal;
}

/** Of a run with one output. */
export interface OutputOptions extends RunOptions {
    /** Is filled and answered in place of a new array; has the output's length. If the run fails, nobody knows what is in it. */
    output?: Float32Array;
}

export interface LayerInfo {
    /** As in "0.1.2": row, column, layer. */
    name: string;
    /** As in "cell 0,1 layer 2 dense". */
    label: string;
    type: string;
    inputShape: number[];
    outputShape: number[];
    parameters: number;
}

export interface ModelInfo {
    name: string;
    /** Kind of file the model came from. */
    format: string;
    /** Of ONNX models. */
    inputs?: Port[];
    outputs?: Port[];
    /** Shape of one sample. */
    inputShape: number[];
    outputShape: number[];
    parameters: number;
    layers: LayerInfo[];
    /** How many weights had to be rounded into the engine's number format. */
    rounded: number;
    /** What the model takes on its machine for one sample; `memory()` tells it for now. */
    memoryBytes: number;
    /** What a person should know, for example that weights were not in the file. */
    notes: string[];
    /** Of a model that was compiled ahead of time: by which engine, how many samples one call takes, and digests as `./loom inspect` shows them. It has no `layers`. */
    compiled?: {engine: string; capacity: number; model: string; program: string};
}

/** A value and the digest of its bits; `chunks` are the digests of every 1,024 elements. */
export interface ReceiptEntry {
    name: string;
    type: string;
    shape: number[];
    digest: string;
    chunks: string[];
}

/** What a run computed; `loom verify` and `POST /api/native/run` check it on the JVM. */
export interface Receipt {
    format: 'loom-receipt';
    version: 1;
    engine: string;
    machine: Backend;
    adapter: string;
    model: {path: string; digest: string};
    input: {path: string; digest: string};
    batch: number;
    /** Digest of the program's listing. */
    program: string;
    /** Every layer's output. */
    nodes: ReceiptEntry[];
    output: ReceiptEntry;
}

/** Samples after each other, values in row-major order. */
export interface TrainingData {
    inputs: ArrayLike<number>;
    /** Class numbers from 0, one a row of the output; in place of `targets`. */
    labels?: ArrayLike<number>;
    /** What the loss compares with the outputs. */
    targets?: ArrayLike<number>;
    /** How much each row counts, for a training with `weighted`. */
    weights?: ArrayLike<number>;
}

/** Means over the samples since the message before. */
export interface TrainingProgress {
    /** From 0. */
    epoch: number;
    /** Steps of the optimizer so far. */
    step: number;
    /** Before the steps that learned from the samples. */
    loss: number;
    /** Share of rows answered right, without those of weight 0; null if the loss knows no classes. */
    accuracy: number | null;
    /** Learning rate of the last step. */
    rate: number;
    /** In an epoch's last message: its mean loss, and what the validation share of the data gave. */
    epochEnd: {loss: number; validationLoss: number | null; validationAccuracy: number | null; stops: boolean} | null;
}

export interface Observation {
    look: number;
    samples: number;
    nanoseconds: number;
    loss: number;
    layers: {label: string; units: number; dead: number; saturated: number; output: Statistics; gradient?: Statistics}[];
    parameters: {name: string; value: Statistics; gradient: Statistics}[];
    /** How alike activations and targets are (0 to 1), and mean squares of what they differ by: docs/tween.md. */
    links?: {budgets: number[]; gaps: number[]};
}

export interface TrainOptions {
    data: TrainingData;
    /** How to train, as in docs/training.md: the file that `loom train --training` takes. */
    training?: {loss: string | object; schedule: object; [option: string]: unknown};
    /** In place of `training`: go on from here with the same data, whatever machine or command line made it. */
    checkpoint?: Blob | string | ArrayBuffer | ArrayBufferView | object;
    /** Stop after so many steps of the optimizer, counted from the training's beginning. */
    steps?: number;
    /** Steps from one message to the next. */
    progressEvery?: number;
    onProgress?: (progress: TrainingProgress) => void;
    /** Steps from one checkpoint to the next. */
    checkpointEvery?: number;
    onCheckpoint?: (checkpoint: Blob, step: number) => void;
}

/** Loss and metrics: `accuracy`, `macro`, `classes`, `confusion`, or `mean_absolute_error`, `r2` and so on. */
export interface Evaluation {
    loss: number;
    rows: number;
    accuracy?: number;
    [metric: string]: unknown;
}

/** A training under way, of a copy of the model. */
export interface LoomTraining extends Closeable {
    /** The machine that trains: the model's, or another if its GPU was lost on the way. */
    readonly backend: Backend;
    readonly why: string;
    readonly state: 'running' | 'paused' | 'stopped' | 'done' | 'failed';
    readonly epoch: number;
    readonly epochs: number;
    /** Steps of the optimizer so far. */
    readonly step: number;
    readonly stepsPerEpoch: number;
    /** The newest of those that `checkpointEvery` asked for. */
    readonly lastCheckpoint: Blob | null;
    /** Rejects with TRAP when a number left its domain (weights and states are those before that run), DEVICE when the machine failed. */
    readonly finished: Promise<{done: boolean; epoch: number; step: number}>;
    /** Resolves when the turn under way is over. */
    pause(): Promise<void>;
    resume(): void;
    stop(): Promise<void>;
    /** What `loom train --resume` and `train({checkpoint})` go on from; also after a TRAP. */
    checkpoint(): Promise<Blob>;
    /** The trained model as it is now, a model of its own. */
    model(): Promise<LoomModel>;
    /** Digest of that model, as receipts have it. */
    digest(): Promise<string>;
    evaluate(data: TrainingData): Promise<Evaluation>;
    /**
     * Looks inside that model with some samples: what its layers give, units that are 0 for all of them, elements at the flat ends of a sigmoid or tanh,
     * gradients of the loss; of trainings by targets the last run's links. It changes nothing, and runs without a look cost nothing more.
     */
    look(data: TrainingData): Promise<Observation>;
}

/** What a model takes on its machine: weights, and room for the largest batch so far. */
export interface ModelMemory {
    name: string;
    backend: Backend;
    bytes: number;
}

/** `using model = ...` and `await using model = ...` close it at the end of the block. */
export interface Closeable extends Disposable, AsyncDisposable {
    /** Gives the memory back. */
    close(): Promise<void>;
}

export interface LoomModel extends Closeable {
    readonly backend: Backend;
    /** Why this machine runs it, in words, and on how many threads. */
    readonly why: string;
    /** Threads that run it together. */
    readonly threads: number;
    /** Runs one sample or several after each other; input and output are in row-major order. */
    run(input: Float32Array | readonly number[], options?: OutputOptions): Promise<Float32Array>;
    /** Of a model with several inputs and outputs: arrays by their names, each with all samples along its own batch axis. */
    run(input: Record<string, Float32Array | readonly number[]>, options?: RunOptions): Promise<Record<string, Float32Array>>;
    /** Digests of the model, the input, every layer's output and the output. */
    receipt(input: Float32Array | readonly number[], options?: RunOptions): Promise<Receipt>;
    /** Begins to train a copy of this model on its machine. */
    train(options: TrainOptions): Promise<LoomTraining>;
    /** Runs zeros once, so that the first real run finds everything compiled and in its place. */
    warmUp(options?: {batch?: number; signal?: AbortSignal}): Promise<void>;
    memory(): Promise<ModelMemory>;
    info(): ModelInfo;
    /** The model as a model.json file. */
    save(): Promise<Blob>;
}

/** One turn of a conversation. */
export interface ChatTurn {
    role: 'system' | 'user' | 'assistant';
    content: string;
}

export interface TextLoadOptions extends Omit<LoadOptions, 'expectHash' | 'weightsHash' | 'cache' | 'dimensions' | 'inputs'> {
    /** Positions of prompt and answer together; 1024, or as many as the model has. */
    context?: number;
}

export interface GenerateOptions {
    /** The most tokens made; 128. */
    maxTokens?: number;
    /** 0, the default, takes the best token, always. */
    temperature?: number;
    /** Of the best so many only. */
    topK?: number;
    /** Of the fewest whose probabilities reach this. */
    topP?: number;
    /** Of those with so many times the best one's probability. */
    minP?: number;
    /** Makes tokens less likely that were there. */
    repetitionPenalty?: number;
    /** Where the text ends; not given out. */
    stop?: string | readonly string[];
    /** Of the draws: a whole number of 64 bits; 1. */
    seed?: number | bigint;
    signal?: AbortSignal;
}

export interface TextModelInfo extends ModelInfo {
    context: number;
    vocabulary: number;
}

/** A transformer that continues text, from a folder as Hugging Face has it. */
export interface LoomTextModel extends Closeable {
    readonly backend: Backend;
    /** Why this machine runs it, in words, and on how many threads. */
    readonly why: string;
    /** Threads that run it together. */
    readonly threads: number;
    readonly tokenizer: {
        /** With the special tokens that the model expects around a text, unless `specialTokens` is false. */
        encode(text: string, options?: {specialTokens?: boolean}): Promise<Int32Array>;
        /** Without special tokens, unless `specialTokens` is true. */
        decode(ids: ArrayLike<number>, options?: {specialTokens?: boolean}): Promise<string>;
    };
    /** The prompt of a conversation, with the special tokens of the model's family written out. */
    chat(turns: readonly ChatTurn[]): Promise<string>;
    /** Continues a text or ids, or answers a conversation, piece by piece. A model makes one text at a time: a new one ends the one before. */
    generate(prompt: string | readonly ChatTurn[] | ArrayLike<number>, options?: GenerateOptions): AsyncGenerator<string, void, undefined>;
    memory(): Promise<ModelMemory>;
    info(): TextModelInfo;
}

/** A model as files and pages have it. */
export type ModelSource = LoomModel | Blob | string | ArrayBuffer | ArrayBufferView | object;

/** The columns of a table: how many, or their names. */
export type Columns = {columns: number} | {names: readonly string[]};

/** Numbers about numbers. */
export interface Statistics {
    elements: number; mean: number; deviation: number; norm: number; least: number; largest: number; zeros: number;
}

/** A value of two runs; of traced ones the first element that differs, its bits, how many floats (units in the last place) the farthest are apart, and the kernels that compute it. */
export interface TraceRow {
    name: string;
    where: string;
    kind: 'same' | 'differs' | 'other' | 'only_first' | 'only_second';
    chunk?: number; differing?: number; farthest?: number; element?: number; first?: string; second?: string; kernels?: string[];
}

/** A layer, an activation, a loss, ..., or a member of the API. */
export interface Described {
    name: string;
    doc: string;
    fields?: object[];
    signature?: string;
}

/** Statistics, models beside each other, models made of others: docs/analysis.md. Numbers of answers are rounded to f32, null is what is not defined. */
export interface LoomAnalysis {
    /** Everything that model files and trainings can name, with fields; under `api` the members of the API, with signatures. */
    describe(): Promise<Record<string, Described[]>>;
    /** Pearson's, or with ranks Spearman's. */
    correlation(values: ArrayLike<number>, options: Columns & {ranks?: boolean}): Promise<{names: string[]; correlation: (number | null)[][]}>;
    clusters(values: ArrayLike<number>, options: Columns & {clusters: number; seed?: number; starts?: number}): Promise<{
        clusters: number; iterations: number; inertia: number; silhouette?: number; centres: number[][]; rows: number[]; silhouettes?: number[]}>;
    /** A column is a model, a row a sample, 0 is wrong. */
    ensemble(values: ArrayLike<number>, options: Columns): Promise<object>;
    /** Rows of a task's number and a score from 0 to 1. */
    adaptation(values: ArrayLike<number>, options?: {window?: number}): Promise<object>;
    signature(model: ModelSource): Promise<object>;
    inspect(model: ModelSource): Promise<object>;
    /** What every layer gives for one sample, of large ones the first 65,536 values; not of models with ONNX operators. */
    activations(model: ModelSource, input: ArrayLike<number>): Promise<{path: string; shape: number[]; values: Float32Array;
        output: Statistics}[]>;
    /** The gradients of a training's loss: by what every layer gives (of many samples the first's first), and by every trained parameter. */
    gradients(model: ModelSource, data: TrainingData, training: object): Promise<{loss: number; samples: number;
        layers: {path: string; shape: number[]; gradient: Statistics; values: Float32Array}[];
        parameters: {name: string; shape: number[]; gradient: Statistics; values: Float32Array}[]}>;
    /** The kernels of the model's program, in their order: lines of its listing, the operations of the graph that they compute, and paths of the layers these belong to. */
    kernels(model: ModelSource): Promise<{text: string; layers: string[]; operations: string[]}[]>;
    /** A receipt of a run with every value of the computation, which `diff` compares with another down to the element. */
    trace(model: ModelSource, input: ArrayLike<number>, options?: {machine?: Backend | 'auto'}): Promise<Receipt>;
    /** How long a run takes, and each kernel by itself, which counts for the layer whose result it writes. */
    profile(model: ModelSource, input: ArrayLike<number>, options?: {machine?: Backend | 'auto'}): Promise<{machine: Backend; batch: number; nanoseconds: number;
        layers: {path: string; label: string; nanoseconds: number}[]; kernels: {text: string; layer?: string; nanoseconds: number}[]}>;
    /** The WGSL of every kernel; a loop has its body's shaders. */
    shaders(model: ModelSource, options?: {batch?: number}): Promise<{name: string; text: string}[][]>;
    compare(first: ModelSource, second: ModelSource): Promise<{cosine: number | null; layers: {path: string; label: string;
        kind: 'same' | 'changed' | 'reshaped' | 'replaced' | 'removed' | 'added'; cosine: number | null; distance: number | null; largest: number | null; moved_to?: string}[]}>;
    /** `verdict` has the words of `./loom diff`. */
    diff(first: Receipt | Blob | string, second: Receipt | Blob | string): Promise<{same: boolean; verdict: string; subjects: Record<string, boolean>;
        layers: TraceRow[]; values: TraceRow[]}>;
    graft(models: ModelSource[], options?: {combine?: string; drop?: number; head?: number; seed?: number}): Promise<Blob>;
    join(first: ModelSource, second: ModelSource, options?: {seed?: number}): Promise<Blob>;
    split(model: ModelSource, at: number): Promise<[Blob, Blob]>;
    cells(model: ModelSource, options: {rows?: number; columns?: number}): Promise<Blob>;
    /** The model as a WebAssembly file that needs no engine (docs/compiled.md); one call of it takes up to `samples` (16). */
    compile(model: ModelSource, options?: {samples?: number}): Promise<Blob>;
    /** Networks bred for a task, generation by generation, the best first; a loss is null where a training left the numbers' domain. */
    evolve(data: TrainingData, options: {input: readonly number[]; outputs: number; training: object; generations?: number; population?: number; seed?: number}):
        AsyncGenerator<{number: number; members: {loss: number | null; parameters: number; text: string}[]; best: Blob}, void, undefined>;
    random(options: {input: readonly number[]; outputs: number; count?: number; seed?: number}): Promise<Blob[]>;
    /** A model as an empty pipeline, tick by tick (docs/training.md); not of models with ONNX operators. */
    pipeline(model: ModelSource): Promise<LoomPipeline>;
}

/** A model in which every layer of a cell runs once a tick, on what the layer before it gave a tick earlier. */
export interface LoomPipeline {
    /** One tick with a sample as input: what the layers gave in it, in order, of large ones the first 65,536 values. The last one's are the output. */
    tick(input: ArrayLike<number>): Promise<{tick: number; layers: {path: string; shape: number[]; values: Float32Array; output: Statistics}[]}>;
    /** All layers give zeros again, and ticks count from the start. */
    reset(): Promise<void>;
    /** Gives its memory back; calls after it are refused with CLOSED. */
    close(): Promise<void>;
}

/**
 * CONFIG, INPUT, SHAPE, NETWORK, HASH and CLOSED come from the page's side, MODEL, TRAP and DEVICE from the engine.
 * ENGINE means that the engine itself failed; it starts afresh with the next call.
 */
export type LoomErrorCode =
    | 'CONFIG' | 'INPUT' | 'SHAPE' | 'NETWORK' | 'HASH' | 'CLOSED' | 'MODEL' | 'TRAP' | 'DEVICE' | 'ENGINE';

export class LoomError extends Error {
    readonly code: LoomErrorCode;
    readonly layer: string | null;
    /** JSON path in the file. */
    readonly path: string | null;
    readonly hint: string | null;
    readonly file: string | null;
}

export const Loom: {
    /** Starts the engine before the first model comes. */
    warmUp(options?: Pick<LoadOptions, 'workerUrl' | 'wasmUrl' | 'thread' | 'threads'>): Promise<void>;
    /** A folder of a transformer: its address, which ends with a slash, or its files (config.json, tokenizer.json, safetensors). */
    load(folder: `${string}/`, options?: TextLoadOptions): Promise<LoomTextModel>;
    /** Files of a transformer, of a layers-model of tfjs, or of a model of ours: model.json and its weights; or one file of any kind. */
    load<M extends LoomModel | LoomTextModel = LoomTextModel>(files: Iterable<File>, options?: TextLoadOptions & LoadOptions): Promise<M>;
    /** Fetches loom-analysis.js and loom-analysis.wasm with the first call. */
    analysis(options?: Pick<LoadOptions, 'workerUrl' | 'wasmUrl' | 'thread'>): Promise<LoomAnalysis>;
    /** Everything that model files and trainings can name, with fields; under `api` the members of the API, with signatures. */
    describe(options?: Pick<LoadOptions, 'workerUrl' | 'wasmUrl' | 'thread'>): Promise<Record<string, Described[]>>;
    load(source: string | URL | Blob | ArrayBuffer | ArrayBufferView | object, options?: LoadOptions): Promise<LoomModel>;
    /** What all open models take. */
    memory(): Promise<{bytes: number; models: ModelMemory[]}>;
    /** Forgets the files that the option `cache` kept. */
    clearCache(): Promise<void>;
    /**
     * Makes this page work without a network from now on, by a service worker: sw.js beside loom.js, or at `url`. The page and the
     * engine's folder must lie below the worker's folder or, where the server allows it (Service-Worker-Allowed), below `scope`.
     */
    offline(options?: {url?: string | URL; scope?: string}): Promise<{kept: number}>;
    /** Addresses of the engine's files; set those that are not beside loom.js before the first model. */
    readonly files: Record<'script' | 'wasm' | 'trainScript' | 'trainWasm' | 'fullWasm' | 'textScript' | 'textWasm' | 'analysisScript'
        | 'analysisWasm' | 'apiScript' | 'compiledScript', string | null>;
};

export default Loom;

/**
 * <loom-model src="model.json" backend="auto" thread="worker">: loads the model when it enters the page. Its attribute `state` is
 * 'loading', 'ready' or 'error'; children with that slot are shown in that state in place of one line of text, all others always.
 */
export interface LoomModelElement extends HTMLElement {
    readonly ready: Promise<LoomModel> | null;
    run(input: Float32Array | readonly number[], options?: OutputOptions): Promise<Float32Array>;
}

declare global {
    interface HTMLElementTagNameMap {
        'loom-model': LoomModelElement;
    }
    interface HTMLElementEventMap {
        'loom-load': CustomEvent<LoomModel>;
        'loom-error': CustomEvent<LoomError>;
        'loom-progress': CustomEvent<Progress>;
    }
}
