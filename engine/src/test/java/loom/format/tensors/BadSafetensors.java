package loom.format.tensors;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Malformed safetensors files and indices. */
final class BadSafetensors implements BadTensorFiles {
    private Map<String, Runnable> cases;

    @Override
    public void into(Map<String, Runnable> into) {
        cases = into;
        lengths();
        syntax();
        keys();
        types();
        shapes();
        offsets();
        coverage();
        metadata();
        indices();
    }

    private void file(String name, byte... bytes) {
        cases.put(name, () -> SafetensorsReader.read(name, bytes));
    }

    private static byte[] length(long n) {
        byte[] b = new byte[8];
        LittleEndian.put(b, 0, n, 8);
        return b;
    }

    private void header(String name, byte[] header, int dataBytes) {
        file(name, BadTensorFiles.join(length(header.length), header, new byte[dataBytes]));
    }

    private void header(String name, String header, int dataBytes) {
        header(name, header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    /** One tensor whose entry is {@code entry}. */
    private void entry(String name, String entry, int dataBytes) {
        header(name, "{\"w\":" + entry + "}", dataBytes);
    }

    private void shape(String name, String shape) {
        entry(name, "{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}", 8);
    }

    private void offset(String name, String offsets) {
        entry(name, "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" + offsets + "}", 8);
    }

    private static String tensor(String name, int begin, int end) {
        return "\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[" + (end - begin) + "],\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    private void lengths() {
        file("empty.safetensors");
        file("seven-bytes.safetensors", new byte[7]);
        file("no-header.safetensors", length(0));
        file("header-beyond-the-end.safetensors", length(1));
        file("header-longer-than-the-file.safetensors", BadTensorFiles.join(length(100), new byte[99]));
        file("header-of-17-mib.safetensors", length(17 << 20));
        file("header-of-2-to-the-63.safetensors", length(Long.MIN_VALUE));
        file("header-of-all-ones.safetensors", length(-1));
        file("header-near-the-largest-long.safetensors", length(Long.MAX_VALUE - 7));
        file("a-picture.safetensors", BadTensorFiles.join(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}));
        file(
                "big-endian-length.safetensors",
                BadTensorFiles.join(new byte[] {0, 0, 0, 0, 0, 0, 0, 2}, new byte[] {'{', '}'}));
    }

    private void syntax() {
        header("list.safetensors", "[]", 0);
        header("space-before-the-brace.safetensors", " {}", 0);
        header("newline-after-the-brace.safetensors", "{}\n", 0);
        header("zero-after-the-brace.safetensors", "{}\0", 0);
        header("only-spaces.safetensors", "   ", 0);
        header("byte-order-mark.safetensors", "\ufeff{}", 0);
        header("cut-off.safetensors", "{\"w\":{\"dtype\":\"F32\"", 0);
        header("cut-off-with-a-brace.safetensors", "{\"w\":{\"dtype\":\"F32\"}", 0);
        header("two-objects.safetensors", "{}{}", 0);
        header("trailing-comma.safetensors", "{" + tensor("a", 0, 1) + ",}", 1);
        header("single-quotes.safetensors", "{'w':1}", 0);
        header("comment.safetensors", "{/**/}", 0);
        header("control-character.safetensors", "{\"a\nb\":1}", 0);
        header("half-a-surrogate.safetensors", "{\"\\ud800\":1}", 0);
        header("bad-escape.safetensors", "{\"\\x\":1}", 0);
        header("latin-1.safetensors", new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'}, 0);
        header("overlong-utf8.safetensors", new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}, 0);
        header(
                "surrogate-in-utf8.safetensors",
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'},
                0);
        header("nested-too-deep.safetensors", "{\"w\":" + "[".repeat(70) + "]".repeat(70) + "}", 0);
        header("leading-zero.safetensors", "{\"w\":01}", 0);
        header("not-a-number.safetensors", "{\"w\":NaN}", 0);
    }

    private void keys() {
        header("tensor-twice.safetensors", "{" + tensor("a", 0, 1) + "," + tensor("a", 1, 2) + "}", 2);
        header("metadata-twice.safetensors", "{\"__metadata__\":{},\"__metadata__\":{}}", 0);
        header("long-name.safetensors", "{" + tensor("n".repeat(300), 0, 1) + "}", 1);
        entry("tensor-is-a-number.safetensors", "1", 0);
        entry("tensor-is-null.safetensors", "null", 0);
        entry("tensor-is-a-list.safetensors", "[]", 0);
        entry("no-dtype.safetensors", "{\"shape\":[2],\"data_offsets\":[0,8]}", 8);
        entry("no-shape.safetensors", "{\"dtype\":\"F32\",\"data_offsets\":[0,8]}", 8);
        entry("no-offsets.safetensors", "{\"dtype\":\"F32\",\"shape\":[2]}", 8);
        entry("more-keys.safetensors", "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"stride\":[1]}", 8);
        entry("old-spelling.safetensors", "{\"dtype\":\"F32\",\"shape\":[2],\"offsets\":[0,8]}", 8);
        entry(
                "dtype-twice.safetensors",
                "{\"dtype\":\"F32\",\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}",
                8);
    }

    private void types() {
        for (String type : new String[] {"f32", "float32", "", "F128", "I4", "F32 "}) {
            String name = "dtype-" + type.strip() + type.length() + ".safetensors";
            entry(name, "{\"dtype\":\"" + type + "\",\"shape\":[2],\"data_offsets\":[0,8]}", 8);
        }
        for (String type : new String[] {"F4", "F6_E2M3", "F6_E3M2", "F8_E8M0", "C64"}) {
            entry(
                    "dtype-" + type + ".safetensors",
                    "{\"dtype\":\"" + type + "\",\"shape\":[1],\"data_offsets\":[0,8]}",
                    8);
        }
        entry("dtype-is-a-number.safetensors", "{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}", 8);
    }

    private void shapes() {
        shape("shape-is-a-number.safetensors", "2");
        shape("shape-is-an-object.safetensors", "{}");
        shape("extent-negative.safetensors", "[-2]");
        shape("extent-fraction.safetensors", "[2.0]");
        shape("extent-exponent.safetensors", "[2e0]");
        shape("extent-is-a-text.safetensors", "[\"2\"]");
        shape("extent-is-null.safetensors", "[null]");
        shape("extent-of-19-digits.safetensors", "[1000000000000000000]");
        shape("rank-9.safetensors", "[1,1,1,1,1,1,1,1,2]");
        shape("shape-too-small.safetensors", "[1]");
        shape("shape-too-large.safetensors", "[3]");
        shape("scalar-of-two.safetensors", "[]");
        shape("empty-of-two.safetensors", "[0,2]");
        shape("product-overflows.safetensors", "[4294967296,4294967296]");
        shape("product-wraps-to-2.safetensors", "[4294967298,4294967297]");
        shape("bytes-overflow.safetensors", "[4611686018427387,1000]");
        shape("bytes-wrap-to-8.safetensors", "[2305843009213693,2001]");
    }

    private void offsets() {
        offset("offsets-is-a-number.safetensors", "8");
        offset("one-offset.safetensors", "[8]");
        offset("three-offsets.safetensors", "[0,8,8]");
        offset("offset-negative.safetensors", "[-8,0]");
        offset("offset-fraction.safetensors", "[0,8.0]");
        offset("ends-before-it-begins.safetensors", "[8,0]");
        offset("ends-behind-the-file.safetensors", "[0,9]");
        offset("begins-behind-the-file.safetensors", "[16,24]");
        offset("offset-of-18-digits.safetensors", "[0,999999999999999999]");
        offset("offset-of-20-digits.safetensors", "[0,18446744073709551624]");
        offset("too-few-bytes.safetensors", "[0,7]");
        offset("half-a-tensor.safetensors", "[4,8]");
    }

    private void coverage() {
        header("hole-at-the-start.safetensors", "{" + tensor("a", 1, 2) + "}", 2);
        header("hole-in-the-middle.safetensors", "{" + tensor("a", 0, 1) + "," + tensor("b", 2, 3) + "}", 3);
        header("overlap.safetensors", "{" + tensor("a", 0, 2) + "," + tensor("b", 1, 3) + "}", 3);
        header("same-bytes-twice.safetensors", "{" + tensor("a", 0, 2) + "," + tensor("b", 0, 2) + "}", 2);
        header("one-inside-the-other.safetensors", "{" + tensor("a", 0, 4) + "," + tensor("b", 1, 2) + "}", 4);
        header("empty-one-inside-another.safetensors", "{" + tensor("a", 0, 4) + "," + tensor("b", 2, 2) + "}", 4);
        header("bytes-after-the-last.safetensors", "{" + tensor("a", 0, 1) + "}", 2);
        header("bytes-and-no-tensor.safetensors", "{}", 1);
        header("data-cut-off.safetensors", "{" + tensor("a", 0, 4) + "}", 3);
    }

    private void metadata() {
        header("metadata-is-a-list.safetensors", "{\"__metadata__\":[]}", 0);
        header("metadata-is-a-text.safetensors", "{\"__metadata__\":\"pt\"}", 0);
        header("metadata-of-numbers.safetensors", "{\"__metadata__\":{\"step\":1}}", 0);
        header("metadata-nested.safetensors", "{\"__metadata__\":{\"a\":{}}}", 0);
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i <= SafetensorsReader.MAX_TENSORS; i++) {
            many.append(i == 0 ? "" : ",").append("\"").append(i).append("\":0");
        }
        header("too-many-tensors.safetensors", many.append('}').toString(), 0);
    }

    private void index(String name, String text) {
        cases.put(name, () -> ShardIndex.read(name, text.getBytes(StandardCharsets.UTF_8)));
    }

    private void indices() {
        for (String path : new String[] {
            "/etc/a.safetensors",
            "../a.safetensors",
            "b\\\\a.safetensors",
            "C:a.safetensors",
            "a.bin",
            ".safetensors",
            ""
        }) {
            String name = "index-of-path-" + cases.size() + ".json";
            index(name, "{\"weight_map\":{\"w\":\"" + path + "\"}}");
        }
        index("index-without-map.json", "{\"metadata\":{}}");
        index("index-more-keys.json", "{\"weight_map\":{},\"x\":1}");
        index("index-map-is-a-list.json", "{\"weight_map\":[]}");
        index("index-file-is-a-number.json", "{\"weight_map\":{\"w\":1}}");
        byte[] one = SafetensorsWriter.write(SafetensorsTest.file(StoredTensor.of("w", new int[] {1}, 1f)));
        cases.put(
                "index-tensor-missing.json",
                () -> ShardIndex.read(
                                "index-tensor-missing.json",
                                "{\"weight_map\":{\"w\":\"a.safetensors\",\"v\":\"a.safetensors\"}}"
                                        .getBytes(StandardCharsets.UTF_8))
                        .join(f -> SafetensorsReader.read(f, one)));
        cases.put(
                "index-tensor-too-many.json",
                () -> ShardIndex.read(
                                "index-tensor-too-many.json",
                                "{\"weight_map\":{\"w\":\"a.safetensors\",\"v\":\"b.safetensors\"}}"
                                        .getBytes(StandardCharsets.UTF_8))
                        .join(f -> SafetensorsReader.read(f, one)));
    }
}
