package loom.build;

/** Names with numbers in them as people count: layer 2 before layer 10. */
final class NaturalOrder {
    private NaturalOrder() {}

    static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int m = digits(a, i);
            int n = digits(b, j);
            if (m > 0 && n > 0) {
                int order = numbers(a.substring(i, i + m), b.substring(j, j + n));
                if (order != 0) {
                    return order;
                }
                i += m;
                j += n;
            } else if (a.charAt(i) != b.charAt(j)) {
                return Character.compare(a.charAt(i), b.charAt(j));
            } else {
                i++;
                j++;
            }
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static int digits(String s, int from) {
        int n = 0;
        while (from + n < s.length() && s.charAt(from + n) >= '0' && s.charAt(from + n) <= '9') {
            n++;
        }
        return n;
    }

    /** Of any length: by length without zeros in front, then digit by digit. */
    private static int numbers(String a, String b) {
        String x = stripped(a);
        String y = stripped(b);
        return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
    }

    private static String stripped(String s) {
        int i = 0;
        while (i < s.length() - 1 && s.charAt(i) == '0') {
            i++;
        }
        return s.substring(i);
    }
}
