struct Words {
    z: u32,
    nz: f32,
    row: u32,
    blocks: u32,
    turn: u32,
    rest: u32,
    count: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<f32>;
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
    var total = bitcast<f32>(z);
    if (u.turn > 0u) {
        total = bitcast<f32>(result[p]);
    }
    var trapped = 0u;
    var block = 0u;
    for (; block + 16u <= u.blocks; block += 16u) {
        let s0 = x0[(block + 0u) * u.count + p];
        let s1 = x0[(block + 1u) * u.count + p];
        let s2 = x0[(block + 2u) * u.count + p];
        let s3 = x0[(block + 3u) * u.count + p];
        let s4 = x0[(block + 4u) * u.count + p];
        let s5 = x0[(block + 5u) * u.count + p];
        let s6 = x0[(block + 6u) * u.count + p];
        let s7 = x0[(block + 7u) * u.count + p];
        let s8 = x0[(block + 8u) * u.count + p];
        let s9 = x0[(block + 9u) * u.count + p];
        let s10 = x0[(block + 10u) * u.count + p];
        let s11 = x0[(block + 11u) * u.count + p];
        let s12 = x0[(block + 12u) * u.count + p];
        let s13 = x0[(block + 13u) * u.count + p];
        let s14 = x0[(block + 14u) * u.count + p];
        let s15 = x0[(block + 15u) * u.count + p];
        total = bitcast<f32>(bitcast<u32>(total + s0) + z);
        total = bitcast<f32>(bitcast<u32>(total + s1) + z);
        total = bitcast<f32>(bitcast<u32>(total + s2) + z);
        total = bitcast<f32>(bitcast<u32>(total + s3) + z);
        total = bitcast<f32>(bitcast<u32>(total + s4) + z);
        total = bitcast<f32>(bitcast<u32>(total + s5) + z);
        total = bitcast<f32>(bitcast<u32>(total + s6) + z);
        total = bitcast<f32>(bitcast<u32>(total + s7) + z);
        total = bitcast<f32>(bitcast<u32>(total + s8) + z);
        total = bitcast<f32>(bitcast<u32>(total + s9) + z);
        total = bitcast<f32>(bitcast<u32>(total + s10) + z);
        total = bitcast<f32>(bitcast<u32>(total + s11) + z);
        total = bitcast<f32>(bitcast<u32>(total + s12) + z);
        total = bitcast<f32>(bitcast<u32>(total + s13) + z);
        total = bitcast<f32>(bitcast<u32>(total + s14) + z);
        total = bitcast<f32>(bitcast<u32>(total + s15) + z);
    }
    for (; block < u.blocks; block += 1u) {
        total = bitcast<f32>(bitcast<u32>(total + x0[(block + 0u) * u.count + p]) + z);
    }
    if (u.rest > 0u) {
        result[p] = bitcast<u32>(total);
        return;
    }
    let sum = total;
    let value = finish(bitcast<u32>(sum));
    trapped |= traps(value);
    result[p] = value;
    if (trapped != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
