import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Renders docs/*.md and ARCHITECTURE.md as pages that any static host can serve; run by the build. docs/README.md is the start page, and its
 * links are every page's menu. A page that it does not name, and a link to a file, heading or picture that is not there,
 * end the build.
 *
 * <p>Arguments: the repository's folder, and where to.
 */
final class Docs {
    private static final String START = "README.md";
    private static final String ARCHITECTURE = "ARCHITECTURE.md";

    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

    /** What GitHub leaves out of a heading's anchor. */
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}\\-_ ]");

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%s – Loom</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="../vendor/pico.min.css">
            <link rel="stylesheet" href="docs.css">
            </head>
            <body>
            <div class="container">
            <nav aria-label="Pages">
            <ul>
            %s</ul>
            </nav>
            <main>
            %s</main>
            </div>
            </body>
            </html>
            """;

    /** One file: its text as a tree, and the anchors of its headings. */
    private record Doc(Node root, Map<Node, String> anchors) {
        String title() {
            return anchors.keySet().stream().findFirst().map(Docs::words).orElseThrow();
        }
    }

    private final Map<String, Doc> docs = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    public static void main(String[] args) throws IOException {
        new Docs().render(Path.of(args[0]), Path.of(args[1]));
    }

    private void render(Path root, Path out) throws IOException {
        Path folder = root.resolve("docs");
        for (String name : names(folder)) {
            docs.put(name, parse(Files.readString(folder.resolve(name))));
        }
        docs.put(
                ARCHITECTURE, parse(Files.readString(root.resolve(ARCHITECTURE)).replace("](docs/", "](")));
        docs.forEach(this::checkLinks);
        docs.forEach((name, doc) -> checkPictures(folder, name, doc));
        Set<String> menu = menu();
        if (!problems.isEmpty()) {
            throw new IllegalStateException("docs: " + String.join("; ", problems));
        }
        Files.createDirectories(out);
        for (String name : docs.keySet()) {
            Doc doc = docs.get(name);
            Files.writeString(
                    out.resolve(page(name)), PAGE.formatted(escaped(doc.title()), list(menu, name), html(doc)));
            for (Image picture : all(Image.class, doc)) {
                Path to = out.resolve(picture.getDestination());
                Files.copy(folder.resolve(picture.getDestination()), to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static TreeSet<String> names(Path folder) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .forEach(names::add);
        }
        return names;
    }

    private static Doc parse(String text) {
        Node root = PARSER.parse(text);
        Map<Node, String> anchors = new LinkedHashMap<>();
        root.accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                String anchor = NOT_IN_ANCHORS
                        .matcher(words(heading).toLowerCase(Locale.ROOT))
                        .replaceAll("")
                        .replace(' ', '-');
                int more = 0;
                while (anchors.containsValue(more == 0 ? anchor : anchor + "-" + more)) {
                    more++;
                }
                anchors.put(heading, more == 0 ? anchor : anchor + "-" + more);
            }
        });
        return new Doc(root, anchors);
    }

    private static String words(Node node) {
        StringBuilder words = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text text) {
                words.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
                words.append(code.getLiteral());
            }
        });
        return words.toString();
    }

    /** Points links at pages in place of files. */
    private void checkLinks(String name, Doc doc) {
        for (Link link : all(Link.class, doc)) {
            String to = link.getDestination();
            if (to.contains("://")) {
                continue;
            }
            int hash = to.indexOf('#');
            String file = hash < 0 ? to : to.substring(0, hash);
            String anchor = hash < 0 ? "" : to.substring(hash + 1);
            String target = file.isEmpty() ? name : file.replace("../" + ARCHITECTURE, ARCHITECTURE);
            Doc there = docs.get(target);
            if (there == null) {
                problems.add(name + " links to " + to + ", which is no page");
            } else if (!anchor.isEmpty() && !there.anchors().containsValue(anchor)) {
                problems.add(name + " links to " + to + ", which has no such heading");
            } else {
                link.setDestination((file.isEmpty() ? "" : page(target)) + (anchor.isEmpty() ? "" : "#" + anchor));
            }
        }
    }

    private void checkPictures(Path folder, String name, Doc doc) {
        for (Image picture : all(Image.class, doc)) {
            if (!Files.exists(folder.resolve(picture.getDestination()))) {
                problems.add(name + " shows " + picture.getDestination() + ", which is no file of docs");
            }
        }
    }

    private static <T extends Node> List<T> all(Class<T> type, Doc doc) {
        List<T> found = new ArrayList<>();
        collect(type, doc.root(), found);
        return found;
    }

    private static <T extends Node> void collect(Class<T> type, Node node, List<T> found) {
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (type.isInstance(child)) {
                found.add(type.cast(child));
            }
            collect(type, child, found);
        }
    }

    private static String page(String file) {
        return file.equals(START) ? "index.html" : file.replace(".md", ".html").toLowerCase(Locale.ROOT);
    }

    private Set<String> menu() {
        Set<String> pages = new LinkedHashSet<>();
        pages.add(page(START));
        for (Link link : all(Link.class, docs.get(START))) {
            pages.add(link.getDestination());
        }
        for (String name : docs.keySet()) {
            if (!pages.contains(page(name))) {
                problems.add(START + " does not name " + name);
            }
        }
        return pages;
    }

    private String list(Set<String> menu, String current) {
        StringBuilder items = new StringBuilder();
        for (String page : menu) {
            for (String name : docs.keySet()) {
                if (page(name).equals(page)) {
                    items.append("<li><a href=\"").append(page).append('"');
                    items.append(name.equals(current) ? " aria-current=\"page\">" : ">");
                    items.append(escaped(docs.get(name).title())).append("</a></li>\n");
                }
            }
        }
        return items.toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String html(Doc doc) {
        return HtmlRenderer.builder()
                .extensions(EXTENSIONS)
                .attributeProviderFactory(context -> (node, tag, attributes) -> {
                    String anchor = doc.anchors().get(node);
                    if (anchor != null) {
                        attributes.put("id", anchor);
                    }
                    if (tag.equals("pre") || tag.equals("table")) {
                        attributes.put("tabindex", "0"); // wider than the page, they scroll: by keys, too
                    }
                })
                .build()
                .render(doc.root());
    }
}
