package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import loom.machine.NumericTrap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that leaves the numeric domain ends in the same error on every machine, and the model lives on. */
class TrapIT extends BrowserTest {
    /** The second dense layer takes 1 to 2^52, above the domain's 2^50; 2^-8 stays inside. */
    private static final String MODEL =
            """
            {"format": "loom", "version": 1, "name": "traps", "seed": 1, "input": {"shape": [2]},
             "grid": {"rows": 1, "columns": 2},
             "cells": [
              {"row": 0, "column": 0, "layers": [{"type": "dense", "units": 2, "parameters": %1$s}]},
              {"row": 0, "column": 1, "layers": [
               {"type": "dense", "units": 2, "parameters": %1$s},
               {"type": "softmax"}]}]}""".formatted("""
            {"kernel": {"shape": [2, 2], "data": "%s"}, "bias": {"shape": [2], "data": "%s"}}""".formatted(Bits.base64(new float[] {0x1p26f, 0, 0, 1}), Bits.base64(new float[2])));

    private static final float[] GOOD = {0x1p-8f, 3, -0x1p-9f, 1, 0, 0.5f};

    /** The first sample is good; the second and third are not. */
    private static final float[] BAD = {0x1p-8f, 3, 1, 1, -1, 0};

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void isTheSameErrorAsOnTheJvm(String machine) {
        openApi();
        List<?> found = (List<?>) evaluate(
                """
                const model = await Loom.load(new Blob([given.file]), {backend: given.machine});
                const good = () => model.run(floats(given.good)).then(hex);
                const bad = (name) => model[name](floats(given.bad)).then(() => ({code: 'none'}), described);
                const answers = [await good(), await bad('run'), await good(), await bad('receipt'), await good()];
                await model.close();
                return answers;
                """, Map.of("file", MODEL, "machine", machine, "good", Bits.base64(GOOD), "bad", Bits.base64(BAD)));

        try (OnJvm jvm = OnJvm.of(MODEL)) {
            NumericTrap trap = catchThrowableOfType(NumericTrap.class, () -> jvm.run(BAD));
            String good = Bits.hex(jvm.run(GOOD));
            assertThat(trap.layer()).isEqualTo("cell 0,1 layer 0 dense");
            for (int i : new int[] {1, 3}) {
                Map<?, ?> error = (Map<?, ?>) found.get(i);
                assertThat(error.get("name")).isEqualTo("LoomError");
                assertThat(error.get("code")).isEqualTo("TRAP");
                assertThat(error.get("layer")).isEqualTo(trap.layer());
                assertThat(error.get("message")).isEqualTo(trap.getMessage());
            }
            assertThat(List.of(found.get(0), found.get(2), found.get(4)))
                    .as("before, between and after")
                    .containsOnly(good);
        }
    }
}
