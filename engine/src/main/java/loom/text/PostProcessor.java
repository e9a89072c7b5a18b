package loom.text;

import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;
import loom.format.ModelException.Code;

/** Puts special tokens around the ids of a text: {@code post_processor} of a tokenizer.json. */
interface PostProcessor {
    List<Integer> apply(List<Integer> ids);

    PostProcessor NONE = ids -> ids;

    static PostProcessor read(Cursor c) {
        String type = c.member("type").string();
        return switch (type) {
            case "ByteLevel" -> NONE;
            case "Sequence" -> sequence(c.member("processors"));
            case "TemplateProcessing" -> template(c);
            case "BertProcessing", "RobertaProcessing" -> around(id(c.member("cls")), id(c.member("sep")));
            default ->
                throw c.member("type")
                        .error(Code.UNSUPPORTED, "the post-processor \"" + type + "\" is not known here", "");
        };
    }

    private static int id(Cursor pair) {
        List<Cursor> two = pair.elements();
        if (two.size() != 2) {
            throw pair.expected("a token and its id");
        }
        return two.get(1).whole(0, Vocabulary.MAX_ID);
    }

    private static PostProcessor around(int first, int last) {
        return ids -> {
            List<Integer> all = new ArrayList<>(List.of(first));
            all.addAll(ids);
            all.add(last);
            return all;
        };
    }

    private static PostProcessor sequence(Cursor list) {
        List<PostProcessor> all = new ArrayList<>();
        for (Cursor c : list.elements()) {
            all.add(read(c));
        }
        return ids -> {
            List<Integer> r = ids;
            for (PostProcessor p : all) {
                r = p.apply(r);
            }
            return r;
        };
    }

    private static PostProcessor template(Cursor c) {
        Cursor special = c.member("special_tokens");
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        boolean seen = false;
        for (Cursor part : c.member("single").elements()) {
            if (part.has("Sequence")) {
                if (seen) {
                    throw part.error(Code.UNSUPPORTED, "a text that stands twice in a template", "");
                }
                seen = true;
            } else {
                String name = part.member("SpecialToken").member("id").string();
                for (Cursor id : special.member(name).member("ids").elements()) {
                    (seen ? after : before).add(id.whole(0, Vocabulary.MAX_ID));
                }
            }
        }
        return ids -> {
            List<Integer> all = new ArrayList<>(before);
            all.addAll(ids);
            all.addAll(after);
            return all;
        };
    }
}
