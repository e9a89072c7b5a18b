package loom;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine's dependencies: on a small part of the JDK, and among its packages in one direction. */
class ArchitectureTest {
    private static JavaClasses engine;

    @BeforeAll
    static void readClasses() {
        engine = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("loom");
    }

    @Test
    void usesOnlyTheJdkThatCompilesToWebAssembly() {
        classes()
                .that()
                .resideOutsideOfPackage("loom.machine.parallel..") // the JVM-only machine: threads and vectors
                .should()
                .onlyDependOnClassesThat(
                        describe("are the engine's, in java.lang or in java.util", ArchitectureTest::allowed))
                .because("everything else is missing, different or large when compiled to WebAssembly")
                .check(engine);
    }

    private static boolean allowed(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        String name = element.getPackageName();
        return element.isPrimitive()
                || name.equals("loom")
                || (name.startsWith("loom.") && !name.startsWith("loom.machine.parallel"))
                || name.equals("java.lang")
                || name.equals("java.lang.invoke") // lambdas
                || name.equals("java.lang.runtime") // records and pattern switches
                || name.equals("java.util")
                || name.equals("java.util.function")
                || name.equals("java.util.zip")
                || name.equals("java.util.zip")
                || element.getName().equals("java.nio.charset.StandardCharsets")
                || element.getName().equals("java.nio.charset.Charset")
                || element.getName().equals("java.io.Serializable"); // every enum and lambda
    }

    /** Row: a package, then those it must not know. */
    @ParameterizedTest
    @CsvSource({
        "numeric, quant graph program machine model format train inspect run analysis observe build tools conformance text",
        "graph, quant program machine model format train inspect run analysis observe build tools conformance text",
        "program, quant machine model format train inspect run analysis observe build tools conformance text",
        "machine, quant model format train inspect run analysis observe build tools conformance text",
        "model, quant machine format train inspect run onnx analysis observe build tools conformance text",
        "format, quant machine train run onnx analysis observe build tools conformance text",
        "onnx, quant machine train inspect run analysis observe build tools conformance text",
        "inspect, quant train run onnx analysis observe build tools conformance text",
        "train, quant run onnx analysis observe build tools conformance text",
        "run, quant train onnx analysis observe build tools conformance text",
        "text, quant train onnx analysis observe build tools conformance",
        "quant, train inspect run onnx analysis observe build tools conformance text",
        "analysis, quant train run onnx observe build tools conformance text",
        "observe, quant run onnx analysis build tools conformance text",
        "build, quant run onnx observe tools conformance text",
    })
    void knowsOnlyWhatLiesBelow(String name, String above) {
        List<String> packages = new ArrayList<>();
        for (String other : above.split(" ", -1)) {
            packages.add("loom." + other + "..");
        }
        noClasses()
                .that()
                .resideInAPackage("loom." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .allowEmptyShould(true)
                .check(engine);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("loom.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(engine);
    }
}
