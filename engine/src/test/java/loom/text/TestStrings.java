package loom.text;

import java.util.ArrayList;
import java.util.List;

/** Strings of many scripts, the same as those of {@code data/tokenizers/expect.py}. */
final class TestStrings {
    private static final int[][] RANGES = {
        {0x61, 26},
        {0x41, 26},
        {0x30, 10},
        {0x20, 1},
        {0x20, 16},
        {0x3A, 7},
        {0x5B, 6},
        {0x7B, 4},
        {0x09, 5},
        {0xA0, 32},
        {0xC0, 64},
        {0x100, 128},
        {0x180, 208},
        {0x250, 96},
        {0x2B0, 80},
        {0x300, 112},
        {0x370, 144},
        {0x400, 256},
        {0x530, 96},
        {0x590, 112},
        {0x600, 256},
        {0x900, 128},
        {0x980, 128},
        {0xB80, 128},
        {0xE00, 128},
        {0xF00, 256},
        {0x1000, 160},
        {0x10A0, 96},
        {0x1100, 256},
        {0x1200, 384},
        {0x1E00, 256},
        {0x1F00, 256},
        {0x2000, 112},
        {0x2070, 48},
        {0x20A0, 32},
        {0x2100, 80},
        {0x2150, 64},
        {0x2190, 112},
        {0x2460, 160},
        {0x2600, 192},
        {0x3000, 64},
        {0x3040, 96},
        {0x30A0, 96},
        {0x3200, 256},
        {0x4E00, 512},
        {0xAC00, 512},
        {0xF900, 64},
        {0xFB00, 80},
        {0xFE00, 16},
        {0xFE30, 96},
        {0xFF00, 240},
        {0xE000, 16},
        {0x10330, 27},
        {0x10400, 80},
        {0x1D400, 256},
        {0x1F300, 256},
        {0x1F600, 80},
        {0x20000, 64},
        {0x00, 32},
        {0x7F, 33},
        {0x200B, 6},
        {0xD7B0, 80},
        {0x1D15E, 12},
        {0x2F800, 64},
    };
    private static final String[] PHRASES = {
        " the",
        "Hello world",
        "'s",
        "'LL",
        "don't",
        "we've ",
        "I'm",
        " 12345",
        "3.14159",
        "\n\n",
        "\r\n",
        "    ",
        "\t\t",
        " \n ",
        "def f(x):\n    return x",
        "https://example.org/a?b=c",
        "e\u0301",
        "n\u0303o",
        "\u1112\u1161\u11ab",
        "\ufb01sh",
        "\u00c5ngstr\u00f6m",
        "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
        "\ud83c\udde9\ud83c\uddea",
        "\u0928\u092e\u0938\u094d\u0924\u0947",
        "\u0645\u0631\u062d\u0628\u0627",
        "\u4f60\u597d\uff0c\u4e16\u754c",
        "\u3053\u3093\u306b\u3061\u306f",
        "\uc548\ub155\ud558\uc138\uc694",
        "\u041f\u0440\u0438\u0432\u0435\u0442",
        "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
        "<s>",
        "</s>",
        "[MASK]",
        " [SEP]",
        "<|im_start|>",
        "<|endoftext|>",
        "<|begin_of_text|>",
        "<unk>",
        "\u2581",
        "##ing",
        "<0x41>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "--------",
        "\u017f\u0130\u0131\u03a3\u03c2",
    };

    private int state = 2026;

    private TestStrings() {}

    private int next(int n) {
        state = state * 1664525 + 1013904223;
        return (int) ((long) (state >>> 8) * n >>> 24);
    }

    static List<String> make(int count) {
        TestStrings g = new TestStrings();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder b = new StringBuilder();
            int parts = 1 + g.next(12);
            for (int p = 0; p < parts; p++) {
                if (g.next(3) == 0) {
                    b.append(PHRASES[g.next(PHRASES.length)]);
                    continue;
                }
                int[] range = RANGES[g.next(2) == 0 ? g.next(10) : g.next(RANGES.length)];
                int run = 1 + g.next(6);
                for (int k = 0; k < run; k++) {
                    b.appendCodePoint(range[0] + g.next(range[1]));
                }
            }
            all.add(b.toString());
        }
        return all;
    }
}
