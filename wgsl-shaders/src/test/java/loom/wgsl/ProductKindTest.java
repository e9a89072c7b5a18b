package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.conformance.LayerCases;
import loom.machine.conformance.Cases;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a probe looks at by itself are products of the very kinds that programs have. */
class ProductKindTest {
    private static final int SEEDS = 400;

    private static List<Program> programs() {
        List<Program> all = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            all.add(Cases.of(seed).program());
        }
        for (int seed = 0; seed < LayerCases.SIZE; seed++) {
            all.add(LayerCases.of(seed).program());
        }
        for (loom.wgsl.Cases.Case c : ConvCases.all()) {
            all.add(Compiler.compile(c.graph()));
        }
        return all;
    }

    private static Set<ProductKind> kinds(Variants variants) {
        Set<ProductKind> all = new LinkedHashSet<>();
        programs().forEach(p -> all.addAll(Layout.of(p, variants).kinds()));
        return all;
    }

    private static void isLookedAt(ProductKind kind) {
        for (ProbePrograms.Check check : ProbePrograms.products(kind)) {
            assertThat(Layout.of(check.program(), kind.variants(Product.FMA_NZ)).kinds())
                    .containsExactly(kind);
        }
    }

    @ParameterizedTest
    @EnumSource
    void smallProductsAreOfTheKindsThatProgramsHave(Variants.Tiling tiling) {
        Set<ProductKind> kinds = kinds(new Variants(Product.FMA_NZ, tiling, true));
        assertThat(kinds).hasSizeGreaterThan(8);
        kinds.forEach(ProductKindTest::isLookedAt);
    }

    @ParameterizedTest
    @EnumSource(names = {"BY_SHAPE", "NONE"})
    void theWholeDeviceIsLookedAtByItsKinds(Variants.Tiling tiling) {
        List<ProductKind> all = ProductKinds.of(new Variants(Product.FMA_NZ, tiling, true));
        assertThat(all).doesNotHaveDuplicates();
        all.forEach(ProductKindTest::isLookedAt);
    }
}
