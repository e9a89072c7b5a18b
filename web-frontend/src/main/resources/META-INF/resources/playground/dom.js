// Makes elements: h('p', {className: 'x'}, 'text', child). Keys with a dash are attributes, all others properties.

export function h(name, properties = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (key.includes('-') || key === 'role' || key === 'for') {
            node.setAttribute(key, value);
        } else {
            node[key] = value;
        }
    }
    node.append(...children.filter((child) => child !== null));
    return node;
}

export function svg(name, attributes = {}, ...children) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) {
        node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
}

/** A field for a number. */
export const number = (id, {value, min, max, step = 1}) =>
    h('input', {type: 'number', id, value: String(value), min: String(min), max: String(max), step: String(step), required: true});

/** A style sheet, fetched once. */
export const style = (href) => once(href, () => h('link', {rel: 'stylesheet', href}));

/** A script that is no module, fetched once. */
export const script = (src) => once(src, () => h('script', {src}));

const fetched = new Map();

function once(address, make) {
    if (!fetched.has(address)) {
        fetched.set(address, new Promise((resolve, reject) => {
            const node = make();
            node.onload = resolve;
            node.onerror = () => reject(new Error(`${address} was not loaded`));
            document.head.append(node);
        }));
    }
    return fetched.get(address);
}
