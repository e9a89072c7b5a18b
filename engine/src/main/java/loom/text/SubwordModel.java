package loom.text;

import java.util.List;

/** Cuts a piece of text into tokens of a vocabulary. */
interface SubwordModel {
    void tokenize(String piece, List<Integer> out);

    Vocabulary vocabulary();
}
