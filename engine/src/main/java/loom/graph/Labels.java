package loom.graph;

/** Lower-case names of enum constants for listings and messages (ASCII by hand: locale tables cost 80 KB in the browser). */
final class Labels {
    private Labels() {}

    static String of(Enum<?> constant) {
        String name = constant.name();
        StringBuilder b = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            b.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return b.toString();
    }
}
