struct Words {
    z: u32,
    nz: f32,
    row: u32,
    m: u32,
    n: u32,
    k: u32,
    count: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
@group(0) @binding(5) var<storage, read> x1: array<f32>;
fn factor(x: f32) -> f32 {
    let within = clamp(x, f32(-65504.0), f32(65504.0));
    let b = bitcast<u32>(within);
    let normal = bitcast<f32>((b + u32(0xfffu) + ((b >> u32(13u)) & u32(1u))) & u32(0xffffe000u));
    let small = round(within * 16777216.0) * 5.9604644775390625e-8;
    return select(normal, small, (b & u32(0x7fffffffu)) < u32(0x38800000u));
}

fn factors(x: vec4<f32>) -> vec4<f32> {
    let within = clamp(x, vec4<f32>(-65504.0), vec4<f32>(65504.0));
    let b = bitcast<vec4<u32>>(within);
    let normal = bitcast<vec4<f32>>((b + vec4<u32>(0xfffu) + ((b >> vec4<u32>(13u)) & vec4<u32>(1u))) & vec4<u32>(0xffffe000u));
    let small = round(within * 16777216.0) * 5.9604644775390625e-8;
    return select(normal, small, (b & vec4<u32>(0x7fffffffu)) < vec4<u32>(0x38800000u));
}

fn finish(a0: u32) -> u32 {
    let z = u.z;
    let v2 = a0 & 0x7fffffffu;
    let v4 = a0 & 0x80000000u;
    let v6 = v4 | 0x2d000000u;
    let v7 = select(0u, 0xffffffffu, bitcast<i32>(v2) < bitcast<i32>(0x2d000000u));
    let v8 = v7 & v6;
    let v9 = bitcast<u32>(bitcast<f32>(a0) + bitcast<f32>(v8)) + z;
    let v10 = bitcast<u32>(bitcast<f32>(v9) - bitcast<f32>(v8)) + z;
    return v10;
}
fn traps(a0: u32) -> u32 {
    let z = u.z;
    let v3 = a0 & 0x7fffffffu;
    let v4 = select(0u, 0xffffffffu, bitcast<i32>(0x58800000u) < bitcast<i32>(v3));
    return v4;
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 64u + local.x;
    if (p >= u.count) {
        return;
    }
    let line = p / u.n;
    let column = p - line * u.n;
    let g = line / u.m;
    let row = line - g * u.m;
    var total = bitcast<f32>(z);
    var trapped = 0u;
    for (var first = 0u; first < u.k; first += 128u) {
        let end = min(first + 128u, u.k);
        var sum = bitcast<f32>(z);
        for (var k = first; k < end; k += 1u) {
            sum = sum + factor(x0[g * u.m * u.k + row * u.k + k]) * factor(x1[g * u.n * u.k + k * u.n + column]);
        }
        total = bitcast<f32>(bitcast<u32>(total + sum) + z);
    }
    let sum = total;
    let value = finish(bitcast<u32>(sum));
    trapped |= traps(value);
    result[p] = value;
    if (trapped != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
