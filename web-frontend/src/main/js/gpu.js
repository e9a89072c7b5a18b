// WebGPU as the WebGPU machine wants it: few calls, each doing much. A run is one call; so is a read-back.

/** Below this many bytes the queue's own way is as fast. */
const FED_BYTES = 1 << 20;
const MOST_FEEDERS = 2;

const gpuGlue = {
    /** Why not to open it unasked: there is none, or the CPU imitates it. Empty if there is one. */
    async objection() {
        try {
            const {vendor, architecture, description, software} = await gpuAdapter();
            const words = [vendor, architecture, description].filter((word) => word !== '').join(' ');
            return software ? `WebGPU here is software (${words}), WebAssembly is faster` : '';
        } catch (error) {
            return `no WebGPU: ${error.message}`;
        }
    },

    /** The adapter's device and what is known about it; rejects in words if there is none. */
    async open() {
        const {adapter, ...info} = await gpuAdapter();
        const wanted = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage',
            'maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupSizeX', 'maxComputeWorkgroupSizeY',
            'maxComputeWorkgroupStorageSize'];
        const requiredLimits = Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]]));
        const device = await adapter.requestDevice({requiredLimits, label: 'loom'});
        const opened = {
            device,
            ...info,
            packedDots: navigator.gpu.wgslLanguageFeatures?.has('packed_4x8_integer_dot_product') === true,
            maxBufferBytes: device.limits.maxBufferSize,
            maxBindingBytes: device.limits.maxStorageBufferBindingSize,
            maxInvocations: device.limits.maxComputeInvocationsPerWorkgroup,
            layouts: new Map(), // by number of buffers a shader reads
            readers: [], // mapped buffers at rest
            recorded: null, // an encoder whose commands were not submitted yet
            feeders: [], // buffers at rest, mapped to be written
            feeding: [], // those that recorded commands read
            failure: null, // the first error that belongs to no call: results are not to be trusted any more, and the device is given up
        };
        device.addEventListener('uncapturederror', (event) => {
            opened.failure ??= event.error.message;
            device.destroy();
        });
        return opened;
    },

    async lost(gpu) {
        const {message} = await gpu.device.lost;
        return {message: gpu.failure ?? message};
    },

    buffer: (gpu, bytes, uniform) =>
        gpu.device.createBuffer({
            size: uniform ? Math.ceil(bytes / 16) * 16 : Math.max(bytes, 4),
            usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC | (uniform ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE),
        }),

    destroy(gpu, buffer) {
        flush(gpu);
        buffer.destroy();
    },

    write(gpu, buffer, offset, bytes) {
        flush(gpu);
        gpu.device.queue.writeBuffer(buffer, offset, bytes);
    },

    /** As `write`. Large inputs come again and again: they go through a buffer that is mapped already, so nothing is allocated for them. */
    feed(gpu, buffer, offset, bytes) {
        const size = bytes.byteLength;
        if (size < FED_BYTES) {
            gpuGlue.write(gpu, buffer, offset, bytes);
            return;
        }
        const feeder = takeFeeder(gpu, size);
        new Uint8Array(feeder.getMappedRange(0, size)).set(bytes);
        feeder.unmap();
        recorder(gpu).copyBufferToBuffer(feeder, 0, buffer, offset, size);
        gpu.feeding.push(feeder);
    },

    /** Compiles off the main line; the compiler's own messages are the reason of a failure. */
    async pipeline(gpu, name, code, reads, argumentBytes) {
        const {device} = gpu;
        device.pushErrorScope('validation');
        const module = device.createShaderModule({label: name, code});
        const scope = device.popErrorScope();
        const errors = (await module.getCompilationInfo()).messages.filter((message) => message.type === 'error');
        await scope;
        if (errors.length > 0) {
            throw new Error(errors.map(({lineNum, linePos, message}) => `${lineNum}:${linePos} ${message}`).join('\n'));
        }
        const layout = device.createPipelineLayout({bindGroupLayouts: [bindGroupLayout(gpu, reads, argumentBytes)]});
        return device.createComputePipelineAsync({label: name, layout, compute: {module, entryPoint: 'main'}});
    },

    bind(gpu, argumentBytes, words, scalars, trap, out, reads) {
        const buffers = [words, scalars, trap, out, ...reads];
        return gpu.device.createBindGroup({
            layout: bindGroupLayout(gpu, reads.length, argumentBytes),
            entries: buffers.map((buffer, binding) => ({
                binding,
                resource: binding === 0 ? {buffer, size: argumentBytes} : {buffer},
            })),
        });
    },

    commands: () => [],

    add: (commands, pipeline, bindings, offset, x, y) => void commands.push({pipeline, bindings, offsets: [offset], x, y}),

    /** Records; most often a read follows, and both are submitted together. */
    submit(gpu, commands) {
        const pass = recorder(gpu).beginComputePass();
        let current = null;
        for (const {pipeline, bindings, offsets, x, y} of commands) {
            if (pipeline !== current) {
                pass.setPipeline(pipeline);
                current = pipeline;
            }
            pass.setBindGroup(0, bindings, offsets);
            pass.dispatchWorkgroups(x, y);
        }
        pass.end();
    },

    parts: () => [],

    part: (parts, buffer, offset, bytes) => void parts.push({buffer, offset, bytes}),

    /** Copies of parts of buffers, once all that was submitted is done. */
    async read(gpu, parts) {
        const places = [];
        let size = 0;
        for (const {bytes} of parts) {
            places.push(size);
            size += Math.ceil(bytes / 8) * 8;
        }
        const reader = takeReader(gpu, size);
        const encoder = recorder(gpu);
        parts.forEach(({buffer, offset, bytes}, i) => encoder.copyBufferToBuffer(buffer, offset, reader, places[i], bytes));
        flush(gpu);
        await reader.mapAsync(GPUMapMode.READ, 0, size).catch((error) => {
            throw gpu.failure === null ? error : new Error(gpu.failure);
        });
        const mapped = reader.getMappedRange(0, size);
        const copies = parts.map(({bytes}, i) => new Uint8Array(mapped, places[i], bytes).slice());
        reader.unmap();
        gpu.readers.push(reader);
        if (gpu.failure !== null) {
            throw new Error(gpu.failure);
        }
        return copies;
    },

    copy: (copies, i) => copies[i],

    /** Whether the door would leave all values as they are (loom.numeric.Domain): +0, or a magnitude from 2^-37 to 2^50. */
    inDomain(bytes) {
        const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
        const count = words.length;
        let signs = 0;
        // Without branches, which would take half as long again: the sign says that a magnitude is outside and the word not 0.
        for (let i = 0; i < count; i++) {
            const word = words[i];
            const magnitude = word & 0x7fffffff;
            signs |= ((magnitude - 0x2d000000) | (0x58800000 - magnitude)) & (word | -word);
        }
        return signs >= 0;
    },

    close(gpu) {
        gpu.readers.length = 0;
        gpu.feeders.length = 0;
        gpu.device.destroy();
    },
};

/** The encoder of what is to be submitted next. */
function recorder(gpu) {
    return (gpu.recorded ??= gpu.device.createCommandEncoder());
}

/** Submits what was recorded. */
function flush(gpu) {
    if (gpu.recorded !== null) {
        const encoder = gpu.recorded;
        gpu.recorded = null;
        gpu.device.queue.submit([encoder.finish()]);
        gpu.feeding.splice(0).forEach((feeder) => rest(gpu, feeder));
    }
}

/** Maps a feeder again once it was read. */
async function rest(gpu, feeder) {
    try {
        await feeder.mapAsync(GPUMapMode.WRITE);
    } catch {
        return; // gone with its device
    }
    gpu.feeders.push(feeder);
    if (gpu.feeders.length > MOST_FEEDERS) {
        gpu.feeders.shift().destroy();
    }
}

/** A mapped buffer of at least so many bytes, from those at rest if one fits. */
function takeFeeder(gpu, bytes) {
    const fitting = gpu.feeders.findIndex((feeder) => feeder.size >= bytes && feeder.size <= 4 * bytes);
    if (fitting >= 0) {
        return gpu.feeders.splice(fitting, 1)[0];
    }
    const size = Math.ceil(bytes / 8) * 8;
    return gpu.device.createBuffer({size, usage: GPUBufferUsage.MAP_WRITE | GPUBufferUsage.COPY_SRC, mappedAtCreation: true});
}

/** The adapter and what it says of itself. */
async function gpuAdapter() {
    if (globalThis.navigator?.gpu === undefined) {
        throw new Error(globalThis.isSecureContext === false ? 'WebGPU needs a secure page (https or localhost)' : 'this browser has no WebGPU');
    }
    const adapter = await navigator.gpu.requestAdapter({powerPreference: 'high-performance'});
    if (adapter === null) {
        throw new Error('WebGPU found no adapter');
    }
    const {vendor = '', architecture = '', description = '', isFallbackAdapter} = adapter.info ?? {};
    const software = isFallbackAdapter === true || adapter.isFallbackAdapter === true
        || /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(`${vendor} ${architecture} ${description}`);
    return {adapter, vendor, architecture, description, software};
}

/** The layout of every shader's bind group 0: see loom.wgsl.Shader. */
function bindGroupLayout(gpu, reads, argumentBytes) {
    const key = `${reads} ${argumentBytes}`;
    let layout = gpu.layouts.get(key);
    if (layout === undefined) {
        const buffers = [
            {type: 'uniform', hasDynamicOffset: true, minBindingSize: argumentBytes},
            {type: 'uniform'},
            {type: 'storage'},
            {type: 'storage'},
            ...Array.from({length: reads}, () => ({type: 'read-only-storage'})),
        ];
        layout = gpu.device.createBindGroupLayout({
            entries: buffers.map((buffer, binding) => ({binding, visibility: GPUShaderStage.COMPUTE, buffer})),
        });
        gpu.layouts.set(key, layout);
    }
    return layout;
}

/** A mappable buffer of at least so many bytes, from those at rest if one is large enough. */
function takeReader(gpu, bytes) {
    const fitting = gpu.readers.findIndex((reader) => reader.size >= bytes);
    if (fitting >= 0) {
        return gpu.readers.splice(fitting, 1)[0];
    }
    gpu.readers.pop()?.destroy();
    const size = Math.max(1 << 12, 2 ** Math.ceil(Math.log2(bytes)));
    return gpu.device.createBuffer({size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST});
}
