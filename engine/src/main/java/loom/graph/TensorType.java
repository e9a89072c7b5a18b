package loom.graph;

import loom.numeric.Domain;

/** What is known of a tensor before a program runs: shape, element type and, for f32, its domain. */
public record TensorType(Shape shape, ElementType element, Domain domain) {
    public static TensorType f32(Shape shape) {
        return new TensorType(shape, ElementType.F32, Domain.D);
    }

    public static TensorType i32(Shape shape) {
        return new TensorType(shape, ElementType.I32, Domain.D);
    }

    public static TensorType u32(Shape shape) {
        return new TensorType(shape, ElementType.U32, Domain.D);
    }

    public TensorType withShape(Shape other) {
        return new TensorType(other, element, domain);
    }

    @Override
    public String toString() {
        String e = switch (element) {
            case F32 -> domain == Domain.W ? "f32w" : "f32";
            case I32 -> "i32";
            case U32 -> "u32";
        };
        return e + shape;
    }
}
