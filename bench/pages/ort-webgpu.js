// onnxruntime-web's WebGPU backend. What that lacks, an LSTM for example, its WebAssembly backend computes.
import * as ort from '/node_modules/onnxruntime-web/dist/ort.webgpu.min.mjs';
import {offer} from './bench.js';
import {ortEngine} from './ort-engine.js';

offer(ortEngine(ort, 'webgpu'));
