package loom.wgsl;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import loom.machine.Completion;
import loom.machine.DeviceException;

/**
 * WebGPU outside a browser: commands for {@code src/test/js/dawn.mjs}, either executed at once by a child process, or written
 * to a file for a machine with a GPU (and without Java). In a file, every read is a check against {@link #expect}ed words.
 */
final class DawnHost implements GpuHost, Closeable {
    private static final int FULL_CHECK = 1 << 14;

    private final Writer out;
    private final BufferedReader answers;
    private final Process process;
    private final Adapter adapter;
    private final Map<float[], Values> generated = new IdentityHashMap<>();
    private int buffers;
    private int pipelines;
    private int bindings;
    private int commands;
    private String expectedName = "";
    private int[] expected = {};
    private int[] sample = {};
    private String timed = "";
    private double timedFlops;
    private double timedBytes;
    private int timedRepeat;

    /** Pseudo-random values of domain D with exponents from {@code low} to {@code high}; one in 64 is 0. */
    record Values(int seed, int low, int high, int count) {
        float[] make() {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                int h = (i + 1) * 0x9e3779b1 ^ seed;
                h = (h ^ h >>> 16) * 0x85ebca6b;
                h = (h ^ h >>> 13) * 0xc2b2ae35;
                h ^= h >>> 16;
                int g = (h ^ 0x5bd1e995) * 0x27d4eb2f;
                g ^= g >>> 15;
                int e = low + (g >>> 8) % (high - low + 1);
                int coarse = e < -37 ? -37 - e : 0;
                int mantissa = (h & 0x7fffff) >>> coarse << coarse;
                values[i] = Float.intBitsToFloat((g & 63) == 0 ? 0 : h & 0x80000000 | e + 127 << 23 | mantissa);
            }
            return values;
        }
    }

    private DawnHost(Writer out, BufferedReader answers, Process process, Adapter adapter) {
        this.out = out;
        this.answers = answers;
        this.process = process;
        this.adapter = adapter == null ? askAdapter() : adapter;
    }

    /** A child process; {@code command} starts dawn.mjs. */
    static DawnHost live(List<String> command) throws IOException {
        Process p = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new DawnHost(p.outputWriter(StandardCharsets.UTF_8), p.inputReader(StandardCharsets.UTF_8), p, null);
    }

    /** A file of commands, for an adapter that is software or not. */
    static DawnHost recording(Path file, boolean software) throws IOException {
        Adapter any = new Adapter("any", "", "", software, true, 1L << 30, 1L << 30, 256);
        return new DawnHost(
                new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8),
                new BufferedReader(new InputStreamReader(InputStream.nullInputStream(), StandardCharsets.UTF_8)),
                null,
                any);
    }

    /** Values whose arrays, when written, travel as their recipe. */
    float[] values(Values recipe) {
        float[] v = recipe.make();
        generated.put(v, recipe);
        return v;
    }

    /** What the next read must give. */
    void expect(String name, int[] words) {
        expectedName = name;
        expected = words.clone();
        sample = new int[0];
    }

    /** What the next read must give at these places. */
    void expect(String name, int[] places, int[] words) {
        expect(name, words);
        sample = places.clone();
    }

    /** The next submit is timed instead of only run. */
    void time(String name, int repeat, double flops, double bytes) {
        timed = name;
        timedRepeat = repeat;
        timedFlops = flops;
        timedBytes = bytes;
    }

    boolean isLive() {
        return process != null;
    }

    // ---- GpuHost

    @Override
    public Adapter adapter() {
        return adapter;
    }

    private Adapter askAdapter() {
        send("{\"op\":\"adapter\"}");
        String a = answer();
        return new Adapter(
                text(a, "vendor"),
                text(a, "architecture"),
                text(a, "description"),
                a.contains("\"software\":true"),
                a.contains("\"packedDots\":true"),
                number(a, "maxBufferSize"),
                number(a, "maxStorageBufferBindingSize"),
                (int) number(a, "maxComputeInvocationsPerWorkgroup"));
    }

    @Override
    public Buffer buffer(int words, Use use) {
        int id = buffers++;
        send("{\"op\":\"buffer\",\"id\":" + id + ",\"words\":" + words + ",\"uniform\":" + (use == Use.UNIFORM) + "}");
        return new DawnBuffer(id);
    }

    @Override
    public Completion<Pipeline> pipeline(Shader shader) {
        int id = pipelines++;
        send("{\"op\":\"pipeline\",\"id\":" + id + ",\"reads\":" + shader.reads() + ",\"name\":" + quote(shader.name())
                + ",\"text\":" + quote(shader.text()) + "}");
        if (isLive()) {
            String a = answer();
            if (a.contains("\"error\"")) {
                return Completion.failed(new DeviceException(a.replace("\\n", "\n")));
            }
        }
        return Completion.of(new Made(id));
    }

    @Override
    public Bindings bind(Shader shader, Buffer words, Buffer scalars, Buffer trap, Buffer result, List<Buffer> reads) {
        int id = bindings++;
        List<Integer> ids = new ArrayList<>();
        reads.forEach(r -> ids.add(id(r)));
        send("{\"op\":\"bind\",\"id\":" + id + ",\"bytes\":" + shader.argumentBytes() + ",\"words\":" + id(words)
                + ",\"scalars\":" + id(scalars) + ",\"trap\":" + id(trap) + ",\"out\":" + id(result) + ",\"reads\":"
                + ids + "}");
        return new Made(id);
    }

    @Override
    public Commands commands(List<Dispatch> dispatches) {
        int id = commands++;
        StringBuilder b =
                new StringBuilder("{\"op\":\"commands\",\"id\":").append(id).append(",\"list\":[");
        for (Dispatch d : dispatches) {
            b.append(b.charAt(b.length() - 1) == ']' ? "," : "")
                    .append(List.of(((Made) d.pipeline()).id, ((Made) d.bindings()).id, d.offset(), d.x(), d.y()));
        }
        send(b.append("]}").toString());
        return new Made(id);
    }

    @Override
    public void submit(Commands list) {
        send("{\"op\":\"submit\",\"id\":" + ((Made) list).id + "}");
        if (!timed.isEmpty()) {
            send("{\"op\":\"time\",\"commands\":" + ((Made) list).id + ",\"name\":" + quote(timed) + ",\"repeat\":"
                    + timedRepeat + ",\"flops\":" + timedFlops + ",\"bytes\":" + timedBytes + "}");
            timed = "";
        }
    }

    @Override
    public Completion<List<Data>> read(List<Place> places) {
        List<Data> all = new ArrayList<>();
        places.forEach(p -> all.add(new JavaData(((DawnBuffer) p.buffer()).read(p.offset(), p.count()))));
        return Completion.of(all);
    }

    @Override
    public void onLost(Consumer<String> action) {}

    @Override
    public void close() {
        try {
            out.close();
            if (process != null) {
                process.waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Made(int id) implements Pipeline, Bindings, Commands {}

    private static int id(Buffer b) {
        return ((DawnBuffer) b).id;
    }

    private final class DawnBuffer implements Buffer {
        private final int id;

        DawnBuffer(int id) {
            this.id = id;
        }

        @Override
        public void write(int offset, float[] values) {
            Values recipe = generated.get(values);
            if (recipe == null) {
                int[] words = new int[values.length];
                for (int i = 0; i < words.length; i++) {
                    words[i] = Float.floatToRawIntBits(values[i]);
                }
                write(offset, words);
                return;
            }
            send("{\"op\":\"fill\",\"buffer\":" + id + ",\"offset\":" + offset + ",\"seed\":" + recipe.seed
                    + ",\"low\":" + recipe.low + ",\"high\":" + recipe.high + ",\"count\":" + recipe.count + "}");
        }

        @Override
        public void write(int offset, int[] values) {
            send("{\"op\":\"write\",\"buffer\":" + id + ",\"offset\":" + offset + ",\"data\":\"" + encode(values)
                    + "\"}");
        }

        @Override
        public void write(int offset, Data values) {
            write(offset, values.ints());
        }

        int[] read(int offset, int count) {
            String place = "\"buffer\":" + id + ",\"offset\":" + offset + ",\"count\":" + count;
            if (isLive()) {
                send("{\"op\":\"read\"," + place + "}");
                return decode(text(answer(), "data"));
            }
            if (expectedName.isEmpty()) {
                throw new IllegalStateException("a read without expectation");
            }
            String wanted = sample.length > 0
                    ? "\"indices\":\"" + encode(sample) + "\",\"expected\":\"" + encode(expected)
                    : count > FULL_CHECK
                            ? "\"digests\":\"" + encode(digests(expected))
                            : "\"expected\":\"" + encode(expected);
            send("{\"op\":\"check\",\"name\":" + quote(expectedName) + "," + place + "," + wanted + "\"}");
            expectedName = "";
            return Arrays.copyOf(expected, count);
        }

        @Override
        public void destroy() {
            send("{\"op\":\"destroy\",\"buffer\":" + id + "}");
        }
    }

    private static int[] digests(int[] words) {
        int[] folded = new int[(words.length + 63) / 64];
        for (int i = 0; i < words.length; i++) {
            folded[i >> 6] = (folded[i >> 6] ^ words[i]) * 0x01000193 + 0x9e3779b1;
        }
        return folded;
    }

    // ---- the little JSON this needs

    private void send(String line) {
        try {
            out.write(line);
            out.write('\n');
            if (isLive()) {
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new DeviceException("dawn.mjs has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String json, String key) {
        int from = json.indexOf("\"" + key + "\":\"") + key.length() + 4;
        return json.substring(from, json.indexOf('"', from));
    }

    private static long number(String json, String key) {
        int from = json.indexOf("\"" + key + "\":") + key.length() + 3;
        int to = from;
        while (Character.isDigit(json.charAt(to))) {
            to++;
        }
        return Long.parseLong(json.substring(from, to));
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static String encode(int[] words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static int[] decode(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        int[] words = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        return words;
    }
}
