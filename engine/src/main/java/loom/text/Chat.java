package loom.text;

import java.util.List;
import java.util.Optional;

/** How turns of a conversation stand in a prompt, by family of models; the special tokens are written out. */
public enum Chat {
    /** Qwen, SmolLM2 and others. */
    CHATML("<|im_start|>") {
        @Override
        public String prompt(List<Turn> turns) {
            StringBuilder b = new StringBuilder();
            for (Turn t : turns) {
                b.append("<|im_start|>")
                        .append(t.role)
                        .append('\n')
                        .append(t.text)
                        .append("<|im_end|>\n");
            }
            return b.append("<|im_start|>assistant\n").toString();
        }

        @Override
        public String end() {
            return "<|im_end|>";
        }
    },
    LLAMA3("<|start_header_id|>") {
        @Override
        public String prompt(List<Turn> turns) {
            StringBuilder b = new StringBuilder("<|begin_of_text|>");
            for (Turn t : turns) {
                b.append(header(t.role)).append(t.text.strip()).append("<|eot_id|>");
            }
            return b.append(header("assistant")).toString();
        }

        private static String header(String role) {
            return "<|start_header_id|>" + role + "<|end_header_id|>\n\n";
        }

        @Override
        public String end() {
            return "<|eot_id|>";
        }
    },
    MISTRAL("[INST]") {
        @Override
        public String prompt(List<Turn> turns) {
            return "<s>" + instructions(turns, "[INST]", "[/INST]", "</s>");
        }

        @Override
        public String end() {
            return "</s>";
        }
    },
    /** Told from others by nothing: to be named. */
    LLAMA2("") {
        @Override
        public String prompt(List<Turn> turns) {
            return "<s>" + instructions(turns, "[INST]", "[/INST]", " </s><s>");
        }

        @Override
        public String end() {
            return "</s>";
        }
    };

    private final String mark;

    Chat(String mark) {
        this.mark = mark;
    }

    /** @param role system, user or assistant */
    public record Turn(String role, String text) {}

    public abstract String prompt(List<Turn> turns);

    /** The token that ends an answer. */
    public abstract String end();

    /** By the special tokens that a tokenizer has. */
    public static Optional<Chat> of(Tokenizer tokenizer) {
        for (Chat c : values()) {
            if (!c.mark.isEmpty() && tokenizer.id(c.mark).isPresent()) {
                return Optional.of(c);
            }
        }
        return Optional.empty();
    }

    /** What the system says stands at the head of the first user's turn. */
    private static String instructions(List<Turn> turns, String open, String close, String end) {
        StringBuilder b = new StringBuilder();
        String system = "";
        for (Turn t : turns) {
            switch (t.role) {
                case "system" -> system = "<<SYS>>\n" + t.text + "\n<</SYS>>\n\n";
                case "assistant" -> b.append(' ').append(t.text.strip()).append(end);
                default -> {
                    b.append(open)
                            .append(' ')
                            .append(system)
                            .append(t.text.strip())
                            .append(' ')
                            .append(close);
                    system = "";
                }
            }
        }
        return b.toString();
    }
}
