// The ES module: the same code as loom.js. The addresses are written so that bundlers see and copy the files.
import './loom.js';

const {Loom, LoomError} = globalThis;
Loom.files.script = new URL('./loom-engine.js', import.meta.url).href;
Loom.files.wasm = new URL('./loom.wasm', import.meta.url).href;
Loom.files.trainScript = new URL('./loom-train.js', import.meta.url).href;
Loom.files.trainWasm = new URL('./loom-train.wasm', import.meta.url).href;
Loom.files.fullWasm = new URL('./loom-full.wasm', import.meta.url).href;
Loom.files.textScript = new URL('./loom-text.js', import.meta.url).href;
Loom.files.textWasm = new URL('./loom-text.wasm', import.meta.url).href;
Loom.files.analysisScript = new URL('./loom-analysis.js', import.meta.url).href;
Loom.files.analysisWasm = new URL('./loom-analysis.wasm', import.meta.url).href;
Loom.files.apiScript = new URL('./loom-api.js', import.meta.url).href;
Loom.files.compiledScript = new URL('./loom-compiled.js', import.meta.url).href;

export {Loom, LoomError};
export default Loom;
