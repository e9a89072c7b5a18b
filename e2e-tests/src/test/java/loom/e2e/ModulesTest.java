package loom.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which module may know what, seen over all of them. */
class ModulesTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("loom");

    @Test
    void everyModuleIsLookedAt() {
        for (String name : new String[] {
            "loom.inspect.EngineVersion", "loom.wgsl.Header", "loom.web.Main", "loom.server.LoomServer"
        }) {
            ALL.get(name);
        }
    }

    @Test
    void browserBindingsStayInTheFrontEnd() {
        noClasses()
                .that()
                .resideOutsideOfPackage("loom.web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.teavm..")
                .check(ALL);
    }

    @Test
    void serverLibrariesStayInTheServer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("loom.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..", "jakarta..", "com.fasterxml..", "tools.jackson..", "picocli..")
                .check(ALL);
    }

    @Test
    void nothingKnowsTheServer() {
        noClasses()
                .that()
                .resideOutsideOfPackage("loom.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("loom.server..")
                .check(ALL);
    }

    @Test
    void serverDoesNotKnowTheFrontEndsClasses() {
        noClasses()
                .that()
                .resideInAPackage("loom.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("loom.web..")
                .check(ALL);
    }
}
