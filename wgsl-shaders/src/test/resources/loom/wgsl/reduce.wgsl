struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    length: u32,
    inner: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
fn combine(a: u32, b: u32, z: u32) -> u32 {
    return bitcast<u32>(bitcast<f32>(a) + bitcast<f32>(b)) + z;
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
@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 32u + local.x;
    let inside = p < u.count;
    let outer = p / u.inner;
    let column = p - outer * u.inner;
    var own: array<u32, 32>;
    var middle: array<u32, 32>;
    var top: array<u32, 32>;
    let length = select(0u, u.length, inside);
    for (var i = 0u; i < length; i += 1u) {
        own[i & 31u] = combine(own[i & 31u], x0[(outer * u.length + i) * u.inner + column], z);
        let last = i + 1u == length;
        if ((i & 4095u) == 4095u || last) {
            let chunk = i >> 12u;
            middle[chunk & 31u] = combine(middle[chunk & 31u], halve(&own, z), z);
            own = array<u32, 32>();
            if ((chunk & 4095u) == 4095u || last) {
                let lane = (chunk >> 12u) & 31u;
                top[lane] = combine(top[lane], halve(&middle, z), z);
                middle = array<u32, 32>();
            }
        }
    }
    let total = halve(&top, z);
    if (inside) {
        let value = finish(total);
        if (traps(value) != 0u) {
            atomicMax(&trap, s[0].x);
        }
        result[p] = value;
    }
}
