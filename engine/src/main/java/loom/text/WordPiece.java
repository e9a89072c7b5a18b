package loom.text;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/**
 * WordPiece (Devlin et al. 2019): from the left the longest token that fits; tokens inside a word have a mark in front. A word that
 * cannot be made so is unknown as a whole.
 */
final class WordPiece implements SubwordModel {
    private final Vocabulary vocabulary;
    private final String inside;
    private final int unknown;
    private final int longest;

    private WordPiece(Cursor c) {
        vocabulary = Vocabulary.read(c.member("vocab"));
        inside = c.optional("continuing_subword_prefix").map(Cursor::string).orElse("##");
        longest = c.optional("max_input_chars_per_word")
                .map(m -> m.whole(1, 1 << 20))
                .orElse(100);
        Cursor unk = c.member("unk_token");
        unknown = vocabulary
                .id(unk.string())
                .orElseThrow(() -> unk.error(Code.VALUE, "the unknown token is not in the vocabulary", ""));
    }

    static WordPiece read(Cursor c) {
        return new WordPiece(c);
    }

    @Override
    public void tokenize(String piece, List<Integer> out) {
        if (piece.codePointCount(0, piece.length()) > longest) {
            out.add(unknown);
            return;
        }
        List<Integer> ids = new ArrayList<>();
        int from = 0;
        while (from < piece.length()) {
            int to = piece.length();
            OptionalInt id = OptionalInt.empty();
            while (to > from) {
                String part = piece.substring(from, to);
                id = vocabulary.id(from > 0 ? inside + part : part);
                if (id.isPresent()) {
                    break;
                }
                to -= Character.charCount(piece.codePointBefore(to));
            }
            if (id.isEmpty()) {
                out.add(unknown);
                return;
            }
            ids.add(id.getAsInt());
            from = to;
        }
        out.addAll(ids);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
