package loom.numeric;

/** The f64 nearest to decimal text, exact and the same on every machine. Numbers of models are f32 ({@link FloatText}); scores of tokens are not. */
public final class DoubleText {
    /** Midpoints of two doubles have at most 768 significant digits; what follows these only breaks ties. */
    private static final int MAX_DIGITS = 770;

    private static final long INFINITY_BITS = 0x7ffL << 52;

    private DoubleText() {}

    /** The f64 nearest to a JSON number, ties to even; from the midpoint behind the largest f64 on, infinity. */
    public static double parse(String json) {
        int mark = Math.max(json.indexOf('e'), json.indexOf('E'));
        String plain = mark < 0 ? json : json.substring(0, mark);
        boolean negative = plain.startsWith("-");
        int dot = plain.indexOf('.');
        int from = negative ? 1 : 0;
        String whole = plain.substring(from, dot < 0 ? plain.length() : dot);
        String digits = whole + (dot < 0 ? "" : plain.substring(dot + 1));
        int place = whole.length() + (mark < 0 ? 0 : exponent(json.substring(mark + 1)));
        int first = 0;
        while (first < digits.length() && digits.charAt(first) == '0') {
            first++;
        }
        int last = digits.length();
        while (last > first && digits.charAt(last - 1) == '0') {
            last--;
        }
        String significant = digits.substring(first, last);
        if (significant.length() > MAX_DIGITS) {
            significant = significant.substring(0, MAX_DIGITS) + "1";
        }
        double magnitude = nearest(significant, place - first);
        return negative ? magnitude * -1 : magnitude;
    }

    private static int exponent(String text) {
        boolean down = text.startsWith("-");
        int e = 0;
        for (int i = down || text.startsWith("+") ? 1 : 0; i < text.length(); i++) {
            e = Math.min(10 * e + text.charAt(i) - '0', 100_000_000);
        }
        return down ? 0 - e : e;
    }

    /** Of 0.digits times 10^place. */
    private static double nearest(String digits, int place) {
        if (digits.isEmpty() || place < -330) {
            return 0;
        }
        if (place > 310) {
            return Double.POSITIVE_INFINITY;
        }
        int used = Math.min(digits.length(), 18);
        long head = 0;
        for (int i = 0; i < used; i++) {
            head = 10 * head + digits.charAt(i) - '0';
        }
        double estimate = scaled((double) head, place - used);
        if (digits.length() <= 15 && Math.abs(place - used) <= 22) {
            return estimate; // two exact numbers, one rounding
        }
        // At most some neighbours away; exact comparisons with the midpoints around it decide.
        long bits = Math.min(Double.doubleToRawLongBits(estimate), INFINITY_BITS);
        while (bits > 0 && isBelow(digits, place, bits - 1)) {
            bits--;
        }
        while (bits < INFINITY_BITS && !isBelow(digits, place, bits)) {
            bits++;
        }
        return Double.longBitsToDouble(bits);
    }

    private static double scaled(double head, int power) {
        double d = head;
        int left = Math.abs(power);
        while (left > 0) {
            int step = Math.min(left, 22);
            double ten = 1;
            for (int i = 0; i < step; i++) {
                ten *= 10; // exact up to 10^22
            }
            d = power < 0 ? d / ten : d * ten;
            left -= step;
        }
        return d;
    }

    /** Whether the number rounds to the double of these bits or a smaller one, not to the next. */
    private static boolean isBelow(String digits, int place, long bits) {
        long field = bits >>> 52;
        long significand = field == 0 ? bits : bits & (1L << 52) - 1 | 1L << 52;
        int two = (int) Math.max(field, 1) - 1076;
        int ten = place - digits.length();
        Natural decimal = new Natural(0);
        for (int i = 0; i < digits.length(); i++) {
            decimal.multiplyAdd(10, digits.charAt(i) - '0');
        }
        long middle = 2 * significand + 1;
        Natural border = new Natural((int) (middle >>> 30));
        border.multiplyAdd(1 << 30, (int) (middle & (1 << 30) - 1));
        decimal.multiplyByPowerOfTen(Math.max(ten, 0));
        border.multiplyByPowerOfTen(Math.max(0 - ten, 0));
        decimal.shiftLeft(Math.max(0 - two, 0));
        border.shiftLeft(Math.max(two, 0));
        int order = decimal.compareTo(border);
        return order < 0 || order == 0 && (bits & 1) == 0;
    }
}
