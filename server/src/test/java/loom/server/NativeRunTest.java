package loom.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import loom.format.Cursor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The endpoint over HTTP, as a page calls it. */
class NativeRunTest {
    /** {@code y = x · [[1, 2], [3, 4]] + [0.5, −0.5]}. */
    private static final String MODEL = """
            {"format": "loom", "version": 1, "name": "tiny", "seed": 3, "input": {"shape": [2]},
             "grid": {"rows": 1, "columns": 1},
             "cells": [{"row": 0, "column": 0, "layers": [{"type": "dense", "units": 2, "parameters": {
               "kernel": {"shape": [2, 2], "data": "AACAPwAAAEAAAEBAAACAQA=="},
               "bias": {"shape": [2], "data": "AAAAPwAAAL8="}}}]}]}""";

    private static final String INPUT = "{\"shape\": [1, 2], \"bits\": [\"0x3f800000\", \"0x40000000\"]}";

    private static LoomServer.Running server;

    @BeforeAll
    static void start() {
        server = LoomServer.start(0, false);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> post(String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/native/run"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Cursor post(int status, String body) throws Exception {
        HttpResponse<String> response = post("application/json", body);
        assertThat(response.body()).isNotEmpty();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        return Cursor.parse("answer", response.body());
    }

    private static String request(String model, String input) {
        return "{\"model\": " + model + ", \"input\": " + input + "}";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Test
    void runsAModelGivenAsAnObject() throws Exception {
        Cursor answer = post(200, request(MODEL, INPUT));
        assertThat(answer.member("machine").string()).isEqualTo("parallel");
        Cursor output = answer.member("output");
        assertThat(output.member("shape").shape().dims()).containsExactly(1, 2);
        assertThat(output.member("data").reals()).containsExactly(7.5f, 9.5f);
        assertThat(output.member("bits").elements().get(1).string()).isEqualTo("0x41180000");
        Cursor receipt = answer.member("receipt");
        assertThat(receipt.member("format").string()).isEqualTo("loom-receipt");
        assertThat(receipt.member("nodes").elements()).hasSize(1);
    }

    @Test
    void runsAModelGivenAsAFilesText() throws Exception {
        Cursor answer =
                post(200, "{\"file\": \"tiny.json\", \"model\": " + quoted(MODEL) + ", \"input\": " + INPUT + "}");
        assertThat(answer.member("output").member("data").reals()).containsExactly(7.5f, 9.5f);
    }

    @Test
    void theMachineCanBeChosen() throws Exception {
        String rest = ", \"model\": " + MODEL + ", \"input\": " + INPUT + "}";
        Cursor answer = post(200, "{\"machine\": \"reference\"" + rest);
        assertThat(answer.member("machine").string()).isEqualTo("reference");
        assertThat(answer.member("output").member("data").reals()).containsExactly(7.5f, 9.5f);
        refused(
                400,
                "REQUEST",
                "request",
                "$.machine",
                "no machine \"abacus\"; known: parallel, reference",
                "{\"machine\": \"abacus\"" + rest);
    }

    @Test
    void aTraceHasEveryValueAndItsKernel() throws Exception {
        String rest = ", \"model\": " + MODEL + ", \"input\": " + INPUT + "}";
        assertThat(post(200, "{\"trace\": false" + rest).member("receipt").keys())
                .doesNotContain("trace");
        Cursor receipt = post(200, "{\"trace\": true" + rest).member("receipt");
        Cursor last = receipt.member("trace").elements().getLast();
        assertThat(last.member("operation").string()).isEqualTo("add");
        assertThat(last.member("data").string()).isEqualTo("AADwQAAAGEE=");
        assertThat(last.member("kernels").elements().get(0).string()).contains("add!1");
        refused(
                400,
                "REQUEST",
                "request",
                "$.trace",
                "expected true or false, found \"yes\"",
                "{\"trace\": \"yes\"" + rest);
    }

    private static void refused(int status, String code, String file, String path, String message, String request)
            throws Exception {
        Cursor answer = post(status, request);
        assertThat(answer.keys()).containsExactly("code", "message", "file", "path", "layer", "hint");
        assertThat(answer.member("code").string()).isEqualTo(code);
        assertThat(answer.member("file").string()).isEqualTo(file);
        assertThat(answer.member("path").string()).isEqualTo(path);
        assertThat(answer.member("message").string()).isEqualTo(message);
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        refused(400, "REQUEST", "request", "$", "missing key \"input\"", "{\"model\": 1}");
        refused(
                400,
                "REQUEST",
                "request",
                "$",
                "unknown key \"modle\"; known: file, model, id, input, machine, trace",
                "{\"modle\": 1}");
        refused(
                400,
                "REQUEST",
                "request",
                "$.model",
                "expected '\"' at the end of a string, found the end of the file" + " (line 1, column 19)",
                "{\"model\": \"{\\\"form");
    }

    @Test
    void saysWhatIsWrongWithAModel() throws Exception {
        String path = "$.cells[0].layers[0].parameters.bias.data";
        String message = "expected 8 bytes for [2] of f32, found 4";
        String bad = MODEL.replace("AAAAPwAAAL8=", "AAAAPw==");
        refused(422, "MODEL", "request", "$.model" + path.substring(1), message, request(bad, INPUT));
        refused(
                422,
                "MODEL",
                "tiny.json",
                path,
                message,
                "{\"file\": \"tiny.json\", \"model\": " + quoted(bad) + ", \"input\": " + INPUT + "}");
        assertThat(post(422, request(bad, INPUT)).member("layer").string()).isEqualTo("cell 0,0 layer 0 dense");
    }

    @Test
    void saysWhatIsWrongWithAnInput() throws Exception {
        refused(
                422,
                "INPUT",
                "request",
                "$.input.data",
                "expected 2 numbers for shape [2], found 1",
                request(MODEL, "{\"shape\": [2], \"data\": [1]}"));
        refused(
                422,
                "SHAPE",
                "",
                "$.input.shape",
                "input: expected shape [2] or [n,2], found [3]",
                request(MODEL, "{\"shape\": [3], \"data\": [1, 2, 3]}"));
    }

    @Test
    void saysWhereARunTraps() throws Exception {
        Cursor answer = post(422, request(MODEL, "{\"shape\": [2], \"data\": [1e15, 1e15]}"));
        assertThat(answer.member("code").string()).isEqualTo("TRAP");
        assertThat(answer.member("layer").string()).isEqualTo("cell 0,0 layer 0 dense");
    }

    @Test
    void takesNothingLargerThanItsLimit() throws Exception {
        Cursor answer = post(413, " ".repeat(NativeController.MAX_BYTES + 1));
        assertThat(answer.member("code").string()).isEqualTo("LIMIT");
    }

    /** What another origin's page could send without asking. */
    @Test
    void takesJsonOnly() throws Exception {
        assertThat(post("text/plain", request(MODEL, INPUT)).statusCode()).isEqualTo(415);
    }
}
