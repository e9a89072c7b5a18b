package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.conformance.LayerCases;
import loom.graph.PointOp;
import loom.machine.conformance.Cases;
import loom.program.Compiler;
import loom.program.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A probe looks at what programs have. */
class FeatureTest {
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
        for (ProbePrograms.Check check : ProbePrograms.of(kind)) {
            assertThat(Layout.of(check.program(), kind.variants(Product.FMA_NZ)).kinds())
                    .containsExactly(kind);
        }
    }

    @ParameterizedTest
    @EnumSource
    void smallProductsAreOfTheKindsThatProgramsHave(Variants.Tiling tiling) {
        Set<ProductKind> kinds = kinds(new Variants(Product.FMA_NZ, tiling, true));
        assertThat(kinds).hasSizeGreaterThan(8);
        kinds.forEach(FeatureTest::isLookedAt);
    }

    @ParameterizedTest
    @EnumSource(names = {"BY_SHAPE", "NONE"})
    void everyFeatureIsLookedAtByProgramsThatHaveIt(Variants.Tiling tiling) {
        Variants variants = new Variants(Product.FMA_NZ, tiling, true);
        Set<Feature> all = Feature.all(variants);
        assertThat(all).hasSizeGreaterThan(25);
        for (Feature feature : all) {
            if (feature instanceof ProductKind kind) {
                isLookedAt(kind);
            } else {
                List<ProbePrograms.Check> checks = new ArrayList<>(ProbePrograms.of(feature));
                checks.addAll(ProbePrograms.trapping(feature));
                for (ProbePrograms.Check check : checks) {
                    assertThat(Feature.of(Layout.of(check.program(), variants))).contains(feature);
                }
            }
        }
    }

    @Test
    void programsHaveNoMoreThanAllFeatures() {
        Variants variants = new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true);
        Set<Feature> found = new LinkedHashSet<>();
        programs().forEach(p -> found.addAll(Feature.of(Layout.of(p, variants))));
        found.removeIf(ProductKind.class::isInstance);
        assertThat(Feature.all(variants)).containsAll(found);
        assertThat(found).contains(Feature.Other.values()).contains(new Feature.Function(PointOp.UnaryKind.ERF));
    }
}
