// Looks things up in a model file as Loom writes it: layers by their paths, tensors as numbers.

/** The layer at a path as in 0.1.2 or 0.1.2.gate.0; undefined if the file has none there. */
export function layerAt(file, path) {
    const [row, column, first, ...names] = path.split('.');
    let layer = file.cells.find((cell) => cell.row === Number(row) && cell.column === Number(column))?.layers[Number(first)];
    for (const name of names) {
        layer = (layer?.branches ?? layer?.layers)?.[name] ?? layer?.combine?.[name];
    }
    return layer;
}

/** {name, shape, values} of every tensor that a layer itself has. */
export function tensorsOf(layer) {
    return Object.entries(layer?.parameters ?? {}).map(([name, {shape, data}]) => ({name, shape, values: floatsOf(data)}));
}

const floatsOf = (base64) => new Float32Array(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer);

/** Every layer of a file with its path, outer ones first. */
export function* layersOf(file) {
    for (const {row, column, layers} of file.cells) {
        yield* inside(layers, `${row}.${column}`);
    }
}

function* inside(layers, around) {
    for (const [i, layer] of layers.entries()) {
        yield* self(layer, `${around}.${i}`);
    }
}

function* self(layer, path) {
    yield {layer, path};
    yield* inside(layer.branches ?? layer.layers ?? [], path);
    if (layer.combine?.gate !== undefined) {
        yield* self(layer.combine.gate, `${path}.gate`);
    }
}

/** The list that a layer stands in, and its number there; null for a gate, which stands alone. */
export function siblingsOf(file, path) {
    const [row, column, ...names] = path.split('.');
    const number = Number(names.at(-1));
    if (Number.isNaN(number)) {
        return null;
    }
    const around = names.length === 1
        ? file.cells.find((cell) => cell.row === Number(row) && cell.column === Number(column))
        : layerAt(file, path.slice(0, path.lastIndexOf('.')));
    return {list: around.branches ?? around.layers, number};
}
