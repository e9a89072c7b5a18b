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

function floatsOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) {
        bytes[i] = text.charCodeAt(i);
    }
    return new Float32Array(bytes.buffer);
}
