package loom.numeric;

/**
 * Decimal text of f32 values, exact in both directions and the same on every machine: a correctly rounded parser of JSON
 * numbers, a printer of the shortest decimal that parses back to the same value, and the bits as text.
 */
public final class FloatText {
    /** Exact powers of ten in double. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** Midpoints of two floats have at most 113 significant digits; what follows these only breaks ties. */
    private static final int MAX_DIGITS = 120;

    /** Numbers from 10^39 up are infinite, numbers below 10^-46 are zero. */
    private static final int LARGEST_PLACE = 40;

    private static final int SMALLEST_PLACE = -46;

    private static final int INFINITY_BITS = 0x7f800000;

    private FloatText() {}

    // ---- bits ----

    /** The bits of a value as {@code 0x} and eight lower case digits. */
    public static String bits(float value) {
        return bits(Float.floatToRawIntBits(value));
    }

    /** A word as {@code 0x} and eight lower case digits. */
    public static String bits(int word) {
        char[] text = {'0', 'x', 0, 0, 0, 0, 0, 0, 0, 0};
        for (int i = 0; i < 8; i++) {
            text[2 + i] = Character.forDigit(word >>> (28 - 4 * i) & 15, 16);
        }
        return new String(text);
    }

    /** The word written as {@code 0x} and exactly eight hexadecimal digits. */
    public static int parseBits(String text) {
        boolean valid = text.length() == 10 && text.charAt(0) == '0' && text.charAt(1) == 'x';
        int word = 0;
        for (int i = 2; valid && i < 10; i++) {
            int digit = hexDigit(text.charAt(i));
            valid = digit >= 0;
            word = word << 4 | digit;
        }
        if (!valid) {
            throw new NumberFormatException("\"" + text + "\" is not 0x and eight hexadecimal digits");
        }
        return word;
    }

    /** Character.digit would bring Unicode's tables into the WebAssembly file. */
    private static int hexDigit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    // ---- parser ----

    /**
     * The f32 nearest to a JSON number, ties to even; from the midpoint behind the largest f32 on, infinity.
     *
     * @throws NumberFormatException if the text is not a JSON number
     */
    public static float parse(String text) {
        int n = text.length();
        int at = 0;
        boolean negative = n > 0 && text.charAt(0) == '-';
        if (negative) {
            at++;
        }
        byte[] digits = new byte[MAX_DIGITS + 1];
        int count = 0; // significant digits kept
        int place = 0; // decimal exponent of the first kept digit, plus one
        boolean rest = false; // a non-zero digit was dropped
        int integerStart = at;
        int fractionStart = -1;
        for (; at < n; at++) {
            char c = text.charAt(at);
            if (c == '.' && fractionStart < 0) {
                fractionStart = at + 1;
                continue;
            }
            if (c < '0' || c > '9') {
                break;
            }
            if (count == 0 && c == '0') {
                place -= fractionStart < 0 ? 0 : 1;
                continue;
            }
            place += fractionStart < 0 ? 1 : 0;
            if (count < MAX_DIGITS) {
                digits[count++] = (byte) (c - '0');
            } else {
                rest |= c != '0';
            }
        }
        int integerEnd = fractionStart < 0 ? at : fractionStart - 1;
        require(integerEnd > integerStart, text);
        require(integerEnd == integerStart + 1 || text.charAt(integerStart) != '0', text);
        require(fractionStart < 0 || at > fractionStart, text);
        int exponent = 0;
        if (at < n && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            boolean down = at < n && text.charAt(at) == '-';
            if (at < n && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
                at++;
            }
            int start = at;
            for (; at < n && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
                exponent = Math.min(exponent * 10 + text.charAt(at) - '0', 100_000_000);
            }
            require(at > start, text);
            exponent = down ? 0 - exponent : exponent;
        }
        require(at == n, text);
        if (rest) {
            digits[count++] = 1;
        }
        int magnitude = nearest(digits, count, place + exponent);
        return Float.intBitsToFloat(negative ? magnitude | 0x80000000 : magnitude);
    }

    private static void require(boolean valid, String text) {
        if (!valid) {
            throw new NumberFormatException("\"" + text + "\" is not a number");
        }
    }

    /** The bits nearest to 0.d1 d2 d3 ... times 10^place. */
    private static int nearest(byte[] digits, int count, int place) {
        if (count == 0 || place < SMALLEST_PLACE) {
            return 0;
        }
        if (place > LARGEST_PLACE) {
            return INFINITY_BITS;
        }
        int used = Math.min(count, 15);
        long head = 0;
        for (int i = 0; i < used; i++) {
            head = head * 10 + digits[i];
        }
        // At most 15 digits are exact in double. Where one exact power of ten is left to apply, the double is correctly
        // rounded, and so is its conversion, unless it lies in the middle between two floats or in their subnormal
        // range.
        int power = place - used;
        double estimate = (double) head;
        for (int left = power; left < 0; left += 22) {
            estimate /= POWERS[Math.min(0 - left, 22)];
        }
        for (int left = power; left > 0; left -= 22) {
            estimate *= POWERS[Math.min(left, 22)];
        }
        boolean exact = count <= 15 && power >= -22 && power <= 22;
        boolean middle = (Double.doubleToRawLongBits(estimate) & 0x1fffffff) == 0x10000000;
        int bits = Float.floatToRawIntBits((float) estimate);
        if (exact && !middle && estimate >= 0x1p-126) {
            return bits;
        }
        // Otherwise the estimate is at most a neighbour; exact comparisons with the midpoints around it decide.
        while (bits > 0 && compare(digits, count, place, bits - 1) <= 0) {
            if (compare(digits, count, place, bits - 1) == 0) {
                return bits - 1 + (bits - 1 & 1);
            }
            bits--;
        }
        while (bits < INFINITY_BITS) {
            int order = compare(digits, count, place, bits);
            if (order < 0) {
                break;
            }
            if (order == 0) {
                return bits + (bits & 1);
            }
            bits++;
        }
        return bits;
    }

    /** Compares 0.d1 d2 ... * 10^place with the midpoint between the floats of the given bits and the next bits. */
    private static int compare(byte[] digits, int count, int place, int bits) {
        int field = bits >>> 23;
        int significand = field == 0 ? bits : bits & 0x7fffff | 0x800000;
        int two = Math.max(field, 1) - 151;
        int ten = place - count;
        Natural decimal = new Natural(0);
        for (int i = 0; i < count; i++) {
            decimal.multiplyAdd(10, digits[i]);
        }
        Natural middle = new Natural(2 * significand + 1);
        decimal.multiplyByPowerOfTen(Math.max(ten, 0));
        middle.multiplyByPowerOfTen(Math.max(0 - ten, 0));
        decimal.shiftLeft(Math.max(0 - two, 0));
        middle.shiftLeft(Math.max(two, 0));
        return decimal.compareTo(middle);
    }

    // ---- printer ----

    /**
     * The shortest decimal that parses back to this value and of those the nearest to it, as a JSON number: plain from
     * 10^-6 up to 10^21, otherwise with an exponent.
     *
     * @throws IllegalArgumentException for NaN and infinities, which JSON cannot write
     */
    public static String print(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & 0x7fffffff;
        if (magnitude >= INFINITY_BITS) {
            throw new IllegalArgumentException(bits(value) + " is not a finite number");
        }
        StringBuilder text = new StringBuilder();
        if (bits < 0) {
            text.append('-');
        }
        if (magnitude == 0) {
            return text.append('0').toString();
        }
        StringBuilder digits = new StringBuilder();
        int place = shortest(magnitude, digits);
        layOut(digits, place, text);
        return text.toString();
    }

    /** Writes 0.d1 d2 ... * 10^place. */
    private static void layOut(StringBuilder digits, int place, StringBuilder text) {
        int count = digits.length();
        if (place > 21 || place < -5) {
            text.append(digits.charAt(0));
            if (count > 1) {
                text.append('.').append(digits, 1, count);
            }
            text.append('e').append(place > 0 ? "+" : "").append(place - 1);
        } else if (place <= 0) {
            text.append("0.").append("00000", 0, 0 - place).append(digits);
        } else if (place >= count) {
            text.append(digits).append("000000000000000000000", 0, place - count);
        } else {
            text.append(digits, 0, place).append('.').append(digits, place, count);
        }
    }

    /**
     * Steele and White's digit generation ("How to print floating-point numbers accurately", 1990) on exact integers: the
     * value is rest / unit, and below and above are the half distances to its neighbours, all over the same unit.
     *
     * @return the decimal exponent plus one
     */
    private static int shortest(int magnitude, StringBuilder digits) {
        int field = magnitude >>> 23;
        int significand = field == 0 ? magnitude : magnitude & 0x7fffff | 0x800000;
        int two = Math.max(field, 1) - 150;
        // the neighbour below a power of two is only half as far away
        boolean narrow = (magnitude & 0x7fffff) == 0 && field > 1;
        boolean even = (significand & 1) == 0;
        int scale = narrow ? 2 : 1;
        Natural rest = new Natural(significand);
        Natural unit = new Natural(1);
        Natural below = new Natural(1);
        Natural above = new Natural(1);
        rest.shiftLeft(Math.max(two, 0) + scale);
        below.shiftLeft(Math.max(two, 0));
        above.shiftLeft(Math.max(two, 0) + scale - 1);
        unit.shiftLeft(Math.max(0 - two, 0) + scale);
        int place = 0;
        while (rest.compareSum(above, unit) >= (even ? 0 : 1)) {
            unit.multiplyAdd(10, 0);
            place++;
        }
        while (true) {
            Natural next = rest.copy();
            next.multiplyAdd(10, 0);
            Natural nextAbove = above.copy();
            nextAbove.multiplyAdd(10, 0);
            if (next.compareSum(nextAbove, unit) >= (even ? 0 : 1)) {
                break;
            }
            rest = next;
            above = nextAbove;
            below.multiplyAdd(10, 0);
            place--;
        }
        while (true) {
            rest.multiplyAdd(10, 0);
            above.multiplyAdd(10, 0);
            below.multiplyAdd(10, 0);
            int digit = 0;
            while (rest.compareTo(unit) >= 0) {
                rest.subtract(unit);
                digit++;
            }
            boolean low = rest.compareTo(below) < (even ? 1 : 0);
            boolean high = rest.compareSum(above, unit) >= (even ? 0 : 1);
            if (low || high) {
                // both fit: the nearer one, and of two equally near ones the even digit
                boolean up = high && (!low || rest.compareSum(rest, unit) >= 1 - (digit & 1));
                digits.append((char) ('0' + digit + (up ? 1 : 0)));
                return place;
            }
            digits.append((char) ('0' + digit));
        }
    }
}
