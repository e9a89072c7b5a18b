struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    e2: u32,
    e1: u32,
    to0: u32,
    to1: u32,
    from0: u32,
    from1: u32,
    offset2: u32,
    in2: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 64u + local.x;
    if (p >= u.count) {
        return;
    }
    let q2 = p / u.e2;
    let p2 = i32(p - q2 * u.e2);
    let q1 = q2 / u.e1;
    let p1 = i32(q2 - q1 * u.e1);
    let p0 = i32(q1);
    let n0 = p0;
    let n1 = p1;
    let n2 = p2 + bitcast<i32>(u.offset2);
    var value = 0u;
    if (n2 >= 0 && n2 < i32(u.in2)) {
        value = x0[u32(n0) * u.from0 + u32(n1) * u.from1 + u32(n2)];
    }
    result[u32(p0) * u.to0 + u32(p1) * u.to1 + u32(p2)] = value;
}
