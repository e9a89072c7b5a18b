package loom.wgsl;

/**
 * A compute shader and what its pipeline needs. Equal shaders (same text) share one pipeline.
 *
 * <p>Bind group 0 of every shader: 0 the uniform words of the dispatch ({@code words}, with a dynamic offset), 1 the run's
 * scalars (uniform), 2 the trap word (storage, read and write), 3 the buffer it writes, 4 … the {@code reads} buffers it
 * only reads. The entry point is {@code main}.
 *
 * @param name kernel kind and variant, for people
 * @param words number of 32-bit words in the dispatch's uniform data
 * @param reads number of buffers it only reads
 * @param text WGSL
 */
public record Shader(String name, int words, int reads, String text) {
    /** Bytes of the uniform data that the shader declares. */
    public int argumentBytes() {
        return (words * 4 + 15) / 16 * 16;
    }
}
