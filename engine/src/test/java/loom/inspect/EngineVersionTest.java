package loom.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EngineVersionTest {
    @Test
    void isTheBuildsVersion() {
        assertEquals(System.getProperty("loom.version"), EngineVersion.text());
    }
}
