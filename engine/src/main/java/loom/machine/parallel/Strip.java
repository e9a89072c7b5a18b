package loom.machine.parallel;

/**
 * Neighbouring elements of a space, at work.
 *
 * @param sources what the terms of the expression read, by term; null for those that do not
 */
record Strip(Scratch scratch, Source[] sources, int start, int n) {
    /** An operand: {@code reader} says where in {@code words}, from {@code base} on. */
    record Source(StripReader reader, Object words, int base) {}

    float[] floats(int register) {
        return scratch.floats(register);
    }

    int[] ints(int register) {
        return scratch.ints(register);
    }

    void readFloats(int term, int register) {
        Source s = sources[term];
        s.reader.read((float[]) s.words, s.base, start, n, floats(register));
    }

    void readInts(int term, int register) {
        Source s = sources[term];
        s.reader.read((int[]) s.words, s.base, start, n, ints(register));
    }

    void count(int term, int register) {
        sources[term].reader.count(start, n, ints(register));
    }
}
