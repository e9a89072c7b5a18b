// What the page shows, kept in the address: #model=… (an address) or &m=… (the model itself, see link.js) and &machine=…&digit=… or &drawing=… (784 bytes as base64url) or &x=… (numbers).

export function readState() {
    const hash = new URLSearchParams(location.hash.slice(1));
    return {
        model: hash.get('model'),
        packed: hash.get('m'),
        machine: hash.get('machine') ?? 'auto',
        digit: hash.has('digit') ? Number.parseInt(hash.get('digit'), 10) : null,
        drawing: drawingOf(hash.get('drawing')),
        values: numbers(hash.get('x')),
        theme: hash.get('theme'),
        /** Which of digit and drawing, or numbers, is on show: the others are kept for when they are again, but not in the address. */
        input: 'drawing',
    };
}

/** Replaces the address without a new entry in the history. */
export function writeState({model, packed, machine, digit, drawing, values, theme, input}) {
    const hash = new URLSearchParams();
    if (model !== null) {
        hash.set('model', model);
    }
    if (packed !== null) {
        hash.set('m', packed);
    }
    if (machine !== 'auto') {
        hash.set('machine', machine);
    }
    const drawn = input === 'drawing';
    if (drawn && digit !== null) {
        hash.set('digit', String(digit));
    } else if (drawn && drawing !== null) {
        hash.set('drawing', encode(drawing));
    }
    if (!drawn && values !== null && values.length <= MAX_NUMBERS) {
        hash.set('x', values.join(','));
    }
    if (theme !== null) {
        hash.set('theme', theme);
    }
    history.replaceState(null, '', `${location.pathname}${location.search}${hash.size > 0 ? `#${hash}` : ''}`);
}

/** More than these would make the address unwieldy. */
const MAX_NUMBERS = 200;

function numbers(text) {
    const values = (text ?? '').split(',').filter((word) => word !== '').map(Number);
    return values.length > 0 && values.every(Number.isFinite) ? values : null;
}

/** Bytes as base64url. */
export function encode(bytes) {
    let text = '';
    for (const byte of bytes) {
        text += String.fromCharCode(byte);
    }
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function decode(text) {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

function drawingOf(text) {
    try {
        const bytes = decode(text ?? '');
        return bytes.length === 784 ? bytes : null;
    } catch {
        return null; // not one of ours: start with an empty sheet
    }
}
