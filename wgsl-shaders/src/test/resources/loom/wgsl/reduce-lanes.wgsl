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
var<workgroup> lanes: array<u32, 256>;
fn halve(mine: u32, slot: u32, lane: u32, z: u32) -> u32 {
    let place = slot * 32u + lane;
    lanes[place] = mine;
    workgroupBarrier();
    for (var half = 16u; half > 0u; half >>= 1u) {
        if (lane < half) {
            lanes[place] = combine(lanes[place], lanes[place + half], z);
        }
        workgroupBarrier();
    }
    let total = lanes[slot * 32u];
    workgroupBarrier();
    return total;
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
@compute @workgroup_size(8, 32)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let lane = local.y;
    let slot = local.x;
    let p = group * 8u + slot;
    let inside = p < u.count;
    let outer = p / u.inner;
    let column = p - outer * u.inner;
    var top = 0u;
    var middle = 0u;
    var chunk = 0u;
    for (var first = 0u; first < u.length; first += 4096u) {
        let end = min(first + 4096u, u.length);
        var t = 0u;
        for (var i = first + lane; i < end && inside; i += 32u) {
            t = combine(t, x0[(outer * u.length + i) * u.inner + column], z);
        }
        let chunk_sum = halve(t, slot, lane, z);
        if ((chunk & 31u) == lane) {
            middle = combine(middle, chunk_sum, z);
        }
        chunk += 1u;
        if ((chunk & 4095u) == 0u && end < u.length) {
            let middle_sum = halve(middle, slot, lane, z);
            if ((((chunk - 1u) >> 12u) & 31u) == lane) {
                top = combine(top, middle_sum, z);
            }
            middle = 0u;
        }
    }
    var total = halve(middle, slot, lane, z);
    if (chunk > 4096u) {
        if ((((chunk - 1u) >> 12u) & 31u) == lane) {
            top = combine(top, total, z);
        }
        total = halve(top, slot, lane, z);
    }
    if (inside && lane == 0u) {
        let value = finish(total);
        if (traps(value) != 0u) {
            atomicMax(&trap, s[0].x);
        }
        result[p] = value;
    }
}
