package loom.server.cli;

import static loom.server.cli.AnalyseTest.refused;
import static loom.server.cli.Cli.loom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every option that counts is refused by its own name, before any file is looked for. */
class CountTest {
    @ParameterizedTest
    @CsvSource({
        "convert M.json OUT.wasm --samples, 0, at least 1",
        "convert M.json OUT.wasm --samples, -3, at least 1",
        "inspect M.json --batch, 0, at least 1",
        "inspect M.json --context, 0, at least 1",
        "bench M.json --batch, 0, at least 1",
        "prove --out P.json --steps, 0, at least 1",
        "generate DIR --prompt x --max-tokens, 0, at least 1",
        "generate DIR --prompt x --context, 0, at least 1",
        "generate DIR --prompt x --top-k, -1, at least 0",
        "observe M.json --data D.csv --batch, 0, at least 1",
        "evolve --data D.csv --input 4 --output O.json --outputs, 0, at least 1",
        "evolve --data D.csv --input 4 --output O.json --outputs 3 --epochs, 0, at least 1",
        "evolve --data D.csv --input 4 --output O.json --outputs 3 --generations, 0, at least 1",
        "evolve --data D.csv --input 4 --output O.json --outputs 3 --population, 1, at least 2",
        "analyse clusters T.csv --clusters, 0, at least 1",
        "analyse clusters T.csv --clusters 2 --starts, 0, at least 1",
        "analyse adaptation T.csv --window, 0, at least 1",
        "build graft M.json --output G.json --drop, -1, at least 0",
        "build graft M.json --output G.json --head, -1, at least 0",
        "build random DIR --input 4 --outputs, 0, at least 1",
        "build random DIR --input 4 --outputs 3 --count, 0, at least 1",
        "serve --port, -1, 0 to 65535",
        "serve --port, 65536, 0 to 65535",
    })
    void isRefusedByItsName(String command, String value, String expected) {
        String option = command.substring(command.lastIndexOf(' ') + 1);
        refused(
                loom((Object[]) (command + ' ' + value).split(" ")),
                option + ": expected " + expected + ", found " + value);
    }
}
