package loom.text;

import java.util.List;
import java.util.OptionalInt;

/** Cuts a piece of text into tokens of a vocabulary. */
interface SubwordModel {
    void tokenize(String piece, List<Integer> out);

    OptionalInt id(String token);

    /** The token of an id; empty for none. */
    String token(int id);

    int size();
}
