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
@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let lane = local.x;
    let slot = local.y;
    let p = group * 8u + slot;
    let inside = p < u.count;
    let outer = p / 1u;
    let column = p - outer * 1u;
    var t = 0x80000000u;
    for (var i = lane; i < u.length && inside; i += 32u) {
        t = combine(t, key(x0[(outer * u.length + i) * 1u + column]), z);
    }
    let total = halve(t, slot, lane, z);
    if (inside && lane == 0u) {
        let value = key(total);
        result[p] = value;
    }
}
