package loom.model;

import java.util.List;
import loom.graph.Factors;

/** What a layer's products compute with. */
public enum Precision implements Declared {
    F32("f32", "weights and inputs as they are"),
    /** What is multiplied is rounded to bf16, the weights too: nearest even. */
    BF16("bf16", "weights and inputs rounded to bf16, sums in f32"),
    /** As bf16, with f16; a magnitude above 65,504 becomes that. */
    F16("f16", "weights and inputs rounded to f16, at most 65,504, sums in f32"),
    /**
     * Weights are whole numbers from −128 to 127 with a scale for each channel; what is multiplied by them is rounded to such numbers, too,
     * with a scale for each row. Products and their sums are exact (Dettmers et al. 2022, LLM.int8(), without outliers).
     */
    INT8("int8", "weights and inputs rounded to int8, products exact in i32");

    public static final Registry<Precision> ALL =
            new Registry<>("precision", List.of(F32.declaration, BF16.declaration, F16.declaration, INT8.declaration));

    private final Declaration<Precision> declaration;

    Precision(String name, String doc) {
        declaration = Declaration.of(name, doc, this);
    }

    /** What a product with weights takes its operands as. */
    Factors factors() {
        return switch (this) {
            case F32 -> Factors.F32;
            case BF16 -> Factors.BF16;
            case F16 -> Factors.F16;
            case INT8 -> Factors.INT8;
        };
    }

    @Override
    public FieldValues fields() {
        return declaration.valuesOf(this);
    }

    @Override
    public String toString() {
        return declaration.name();
    }
}
