struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    rows: u32,
    positions: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
@group(0) @binding(5) var<storage, read> x1: array<u32>;
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
    let i = p;
    let first = i / u.rows * u.positions;
    let row = i % u.rows;
    var sum = 0u;
    var flag = 0u;
    for (var j = first; j < first + u.positions; j += 1u) {
        let index = x1[j];
        flag |= u32(index >= u.rows);
        if (index == row) {
            sum = bitcast<u32>(bitcast<f32>(sum) + bitcast<f32>(x0[j])) + z;
            flag |= traps(sum);
        }
    }
    result[p] = sum;
    if (flag != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
