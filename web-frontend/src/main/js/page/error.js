// Loom for web pages: `const model = await Loom.load('model.json'); const y = await model.run(x);`
// A classic script that defines the globals Loom and LoomError and the element <loom-model>; loom.mjs is the same as an
// ES module. The engine itself (loom-engine.js and loom.wasm, beside this file) is fetched with the first model.

/** What went wrong: `code` for programs, `message` for people, and where: `layer` and JSON `path`. */
class LoomError extends Error {
    constructor({code, message, layer = null, path = null, hint = null, file = null}, options) {
        super(message, options);
        this.name = 'LoomError';
        this.code = code;
        this.layer = layer;
        this.path = path;
        this.hint = hint;
        this.file = file;
    }
}
