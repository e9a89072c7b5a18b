package loom.wgsl;

/** How an inner loop keeps product and sum apart (see {@link ScalarWgsl}); which one is right and fastest the probe finds out. */
enum Product {
    /** fma(a, b, −0) is the rounded product, whether the device fuses or not; the compiler does not know that it is −0. */
    FMA_NZ,
    /** 0 is added to the bits of the product. */
    ADD_U;

    /** Text of a rounded product of vectors of four; {@code nz4} and {@code z4} are in scope. */
    String ofVectors(String a, String b) {
        return switch (this) {
            case FMA_NZ -> "fma(" + a + ", " + b + ", nz4)";
            case ADD_U -> "bitcast<vec4<f32>>(bitcast<vec4<u32>>(" + a + " * " + b + ") + z4)";
        };
    }

    /** Text of a rounded product; {@code z} is in scope. */
    String ofNumbers(String a, String b) {
        return switch (this) {
            case FMA_NZ -> "fma(" + a + ", " + b + ", u.nz)";
            case ADD_U -> "bitcast<f32>(bitcast<u32>(" + a + " * " + b + ") + z)";
        };
    }
}
