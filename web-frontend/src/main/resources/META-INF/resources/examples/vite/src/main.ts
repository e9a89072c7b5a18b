import {Loom, LoomError, type LoomModel, type Progress} from '@dev-loom/loom';

const xor = {
    format: 'loom', version: 1, name: 'xor', input: {shape: [2]}, grid: {rows: 1, columns: 1},
    cells: [{row: 0, column: 0, layers: [
        {type: 'dense', units: 4, activation: 'tanh'},
        {type: 'dense', units: 1, activation: 'sigmoid'},
    ]}],
};

function show(text: string): void {
    document.querySelector('output')!.textContent = text;
}

try {
    const onProgress = ({phase, loaded, total}: Progress) => console.log(phase, loaded, total ?? '?');
    const model: LoomModel = await Loom.load(xor, {onProgress});
    const answers: Float32Array = await model.run([0, 0, 0, 1, 1, 0, 1, 1]);
    show(`${answers.join(', ')} on ${model.backend}`);
    await model.close();
} catch (error) {
    show(error instanceof LoomError ? `${error.code}: ${error.message}` : String(error));
}
