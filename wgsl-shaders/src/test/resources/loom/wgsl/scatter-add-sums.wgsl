struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    width: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
@group(0) @binding(5) var<storage, read> x1: array<u32>;
@group(0) @binding(6) var<storage, read> x2: array<u32>;
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
    let i = p / u.width;
    let d = p - i * u.width;
    let link = x2[i];
    if (link >= 0x80000000u) {
        return;
    }
    var sum = x0[p];
    var flag = 0u;
    var next = link;
    while (next != 0u) {
        let j = next - 1u;
        sum = bitcast<u32>(bitcast<f32>(sum) + bitcast<f32>(x0[j * u.width + d])) + z;
        flag |= traps(sum);
        next = x2[j] & 0x7fffffffu;
    }
    result[x1[i] * u.width + d] = sum;
    if (flag != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
