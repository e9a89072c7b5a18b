const frame = document.querySelector('iframe');

addEventListener('message', ({data, source, origin}) => {
    if (source !== frame.contentWindow || origin !== location.origin) {
        return;
    }
    if (data === 'ready') {
        const blank = new Float32Array(784);
        source.postMessage(blank, origin, [blank.buffer]);
    } else {
        document.querySelector('output').textContent = `${data.length} numbers came back`;
    }
});
