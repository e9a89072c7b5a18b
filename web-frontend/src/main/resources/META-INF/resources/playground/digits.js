// The bundled MNIST test digits, in MNIST's own IDX format: a header of big-endian words (magic, count, rows, columns),
// then bytes.

const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;

export async function loadDigits() {
    const [images, labels] = await Promise.all([fetchBytes('digits/images.idx'), fetchBytes('digits/labels.idx')]);
    const header = new DataView(images.buffer);
    if (header.getUint32(0) !== 0x803 || header.getUint32(8) !== 28 || header.getUint32(12) !== 28) {
        throw new Error('digits/images.idx is not a file of 28 by 28 images');
    }
    const count = header.getUint32(4);
    return {
        count,
        pixels: (index) => images.subarray(IMAGES_HEADER + 784 * index, IMAGES_HEADER + 784 * (index + 1)),
        label: (index) => labels[LABELS_HEADER + index],
    };
}

async function fetchBytes(address) {
    const response = await fetch(address);
    if (!response.ok) {
        throw new Error(`${address} answered ${response.status}`);
    }
    return new Uint8Array(await response.arrayBuffer());
}
