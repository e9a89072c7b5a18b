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

/** A style sheet, fetched once. */
const sheets = new Map();

export function style(href) {
    if (!sheets.has(href)) {
        sheets.set(href, new Promise((resolve, reject) => {
            const link = h('link', {rel: 'stylesheet', href});
            link.onload = resolve;
            link.onerror = () => reject(new Error(`${href} was not loaded`));
            document.head.append(link);
        }));
    }
    return sheets.get(href);
}
