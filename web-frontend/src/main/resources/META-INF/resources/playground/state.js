// What the page shows, kept in the address: #model=…&machine=…&digit=… or &drawing=… (784 bytes as base64url).

export function readState() {
    const hash = new URLSearchParams(location.hash.slice(1));
    return {
        model: hash.get('model'),
        machine: hash.get('machine') ?? 'auto',
        digit: hash.has('digit') ? Number.parseInt(hash.get('digit'), 10) : null,
        drawing: decode(hash.get('drawing')),
        theme: hash.get('theme'),
    };
}

/** Replaces the address without a new entry in the history. */
export function writeState({model, machine, digit, drawing, theme}) {
    const hash = new URLSearchParams();
    if (model !== null) {
        hash.set('model', model);
    }
    if (machine !== 'auto') {
        hash.set('machine', machine);
    }
    if (digit !== null) {
        hash.set('digit', String(digit));
    } else if (drawing !== null) {
        hash.set('drawing', encode(drawing));
    }
    if (theme !== null) {
        hash.set('theme', theme);
    }
    history.replaceState(null, '', `${location.pathname}${location.search}${hash.size > 0 ? `#${hash}` : ''}`);
}

function encode(bytes) {
    return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decode(text) {
    try {
        const bytes = Uint8Array.from(atob((text ?? '').replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
        return bytes.length === 784 ? bytes : null;
    } catch {
        return null; // not one of ours: start with an empty sheet
    }
}
