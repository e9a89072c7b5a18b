// A classic script: no modules, no bundler, no build.
(async () => {
    const images = await (await fetch('../digits/images.idx')).arrayBuffer();
    const digit = Float32Array.from(new Uint8Array(images, 16, 784), (grey) => grey / 255);

    const model = await Loom.load('../models/digits.json');
    const probabilities = await model.run(digit);
    await model.close();

    document.querySelector('output').textContent = probabilities.indexOf(Math.max(...probabilities));
})();
