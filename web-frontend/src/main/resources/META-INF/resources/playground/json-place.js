// Where a value stands in a JSON text, by its path as in $.cells[0].layers[1].units.

/** [start, end] of the value; of the innermost one there is if the path goes further. */
export function placeOf(text, path) {
    let at = afterSpace(text, 0);
    for (const [, key, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)]/g)) {
        const found = key === undefined ? element(text, at, Number(index)) : member(text, at, key);
        if (found < 0) {
            break;
        }
        at = found;
    }
    return [at, valueEnd(text, at)];
}

/** The line of an offset, from 0. */
export function lineOf(text, offset) {
    let line = 0;
    for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
        line++;
    }
    return line;
}

function afterSpace(text, at) {
    let end = at;
    while (end < text.length && /\s/.test(text[end])) {
        end++;
    }
    return end;
}

function stringEnd(text, at) {
    let end = at + 1;
    while (end < text.length && text[end] !== '"') {
        end += text[end] === '\\' ? 2 : 1;
    }
    return end + 1;
}

function valueEnd(text, at) {
    if (text[at] === '"') {
        return stringEnd(text, at);
    }
    if (text[at] !== '{' && text[at] !== '[') {
        const rest = /^[^\s,\]}]*/.exec(text.slice(at, at + 64));
        return at + rest[0].length;
    }
    let depth = 0;
    for (let i = at; i < text.length; i++) {
        if (text[i] === '"') {
            i = stringEnd(text, i) - 1;
        } else if (text[i] === '{' || text[i] === '[') {
            depth++;
        } else if ((text[i] === '}' || text[i] === ']') && --depth === 0) {
            return i + 1;
        }
    }
    return text.length;
}

function member(text, at, wanted) {
    let i = text[at] === '{' ? afterSpace(text, at + 1) : -1;
    while (i >= 0 && text[i] === '"') {
        const end = stringEnd(text, i);
        const value = afterSpace(text, afterSpace(text, end) + 1);
        if (text.slice(i + 1, end - 1) === wanted) {
            return value;
        }
        i = afterSpace(text, afterSpace(text, valueEnd(text, value)) + 1);
    }
    return -1;
}

function element(text, at, wanted) {
    let i = text[at] === '[' ? afterSpace(text, at + 1) : -1;
    for (let n = 0; i >= 0 && i < text.length && text[i] !== ']'; n++) {
        if (n === wanted) {
            return i;
        }
        i = afterSpace(text, afterSpace(text, valueEnd(text, i)) + 1);
    }
    return -1;
}
