package loom.numeric;

/** A non-negative integer of any size, for exact conversions between decimal and binary. Mutable. */
final class Natural {
    /** Words, lowest first; from {@code size} on they are zero and may be missing. */
    private int[] words = new int[16];

    private int size;

    /** A non-negative int. */
    Natural(int value) {
        words[0] = value;
        size = value == 0 ? 0 : 1;
    }

    Natural copy() {
        Natural copy = new Natural(0);
        copy.words = words.clone();
        copy.size = size;
        return copy;
    }

    /** Becomes this * factor + term, both non-negative. */
    void multiplyAdd(int factor, int term) {
        long carry = term;
        for (int i = 0; i < size; i++) {
            carry += (words[i] & 0xffffffffL) * factor;
            words[i] = (int) carry;
            carry >>>= 32;
        }
        if (carry != 0) {
            reserve(size + 1);
            words[size++] = (int) carry;
        }
    }

    void multiplyByPowerOfTen(int power) {
        int left = power;
        for (; left >= 9; left -= 9) {
            multiplyAdd(1_000_000_000, 0);
        }
        for (; left > 0; left--) {
            multiplyAdd(10, 0);
        }
    }

    void shiftLeft(int count) {
        int whole = count >> 5;
        int bits = count & 31;
        reserve(size + whole + 1);
        for (int i = size; i >= 0; i--) {
            int high = words[i] << bits;
            int low = bits == 0 || i == 0 ? 0 : words[i - 1] >>> (32 - bits);
            words[i + whole] = high | low;
        }
        for (int i = 0; i < whole; i++) {
            words[i] = 0;
        }
        size += whole + 1;
        trim();
    }

    /** Becomes this - other, which is not larger. */
    void subtract(Natural other) {
        long borrow = 0;
        for (int i = 0; i < size; i++) {
            borrow += (words[i] & 0xffffffffL) - other.word(i);
            words[i] = (int) borrow;
            borrow >>= 32;
        }
        trim();
    }

    int compareTo(Natural other) {
        for (int i = Math.max(size, other.size) - 1; i >= 0; i--) {
            if (word(i) != other.word(i)) {
                return word(i) < other.word(i) ? -1 : 1;
            }
        }
        return 0;
    }

    /** Compares this + term with other: -1, 0 or 1. */
    int compareSum(Natural term, Natural other) {
        Natural sum = new Natural(0);
        int n = Math.max(size, term.size);
        sum.reserve(n + 1);
        long carry = 0;
        for (int i = 0; i < n; i++) {
            carry += word(i) + term.word(i);
            sum.words[i] = (int) carry;
            carry >>>= 32;
        }
        sum.words[n] = (int) carry;
        sum.size = n + 1;
        return sum.compareTo(other);
    }

    private long word(int i) {
        return i < size ? words[i] & 0xffffffffL : 0;
    }

    private void reserve(int needed) {
        if (needed > words.length) {
            int[] larger = new int[Math.max(needed, 2 * words.length)];
            System.arraycopy(words, 0, larger, 0, size);
            words = larger;
        }
    }

    private void trim() {
        while (size > 0 && words[size - 1] == 0) {
            size--;
        }
    }
}
