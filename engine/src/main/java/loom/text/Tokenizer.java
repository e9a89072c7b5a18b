package loom.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import loom.format.Cursor;
import loom.format.ModelException.Code;
import loom.text.PreTokenizer.Piece;

/**
 * Text to ids and back, as a {@code tokenizer.json} of Hugging Face's tokenizers says: added tokens, normaliser, pre-tokeniser, model (BPE,
 * WordPiece or Unigram), post-processor, decoder. Truncation and padding of the file are not applied: how long an input may be is known to who
 * asks. Parts that are not known are refused when the file is read.
 */
public final class Tokenizer {
    private static final List<String> KEYS = List.of(
            "version",
            "truncation",
            "padding",
            "added_tokens",
            "normalizer",
            "pre_tokenizer",
            "post_processor",
            "decoder",
            "model");

    private final AddedTokens added;
    private final Normalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final SubwordModel model;
    private final PostProcessor postProcessor;
    private final TokenDecoder decoder;

    private Tokenizer(Cursor root) {
        root.allow(KEYS);
        normalizer = part(root, "normalizer").map(Normalizer::read).orElse(Normalizer.NONE);
        preTokenizer = part(root, "pre_tokenizer").map(PreTokenizer::read).orElse(PreTokenizer.NONE);
        model = model(root.member("model"));
        postProcessor = part(root, "post_processor").map(PostProcessor::read).orElse(PostProcessor.NONE);
        decoder = part(root, "decoder").map(TokenDecoder::read).orElse(TokenDecoder.WORDS);
        added = new AddedTokens(part(root, "added_tokens"), normalizer);
    }

    public static Tokenizer read(String fileName, byte[] bytes) {
        return new Tokenizer(Cursor.parse(fileName, bytes));
    }

    private static Optional<Cursor> part(Cursor root, String key) {
        return root.optional(key).filter(c -> !c.isNull());
    }

    private static SubwordModel model(Cursor c) {
        // Old files do not say what they are; only BPE has merges.
        String type = c.has("type") ? c.member("type").string() : c.has("merges") ? "BPE" : "WordPiece";
        return switch (type) {
            case "BPE" -> Bpe.read(c);
            case "WordPiece" -> WordPiece.read(c);
            case "Unigram" -> Unigram.read(c);
            default -> throw c.error(Code.UNSUPPORTED, "the model \"" + type + "\" is not known here", "");
        };
    }

    /** The ids of a text, with the special tokens that the model expects around it. */
    public int[] encode(String text) {
        return encode(text, true);
    }

    public int[] encode(String text, boolean withSpecialTokens) {
        List<Integer> ids = new ArrayList<>();
        for (AddedTokens.Part part : added.split(text, normalizer)) {
            if (part.token().isPresent()) {
                ids.add(part.token().get().id());
                continue;
            }
            List<Piece> pieces = new ArrayList<>();
            preTokenizer.cut(new Piece(part.text(), part.first()), pieces);
            for (Piece p : pieces) {
                model.tokenize(p.text(), ids);
            }
        }
        List<Integer> all = withSpecialTokens ? postProcessor.apply(ids) : ids;
        int[] r = new int[all.size()];
        for (int i = 0; i < r.length; i++) {
            r[i] = all.get(i);
        }
        return r;
    }

    /** The text of ids. {@code skipSpecial} leaves special tokens out. */
    public String decode(int[] ids, boolean skipSpecial) {
        List<String> tokens = new ArrayList<>();
        for (int id : ids) {
            Optional<AddedTokens.Added> a = added.of(id);
            if (a.isPresent()) {
                if (!skipSpecial || !a.get().special()) {
                    tokens.add(a.get().content());
                }
            } else if (!model.vocabulary().token(id).isEmpty()) {
                tokens.add(model.vocabulary().token(id));
            }
        }
        return String.join("", decoder.apply(tokens));
    }

    /** The id of a token as it stands in the file. */
    public OptionalInt id(String token) {
        Optional<AddedTokens.Added> a = added.of(token);
        return a.isPresent() ? OptionalInt.of(a.get().id()) : model.vocabulary().id(token);
    }

    /** Ids are below this. */
    public int size() {
        return Math.max(model.vocabulary().size(), added.size());
    }
}
