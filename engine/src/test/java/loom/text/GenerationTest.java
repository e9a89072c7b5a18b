package loom.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.machine.Machine;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.FieldException;
import loom.run.Decoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationTest {
    private static final Sampling LIVELY = new Sampling(1.3f, 20, 0.95f, 0.01f, 1.1f, 7);
    private static final int[] PROMPT = {5, 9, 2};

    /** 37 tokens: letters, a space, a stop and an end. */
    private static final Tokenizer LETTERS = letters();

    private static Tokenizer letters() {
        StringBuilder b = new StringBuilder("{\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{");
        for (int i = 0; i < 36; i++) {
            b.append(i == 0 ? "" : ",")
                    .append('"')
                    .append((char) ('A' + i))
                    .append("\":")
                    .append(i);
        }
        String text = b.append("}},\"decoder\":{\"type\":\"Fuse\"},\"added_tokens\":[{\"id\":36,\"content\":\"<end>\","
                        + "\"special\":true}]}")
                .toString()
                .replace("\"\\\"", "\"\\\\\"");
        return Tokenizer.read("letters.json", text.getBytes(StandardCharsets.UTF_8));
    }

    private record Made(List<Integer> ids, String text) {}

    private static Made make(
            Machine machine, SmallTransformers family, Sampling sampling, int most, List<String> stops) {
        Decoder d = Decoder.open(
                        machine, family.read(SmallTransformers.POSITIONS).model())
                .get();
        Generation g = new Generation(d, LETTERS, PROMPT, new GenerationOptions(sampling, most, stops), List.of(36));
        StringBuilder text = new StringBuilder();
        while (!g.isDone()) {
            text.append(g.step().get());
        }
        d.close();
        return new Made(g.tokens(), text.toString());
    }

    @Test
    void theBestTokensAreThoseOfTheWholeSequence() {
        for (SmallTransformers family : SmallTransformers.values()) {
            Made made = make(new ReferenceMachine(), family, Sampling.GREEDY, 8, List.of());
            int[] ids = java.util.Arrays.copyOf(PROMPT, PROMPT.length + made.ids.size());
            for (int i = 0; i < made.ids.size(); i++) {
                double[][] y = family.plain.logits(java.util.Arrays.copyOf(ids, PROMPT.length + i));
                double[] last = y[y.length - 1];
                int best = 0;
                for (int k = 1; k < last.length; k++) {
                    best = last[k] > last[best] ? k : best;
                }
                assertThat(made.ids.get(i)).as("%s %s", family, i).isEqualTo(best);
                ids[PROMPT.length + i] = best;
            }
        }
    }

    @Test
    void machinesMakeTheSameText() {
        try (GraalWasmHost host = new GraalWasmHost()) {
            for (SmallTransformers family : List.of(SmallTransformers.QWEN3, SmallTransformers.GPT2)) {
                for (Sampling s : List.of(Sampling.GREEDY, LIVELY)) {
                    Made reference = make(new ReferenceMachine(), family, s, 10, List.of());
                    assertThat(make(new ParallelMachine(2), family, s, 10, List.of()))
                            .isEqualTo(reference);
                    assertThat(make(new WasmMachine(host), family, s, 10, List.of()))
                            .isEqualTo(reference);
                    assertThat(make(new ReferenceMachine(), family, s, 10, List.of()))
                            .isEqualTo(reference);
                }
            }
        }
    }

    @Test
    void aTextEndsAtAStopWithoutIt() {
        Made whole = make(new ReferenceMachine(), SmallTransformers.LLAMA, LIVELY, 13, List.of());
        assertThat(whole.text.length()).isGreaterThan(6);
        String stop = whole.text.substring(3, 5);
        Made cut = make(new ReferenceMachine(), SmallTransformers.LLAMA, LIVELY, 13, List.of("no such", stop));
        assertThat(cut.text).isEqualTo(whole.text.substring(0, whole.text.indexOf(stop)));
        assertThat(make(new ReferenceMachine(), SmallTransformers.LLAMA, LIVELY, 2, List.of()).ids)
                .isEqualTo(whole.ids.subList(0, 2));
        assertThat(whole.ids.size()).as("the context is full").isLessThanOrEqualTo(13);
    }

    /** A token of half a character waits for the other half. */
    @Test
    void charactersComeOutWhole() throws IOException {
        Tokenizer t = TokenizerTest.small("gpt2-like");
        int[] ids = t.encode("\ud83d\udc68x");
        assertThat(ids.length).isGreaterThan(2);
        assertThat(t.decode(java.util.Arrays.copyOf(ids, 1), true)).endsWith("\ufffd");
        assertThat(t.decode(ids, true)).isEqualTo("\ud83d\udc68x");
    }

    // ---- sampling ----

    private static int choose(Sampling s, int step, float... logits) {
        return s.choose(logits, Set.of(), step);
    }

    private static int[] counts(Sampling s, float... logits) {
        int[] counts = new int[logits.length];
        for (int i = 0; i < 20_000; i++) {
            counts[choose(s, i, logits)]++;
        }
        return counts;
    }

    private static Sampling sampling(float temperature, int k, float p, float min) {
        return new Sampling(temperature, k, p, min, 1, 3);
    }

    @Test
    void tokensComeAsOftenAsTheyShould() {
        // Probabilities 0.5, 0.25, 0.125, 0.125.
        float[] l = {2.0794415f, 0.6931472f, 0.6931472f, 1.3862944f};
        int[] c = counts(sampling(1, 0, 1, 0), l);
        assertThat(c[0]).isBetween(9_700, 10_300);
        assertThat(c[3]).isBetween(4_750, 5_250);
        assertThat(c[1]).isBetween(2_300, 2_700);
        assertThat(c[2]).isBetween(2_300, 2_700);
        // Temperature ½ squares them: 16 : 4 : 1 : 1.
        int[] cold = counts(sampling(0.5f, 0, 1, 0), l);
        assertThat(cold[0]).isBetween(14_200, 14_900);
    }

    @Test
    void onlyTheFewAreDrawn() {
        float[] l = {2.0794415f, 0.6931472f, 0.6931472f, 1.3862944f};
        assertThat(counts(sampling(1, 1, 1, 0), l)).containsExactly(20_000, 0, 0, 0);
        int[] two = counts(sampling(1, 2, 1, 0), l);
        assertThat(two[1] + two[2]).isZero();
        assertThat(two[3]).isBetween(6_400, 6_900);
        // Equal logits stand by id: of tokens 1 and 2 the first is among the best three.
        int[] three = counts(sampling(1, 3, 1, 0), l);
        assertThat(three[1]).isPositive();
        assertThat(three[2]).isZero();
        int[] most = counts(sampling(1, 0, 0.7f, 0), l);
        assertThat(most[1] + most[2]).isZero();
        int[] likely = counts(sampling(1, 0, 1, 0.3f), l);
        assertThat(likely[1] + likely[2]).isZero();
        assertThat(likely[3]).isPositive();
    }

    @Test
    void whatWasThereIsLessLikely() {
        Sampling s = new Sampling(0, 0, 1, 0, 2, 1);
        Set<Integer> seen = new LinkedHashSet<>(List.of(0, 2));
        assertThat(s.choose(new float[] {3, 2, -1}, seen, 0)).isEqualTo(1);
        assertThat(s.choose(new float[] {5, 2, -1}, seen, 0)).isEqualTo(0);
        assertThat(s.choose(new float[] {-3, -1.5f, -1}, seen, 0)).isEqualTo(1);
        assertThat(Sampling.GREEDY.choose(new float[] {1, 4, 4}, seen, 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 1, 0, 1", "1, -1, 1, 0, 1", "1, 0, 0, 0, 1", "1, 0, 1.5, 0, 1", "1, 0, 1, 2, 1", "1, 0, 1, 0, 0"
    })
    void settingsOutOfRangeAreRefused(float temperature, int k, float p, float min, float penalty) {
        assertThatThrownBy(() -> new Sampling(temperature, k, p, min, penalty, 1))
                .isInstanceOf(FieldException.class)
                .hasMessageStartingWith("sampling: expected a ");
    }

    // ---- chat ----

    @Test
    void turnsStandAsTheFamiliesHaveThem() throws IOException {
        List<Chat.Turn> turns = List.of(
                new Chat.Turn("system", "Be brief."),
                new Chat.Turn("user", "Hi"),
                new Chat.Turn("assistant", "Hello!"),
                new Chat.Turn("user", "Bye"));
        assertThat(Chat.CHATML.prompt(turns))
                .isEqualTo(
                        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
                                + "Hello!<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n");
        assertThat(Chat.LLAMA3.prompt(turns.subList(1, 2)))
                .isEqualTo("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n");
        assertThat(Chat.LLAMA2.prompt(turns))
                .isEqualTo("<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello! </s><s>[INST] Bye [/INST]");
        assertThat(Chat.of(TokenizerTest.small("llama3-like"))).contains(Chat.CHATML);
        assertThat(Chat.of(TokenizerTest.small("gpt2-like"))).isEmpty();
    }
}
