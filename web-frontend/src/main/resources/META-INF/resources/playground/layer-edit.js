// Changes of a layer: its fields, where it stands, what comes after it.

import {h} from './dom.js';
import {formOf} from './form.js';
import {layerAt, siblingsOf} from './model-file.js';

/** Panel for the layer at a path of a model file; `change(file, path)` loads the changed one. */
export function layerEditor(file, path, description, change) {
    const layer = layerAt(file, path);
    const declared = description.layer.find(({name}) => name === layer.type);
    const {node, read} = formOf([...declared.fields, ...description.options[0].fields], layer, description);
    const form = h('form', {id: 'layer-form'}, node, h('button', {type: 'submit'}, 'Apply and run'));
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const copy = structuredClone(file);
        replace(copy, path, read());
        change(copy, path);
    });
    return h('details', {id: 'layer-edit'}, h('summary', {}, 'Change'), form, ...place(file, path, description, change));
}

function replace(file, path, layer) {
    const siblings = siblingsOf(file, path);
    if (siblings === null) {
        layerAt(file, path.slice(0, path.lastIndexOf('.'))).combine.gate = layer;
    } else {
        siblings.list[siblings.number] = layer;
    }
}

function place(file, path, description, change) {
    if (siblingsOf(file, path) === null) {
        return [];
    }
    const {list, number} = siblingsOf(file, path);
    const act = (name, possible, edit) => {
        const button = h('button', {type: 'button', className: 'secondary outline', disabled: !possible}, name);
        button.addEventListener('click', () => {
            const copy = structuredClone(file);
            const to = edit(siblingsOf(copy, path).list);
            change(copy, to === null ? null : `${path.slice(0, path.lastIndexOf('.'))}.${to}`);
        });
        return button;
    };
    const type = h('select', {'aria-label': 'Type of the new layer'}, ...description.layer.map(({name}) => h('option', {}, name)));
    return [
        h('div', {role: 'group'},
            act('Earlier', number > 0, (layers) => swap(layers, number, number - 1)),
            act('Later', number < list.length - 1, (layers) => swap(layers, number, number + 1)),
            act('Remove', true, (layers) => {
                layers.splice(number, 1);
                return null;
            })),
        h('div', {role: 'group'}, type, act('Add after', true, (layers) => {
            layers.splice(number + 1, 0, newLayer(description, type.value));
            return number + 1;
        })),
    ];
}

function swap(layers, a, b) {
    [layers[a], layers[b]] = [layers[b], layers[a]];
    return b;
}

/** A layer with something small in every field that must be there. */
function newLayer(description, type) {
    const layer = {type};
    for (const field of description.layer.find(({name}) => name === type).fields) {
        if (field.default === undefined && field.optional !== true) {
            layer[field.name] = {
                whole: Math.max(field.min ?? 0, Math.min(field.max ?? 8, 8)), real: Math.max(field.min ?? 0, 0), wholes: Math.max(field.min ?? 0, 2), layers: [{type: 'dense', units: 8}],
                variant: description[field.of]?.[1]?.name, extents: [1], layer: {type: 'dense', units: 8},
            }[field.type];
        }
    }
    return layer;
}
