// A form for anything that Loom.describe() knows: a control for each field, with its default, range and meaning.

import {h} from './dom.js';

/** {node, read()}; read gives a copy of `value` with what was changed. */
export function formOf(fields, value, description) {
    const controls = fields.map((field) => ({field, control: controlOf(field, value?.[field.name], description)}));
    return {
        node: h('div', {className: 'fields'}, ...controls.map(({control}) => control.node)),
        read() {
            const copy = structuredClone(value ?? {});
            for (const {field, control} of controls) {
                const now = control.read();
                if (now === undefined) {
                    delete copy[field.name];
                } else {
                    copy[field.name] = now;
                }
            }
            return copy;
        },
    };
}

function controlOf(field, value, description) {
    switch (field.type) {
        case 'flag':
            return choice(field, value, ['true', 'false'], (text) => text === 'true');
        case 'variant':
            return variant(field, value, description);
        case 'whole':
        case 'real':
            return input(field, value, {type: 'number', min: field.min, max: field.max, step: field.type === 'whole' ? '1' : 'any'}, Number);
        case 'wholes':
        case 'reals':
        case 'flags':
        case 'extents':
            return input(field, value, {type: 'text'}, list);
        case 'text':
        case 'earlier':
            return input(field, value, {type: 'text'}, String);
        default: // layers have cards of their own
            return {node: '', read: () => value};
    }
}

function labelled(field, ...controls) {
    return h('label', {}, field.name, ...controls, h('small', {}, field.doc));
}

function input(field, value, properties, parse) {
    const text = value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);
    const box = h('input', {...properties, value: text, placeholder: (field.default ?? '').replaceAll('"', ''), required: field.default === undefined && field.optional !== true});
    const read = () => (box.value === text ? value : box.value.trim() === '' ? undefined : parse(box.value.trim()));
    return {node: labelled(field, box), read};
}

const list = (text) => (/^-?[\d.]+$/.test(text) ? Number(text) : text.split(/[\s,]+/).map((word) => (/^(true|false)$/.test(word) ? word === 'true' : Number(word))));

/** A name from a list; the first entry leaves the field out. */
function choice(field, value, names, parse) {
    const out = field.default === undefined ? (field.optional === true ? ['', 'none'] : null) : ['', `default: ${field.default}`];
    const select = h('select', {},
        ...(out === null ? [] : [h('option', {value: out[0]}, out[1])]),
        ...names.map((name) => h('option', {value: name}, name)));
    select.value = value === undefined ? '' : String(value);
    const read = () => (select.value === '' ? undefined : parse(select.value));
    return {node: labelled(field, select), read, select};
}

/** One of several kinds, each with fields of its own, which follow its name. */
function variant(field, value, description) {
    const kinds = description[field.of] ?? [];
    const bare = value !== undefined && typeof value !== 'string' && value.type === undefined; // a number in the place of a kind
    const name = bare ? field.bare : typeof value === 'string' ? value : value?.type;
    const chosen = choice(field, name, kinds.map((kind) => kind.name), String);
    const more = h('div', {className: 'more'});
    let form = null;
    const show = () => {
        const kind = kinds.find((each) => each.name === chosen.select.value);
        const given = chosen.select.value !== name ? undefined : bare ? {[kind.fields[0].name]: value} : typeof value === 'string' ? undefined : value;
        form = kind === undefined || kind.fields.length === 0 ? null : formOf(kind.fields, given, description);
        more.replaceChildren(...(form === null ? [] : [form.node]));
    };
    chosen.select.addEventListener('change', show);
    show();
    return {
        node: h('div', {}, chosen.node, more),
        read() {
            const now = chosen.read();
            if (now === undefined) {
                return undefined;
            }
            const fields = form?.read() ?? {};
            delete fields.type;
            return Object.keys(fields).length === 0 ? now : {type: now, ...fields};
        },
    };
}
