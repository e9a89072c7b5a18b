/** Models that were compiled ahead of time: docs/compiled.md. */
import type {Port} from './loom.js';

export class LoomRunError extends Error {
    readonly code: 'CONFIG' | 'NETWORK' | 'MODEL' | 'SHAPE' | 'INPUT' | 'TRAP';
}

export interface CompiledModel {
    readonly info: {
        readonly engine: string;
        readonly name: string;
        /** Of one sample. */
        readonly input: readonly number[];
        /** Of one sample. */
        readonly output: readonly number[];
        /** Of ONNX models: what a sample is made of, one value after the other. */
        readonly inputs?: readonly Port[];
        readonly outputs?: readonly Port[];
        /** How many samples one call of the module takes; `run` takes any number. */
        readonly capacity: number;
        /** The model's digest, as in receipts. */
        readonly model: string;
        /** The program's digest, as `./loom inspect` shows it. */
        readonly program: string;
        /** How many weights it has. */
        readonly parameters: number;
    };

    /** What it takes of memory, in bytes. */
    readonly bytes: number;

    /** Output for one sample, or for several after each other: a new array, or `output`, one of its length, filled. */
    run(input: Float32Array | readonly number[], options?: {output?: Float32Array}): Float32Array;
}

/** `options` are those of `fetch`, for an address. */
export function load(source: string | URL | Response | BufferSource | WebAssembly.Module, options?: RequestInit): Promise<CompiledModel>;
