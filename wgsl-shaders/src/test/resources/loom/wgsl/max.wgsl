struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    length: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
fn combine(a: u32, b: u32, z: u32) -> u32 {
    return select(a, b, bitcast<i32>(a) < bitcast<i32>(b));
}
fn key(bits: u32) -> u32 {
    return bits ^ (bitcast<u32>(bitcast<i32>(bits) >> 31u) & 0x7fffffffu);
}
fn halve(lanes: ptr<function, array<u32, 32>>, z: u32) -> u32 {
    for (var half = 16u; half > 0u; half >>= 1u) {
        for (var j = 0u; j < half; j += 1u) {
            (*lanes)[j] = combine((*lanes)[j], (*lanes)[j + half], z);
        }
    }
    return (*lanes)[0];
}
@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 32u + local.x;
    let inside = p < u.count;
    let outer = p / 1u;
    let column = p - outer * 1u;
    var own: array<u32, 32>;
    for (var j = 0u; j < 32u; j += 1u) {
        own[j] = 0x80000000u;
    }
    for (var i = 0u; i < u.length && inside; i += 1u) {
        own[i & 31u] = combine(own[i & 31u], key(x0[(outer * u.length + i) * 1u + column]), z);
    }
    let total = halve(&own, z);
    if (inside) {
        let value = key(total);
        result[p] = value;
    }
}
