package loom.wgsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loom.conformance.LayerCases;
import loom.graph.ElementType;
import loom.graph.Op;
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

    /** The shaders of a kind's ways, as if no slice of a loop were read or written: where those begin is no part of a kind. */
    private static Set<String> shaders(ProductKind kind, List<Layout.Item> items) {
        Set<String> all = new LinkedHashSet<>();
        for (Layout.Item item : items) {
            switch (item) {
                case Layout.Single s -> {
                    for (Way way : s.choice().ways()) {
                        if (way.kind().equals(Optional.of(kind))) {
                            way.stages()
                                    .forEach(stage -> all.add(stage.shader()
                                            .text()
                                            .replaceAll("u\\.slice\\d+ \\+ ", "")
                                            .replaceAll(" +slice\\d+: u32,\n", "")));
                        }
                    }
                }
                case Layout.Repeat r -> all.addAll(shaders(kind, r.body()));
            }
        }
        return all;
    }

    private static Set<String> lookedAt(ProductKind kind) {
        Set<String> all = new LinkedHashSet<>();
        for (ProbePrograms.Check check : ProbePrograms.of(kind)) {
            all.addAll(shaders(
                    kind,
                    Layout.of(check.program(), kind.variants(Product.FMA_NZ)).items()));
        }
        return all;
    }

    /** Where elements of the left operand, or of packed ones, are read. */
    private static Set<String> leftReads(Set<String> shaders) {
        Set<String> all = new TreeSet<>();
        for (String text : shaders) {
            Matcher read = Pattern.compile("x0\\[[^]]*]|let lp0 = .*").matcher(text);
            while (read.find()) {
                all.add(read.group());
            }
        }
        return all;
    }

    /** But for numbers of the shader for few rows, and the geometry of windows. */
    @ParameterizedTest
    @EnumSource
    void shadersOfProgramsAreThoseOfSmallProducts(Variants.Tiling tiling) {
        Variants variants = new Variants(Product.FMA_NZ, tiling, true);
        Map<ProductKind, Set<String>> found = new LinkedHashMap<>();
        for (Program program : programs()) {
            Layout layout = Layout.of(program, variants);
            layout.kinds()
                    .forEach(kind -> found.computeIfAbsent(kind, k -> new LinkedHashSet<>())
                            .addAll(shaders(kind, layout.items())));
        }
        found.forEach((kind, shaders) -> {
            Set<String> small = lookedAt(kind);
            if (kind.right() == ProductKind.Right.MATRIX && kind.tiling() != Variants.Tiling.FEW) {
                assertThat(small).as("%s", kind).containsAll(shaders);
            } else {
                assertThat(leftReads(small)).as("%s", kind).isNotEmpty().containsAll(leftReads(shaders));
            }
        });
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
        assertThat(found)
                .contains(Feature.Other.values())
                .contains(
                        new Feature.Function(PointOp.UnaryKind.ERF),
                        new Feature.Reduction(Op.ReduceKind.MAX, ElementType.I32, true, false));
    }
}
