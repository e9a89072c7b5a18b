package loom.machine.parallel;

import java.util.List;
import java.util.Locale;
import loom.numeric.scalar.ScalarCode;
import loom.numeric.scalar.ScalarFunction;

/** Writes {@code VectorFunctions}: lane code as straight-line Java over vectors, a statement for each instruction. */
final class VectorSource {
    /** Those that {@code StripCode} takes from there: one argument, and operations that vectors have. */
    static final List<ScalarFunction> FUNCTIONS = List.of(
            ScalarFunction.EXP,
            ScalarFunction.LOG,
            ScalarFunction.TANH,
            ScalarFunction.SIGMOID,
            ScalarFunction.SOFTPLUS,
            ScalarFunction.ERF,
            ScalarFunction.GELU,
            ScalarFunction.SILU);

    private static final String HEAD = """
            package loom.machine.parallel;

            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.IntVector;
            import jdk.incubator.vector.VectorMask;
            import jdk.incubator.vector.VectorOperators;
            import jdk.incubator.vector.VectorSpecies;

            /**
             * Functions of {@code F32} over strips, in vector instructions. Written by {@code VectorSource} from their lane code: a test says how,
             * and fails if this is not what it writes. All values of a function stay in registers. Elements behind the last are computed, too, up
             * to a whole vector. As {@code Vectors}, it needs the module {@code jdk.incubator.vector} and is compiled apart.
             */
            final class VectorFunctions {
                private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
                private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
                private static final int LANES = FLOATS.length();

                private VectorFunctions() {}
            """;

    private static final int ONES = -1;

    /** What a value is in Java. */
    private enum Kind {
        FLOAT("FloatVector"),
        INT("IntVector"),
        FLOAT_MASK("VectorMask<Float>"),
        INT_MASK("VectorMask<Integer>"),
        CONSTANT("");

        private final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    private final StringBuilder text = new StringBuilder();
    private final ScalarCode code;
    private final Kind[] kinds;
    private final String[] names;
    private int count;

    private VectorSource(ScalarFunction function) {
        this.code = function.code().inlined();
        this.kinds = new Kind[code.size()];
        this.names = new String[code.size()];
        text.append("\n    static void ")
                .append(function.name().toLowerCase(Locale.ROOT))
                .append("(float[] o, float[] x, int n) {\n        for (int i = 0; i < n; i += LANES) {\n");
        for (int i = 0; i < code.size(); i++) {
            instruction(i);
        }
        line(floats(code.output(0)) + ".intoArray(o, i);");
        text.append("        }\n    }\n");
    }

    static String all() {
        StringBuilder all = new StringBuilder(HEAD);
        for (ScalarFunction f : FUNCTIONS) {
            all.append(new VectorSource(f).text);
        }
        return all.append("}\n").toString();
    }

    private void line(String statement) {
        text.append("            ").append(statement).append('\n');
    }

    private void define(int i, Kind kind, String expression) {
        kinds[i] = kind;
        names[i] = "v" + count++;
        line(kind.type + " " + names[i] + " = " + expression + ";");
    }

    private void instruction(int i) {
        switch (code.op(i)) {
            case ARG -> define(i, Kind.FLOAT, "FloatVector.fromArray(FLOATS, x, i)");
            case CONST -> kinds[i] = Kind.CONSTANT;
            case FADD -> floats(i, "add");
            case FSUB -> floats(i, "sub");
            case FMUL -> floats(i, "mul");
            case FDIV -> floats(i, "div");
            case I2F ->
                define(i, Kind.FLOAT, "(FloatVector) " + ints(operand(i, 0)) + ".convert(VectorOperators.I2F, 0)");
            case FLT -> comparison(i, Kind.FLOAT_MASK, "LT");
            case FLE -> comparison(i, Kind.FLOAT_MASK, "LE");
            case FEQ -> comparison(i, Kind.FLOAT_MASK, "EQ");
            case ILT_S -> comparison(i, Kind.INT_MASK, "LT");
            case IEQ -> comparison(i, Kind.INT_MASK, "EQ");
            case IADD -> ints(i, "add");
            case ISUB -> ints(i, "sub");
            case IMUL -> ints(i, "mul");
            case AND -> and(i);
            case OR -> ints(i, "or");
            case XOR -> ints(i, "lanewise", "VectorOperators.XOR, ");
            case SHL -> shift(i, "LSHL");
            case SHR_S -> shift(i, "ASHR");
            case SHR_U -> shift(i, "LSHR");
            case SELECT -> select(i);
            case FSQRT, FDIV_EST, FSQRT_EST, FFLOOR, FCEIL, F2I, IMULHI_U, ILT_U, CALL ->
                throw new IllegalArgumentException("no function had " + code.op(i) + " so far");
        }
    }

    private int operand(int i, int j) {
        return code.operand(i, j);
    }

    private boolean isConstant(int v) {
        return kinds[v] == Kind.CONSTANT;
    }

    private boolean isMask(int v) {
        return kinds[v] == Kind.FLOAT_MASK || kinds[v] == Kind.INT_MASK;
    }

    /** The value as a vector of floats. */
    private String floats(int v) {
        return switch (kinds[v]) {
            case FLOAT -> names[v];
            case INT -> names[v] + ".reinterpretAsFloats()";
            case CONSTANT -> "FloatVector.broadcast(FLOATS, " + floatLiteral(v) + ")";
            case FLOAT_MASK, INT_MASK -> throw new IllegalArgumentException("a mask as a number");
        };
    }

    private String ints(int v) {
        return switch (kinds[v]) {
            case FLOAT -> names[v] + ".reinterpretAsInts()";
            case INT -> names[v];
            case CONSTANT -> "IntVector.broadcast(INTS, " + intLiteral(v) + ")";
            case FLOAT_MASK, INT_MASK -> throw new IllegalArgumentException("a mask as a number");
        };
    }

    /** As the last argument of a method of vectors, which takes a single number, too. */
    private String floatArgument(int v) {
        return isConstant(v) ? floatLiteral(v) : floats(v);
    }

    private String intArgument(int v) {
        return isConstant(v) ? intLiteral(v) : ints(v);
    }

    private String floatLiteral(int v) {
        float value = Float.intBitsToFloat(code.immediate(v));
        return Float.isNaN(value) ? "Float.NaN" : Float.toHexString(value) + "f";
    }

    private String intLiteral(int v) {
        return "0x" + Integer.toHexString(code.immediate(v));
    }

    private void floats(int i, String method) {
        // Sums and products are the same in either order.
        boolean turned = isConstant(operand(i, 0))
                && !isConstant(operand(i, 1))
                && !method.equals("sub")
                && !method.equals("div");
        int a = operand(i, turned ? 1 : 0);
        int b = operand(i, turned ? 0 : 1);
        define(i, Kind.FLOAT, floats(a) + "." + method + "(" + floatArgument(b) + ")");
    }

    private void ints(int i, String method) {
        ints(i, method, "");
    }

    private void ints(int i, String method, String first) {
        boolean turned = isConstant(operand(i, 0)) && !isConstant(operand(i, 1)) && !method.equals("sub");
        int a = operand(i, turned ? 1 : 0);
        int b = operand(i, turned ? 0 : 1);
        if (isMask(a) && method.equals("lanewise") && isConstant(b) && code.immediate(b) == ONES) {
            define(i, kinds[a], names[a] + ".not()");
            return;
        }
        define(i, Kind.INT, ints(a) + "." + method + "(" + first + intArgument(b) + ")");
    }

    /** Of two numbers; or the number where a mask is set, else 0. */
    private void and(int i) {
        int a = operand(i, 0);
        int b = operand(i, 1);
        if (!isMask(a) && !isMask(b)) {
            ints(i, "and");
            return;
        }
        int mask = isMask(a) ? a : b;
        int number = isMask(a) ? b : a;
        if (kinds[mask] == Kind.FLOAT_MASK) {
            define(i, Kind.FLOAT, "FloatVector.zero(FLOATS).blend(" + floatArgument(number) + ", " + names[mask] + ")");
        } else {
            define(i, Kind.INT, "IntVector.zero(INTS).blend(" + intArgument(number) + ", " + names[mask] + ")");
        }
    }

    private void shift(int i, String operator) {
        define(
                i,
                Kind.INT,
                ints(operand(i, 0)) + ".lanewise(VectorOperators." + operator + ", " + code.immediate(i) + ")");
    }

    private void comparison(int i, Kind mask, String operator) {
        boolean floats = mask == Kind.FLOAT_MASK;
        int a = operand(i, 0);
        int b = operand(i, 1);
        if (isConstant(a)) {
            String turned = operator.equals("LT") ? "GT" : operator.equals("LE") ? "GE" : operator;
            compare(i, mask, floats ? floats(b) : ints(b), turned, floats ? floatArgument(a) : intArgument(a));
        } else {
            compare(i, mask, floats ? floats(a) : ints(a), operator, floats ? floatArgument(b) : intArgument(b));
        }
    }

    private void compare(int i, Kind mask, String left, String operator, String right) {
        define(i, mask, left + ".compare(VectorOperators." + operator + ", " + right + ")");
    }

    private void select(int i) {
        int mask = operand(i, 0);
        int a = operand(i, 1);
        int b = operand(i, 2);
        if (kinds[mask] == Kind.FLOAT_MASK) {
            define(i, Kind.FLOAT, floats(b) + ".blend(" + floatArgument(a) + ", " + names[mask] + ")");
        } else {
            define(i, Kind.INT, ints(b) + ".blend(" + intArgument(a) + ", " + names[mask] + ")");
        }
    }
}
