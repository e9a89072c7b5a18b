struct Words {
    z: u32,
    nz: f32,
    row: u32,
    count: u32,
    s0_0: u32,
    e1: u32,
}
@group(0) @binding(0) var<uniform> u: Words;
@group(0) @binding(1) var<uniform> s: array<vec4<u32>, 16>;
@group(0) @binding(2) var<storage, read_write> trap: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;
@group(0) @binding(4) var<storage, read> x0: array<u32>;
@group(0) @binding(5) var<storage, read> x1: array<u32>;
fn to_int(x: u32) -> u32 {
    let f = bitcast<f32>(x);
    let inside = bitcast<u32>(i32(clamp(f, -2147483648.0, 2147483520.0)));
    return select(inside, 0x7fffffffu, f >= 2147483648.0);
}
fn loom_div_soft(a0: u32, a1: u32) -> u32 {
    let z = u.z;
    let v4 = a0 & 0x7fffffu;
    let v5 = a1 & 0x7fffffu;
    let v6 = select(0u, 0xffffffffu, v4 < v5);
    let v8 = select(0x3f800000u, 0x40000000u, v6 != 0u);
    let v9 = v4 | v8;
    let v10 = v5 | 0x3f800000u;
    let v11 = bitcast<u32>(bitcast<f32>(v9) / bitcast<f32>(v10)) + z;
    let v12 = bitcast<u32>(bitcast<f32>(0x3f800000u) / bitcast<f32>(v10)) + z;
    let v14 = bitcast<u32>(bitcast<f32>(v11) * bitcast<f32>(0x4b000000u)) + z;
    let v15 = to_int(v14);
    let v17 = v4 | 0x800000u;
    let v18 = v5 | 0x800000u;
    let v19 = v17 << 24u;
    let v20 = v17 << 23u;
    let v21 = select(v20, v19, v6 != 0u);
    let v22 = v15 * v18;
    let v23 = v21 - v22;
    let v24 = bitcast<u32>(f32(bitcast<i32>(v23)));
    let v25 = bitcast<u32>(bitcast<f32>(v24) * bitcast<f32>(v12)) + z;
    let v27 = bitcast<u32>(bitcast<f32>(v25) * bitcast<f32>(0x34000000u)) + z;
    let v28 = to_int(v27);
    let v29 = v15 + v28;
    let v30 = v28 * v18;
    let v31 = v23 - v30;
    let v32 = v31 << 1u;
    let v33 = select(0u, 0xffffffffu, bitcast<i32>(v18) < bitcast<i32>(v32));
    let v34 = v29 - v33;
    let v36 = 0x0u - v18;
    let v37 = select(0u, 0xffffffffu, bitcast<i32>(v32) < bitcast<i32>(v36));
    let v38 = v34 + v37;
    let v39 = a0 >> 23u;
    let v41 = v39 & 0xffu;
    let v42 = a1 >> 23u;
    let v43 = v42 & 0xffu;
    let v44 = v41 - v43;
    let v46 = v44 + 0x7eu;
    let v47 = v46 + v6;
    let v48 = v47 << 23u;
    let v49 = v48 + v38;
    let v51 = select(0u, 0xffffffffu, bitcast<i32>(v47) < bitcast<i32>(0xfeu));
    let v53 = select(0x7f800000u, v49, v51 != 0u);
    let v54 = select(0u, 0xffffffffu, bitcast<i32>(v47) < bitcast<i32>(0x0u));
    let v56 = a0 & 0x7fffffffu;
    let v57 = select(0u, 0xffffffffu, v56 == 0x0u);
    let v58 = v54 | v57;
    let v59 = select(v53, 0x0u, v58 != 0u);
    let v60 = a0 ^ a1;
    let v62 = v60 & 0x80000000u;
    let v63 = v59 | v62;
    return v63;
}
fn loom_div(a0: u32, a1: u32) -> u32 {
    let z = u.z;
    let v3 = select(0u, 0xffffffffu, bitcast<f32>(a1) == bitcast<f32>(0x0u));
    let v5 = select(a1, 0x3f800000u, v3 != 0u);
    let v6 = loom_div_soft(a0, v5);
    let v8 = select(v6, 0x7fc00000u, v3 != 0u);
    let v10 = v8 & 0x7fffffffu;
    let v12 = v8 & 0x80000000u;
    let v14 = v12 | 0x2d000000u;
    let v15 = select(0u, 0xffffffffu, bitcast<i32>(v10) < bitcast<i32>(0x2d000000u));
    let v16 = v15 & v14;
    let v17 = bitcast<u32>(bitcast<f32>(v8) + bitcast<f32>(v16)) + z;
    let v18 = bitcast<u32>(bitcast<f32>(v17) - bitcast<f32>(v16)) + z;
    return v18;
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let z = u.z;
    let group = at.x + at.y * u.row;
    let p = group * 64u + local.x;
    if (p >= u.count) {
        return;
    }
    let a0 = x0[p];
    let q1 = p / u.e1;
    let c1 = p - q1 * u.e1;
    let c0 = q1;
    let a1 = x1[c1];
    let a2 = s[0].z;
    let v3 = bitcast<u32>(bitcast<f32>(a0) * bitcast<f32>(a1)) + z;
    let v5 = v3 & 0x7fffffffu;
    let v7 = v3 & 0x80000000u;
    let v9 = v7 | 0x2d000000u;
    let v10 = select(0u, 0xffffffffu, bitcast<i32>(v5) < bitcast<i32>(0x2d000000u));
    let v11 = v10 & v9;
    let v12 = bitcast<u32>(bitcast<f32>(v3) + bitcast<f32>(v11)) + z;
    let v13 = bitcast<u32>(bitcast<f32>(v12) - bitcast<f32>(v11)) + z;
    let v15 = v13 & 0x7fffffffu;
    let v16 = select(0u, 0xffffffffu, bitcast<i32>(0x58800000u) < bitcast<i32>(v15));
    let v18 = bitcast<u32>(bitcast<f32>(v13) + bitcast<f32>(0x3f000000u)) + z;
    let v19 = v18 & 0x7fffffffu;
    let v20 = select(0u, 0xffffffffu, bitcast<i32>(0x58800000u) < bitcast<i32>(v19));
    let v21 = v16 | v20;
    let v22 = loom_div(v18, a2);
    let v23 = v22 & 0x7fffffffu;
    let v24 = select(0u, 0xffffffffu, bitcast<i32>(0x58800000u) < bitcast<i32>(v23));
    let v25 = v21 | v24;
    result[p] = v22;
    if (v25 != 0u) {
        atomicMax(&trap, s[0].x);
    }
}
