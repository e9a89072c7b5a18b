package loom.model;

import loom.numeric.FloatText;

/** Numbers in messages. */
final class Numbers {
    private Numbers() {}

    static String text(float value) {
        return FloatText.print(value);
    }
}
