// onnxruntime-web's WebAssembly backend with one thread.
import * as ort from '/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
import {offer} from './bench.js';
import {ortEngine} from './ort-engine.js';

offer(ortEngine(ort, 'wasm'));
