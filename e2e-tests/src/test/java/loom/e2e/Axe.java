package loom.e2e;

import com.microsoft.playwright.Page;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Deque's accessibility scan of a page. */
final class Axe {
    private static final String SCRIPT = new String(Resources.bytes("axe.min.js"), StandardCharsets.UTF_8);

    private Axe() {}

    /** What hinders people, one line a rule and element; minor findings are left out. */
    static List<String> violations(Page page) {
        page.evaluate(SCRIPT);
        Object found = page.evaluate("""
                async () => {
                    const {violations} = await axe.run(document, {resultTypes: ['violations']});
                    return violations
                        .filter(({impact}) => impact !== 'minor')
                        .flatMap(({id, impact, nodes}) => nodes.map(({target, failureSummary}) =>
                            `${impact} ${id}: ${target.join(' ')}: ${failureSummary.replace(/\\s+/g, ' ')}`));
                }
                """);
        List<String> lines = new ArrayList<>();
        ((List<?>) found).forEach(line -> lines.add((String) line));
        return lines;
    }
}
