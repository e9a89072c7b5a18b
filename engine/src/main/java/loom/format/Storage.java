package loom.format;

/**
 * How a file holds a parameter.
 *
 * @param type of its numbers: {@code int8}
 * @param bytes with scales and zero points
 */
public record Storage(String type, long bytes) {}
