// A changed network with the weights it had: those that still fit are kept, others are drawn from the seed.

import {layerAt, layersOf} from './model-file.js';

const {Loom} = globalThis;

/** The changed model as a file, and what became of its weights in words. Throws what the engine says of the text. */
export async function changed(text, name) {
    const refused = await refusal(new Blob([text]));
    if (refused === null) {
        return {file: new File([text], name, {type: 'application/json'}), note: ''};
    }
    let json;
    try {
        json = JSON.parse(text);
    } catch {
        throw refused;
    }
    if (!Array.isArray(json?.cells)) {
        throw refused;
    }
    const fresh = await drawn(json);
    let [kept, all] = [0, 0];
    for (const {layer, path} of layersOf(fresh)) {
        const before = layerAt(json, path)?.parameters ?? {};
        for (const [tensor, {shape}] of Object.entries(layer.parameters ?? {})) {
            all++;
            if (String(before[tensor]?.shape) === String(shape)) {
                layer.parameters[tensor] = before[tensor];
                kept++;
            }
        }
    }
    const note = `${kept} of ${all} tensors kept their weights, the others are drawn from the seed.`;
    return {file: new File([JSON.stringify(fresh)], name, {type: 'application/json'}), note};
}

async function refusal(file) {
    try {
        await (await Loom.load(file)).close();
        return null;
    } catch (error) {
        return error;
    }
}

/** The same network with all weights from its seed, as a file's content. */
async function drawn(json) {
    const bare = structuredClone(json);
    for (const {layer} of layersOf(bare)) {
        delete layer.parameters;
    }
    const model = await Loom.load(bare);
    try {
        return JSON.parse(await (await model.save()).text());
    } finally {
        await model.close();
    }
}
