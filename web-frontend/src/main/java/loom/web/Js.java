package loom.web;

import org.teavm.jso.JSBody;
import org.teavm.jso.JSObject;

/** Single expressions of JavaScript. */
final class Js {
    private Js() {}

    /** A thrown or rejected value in words. */
    @JSBody(params = "value", script = "return value && value.message ? String(value.message) : String(value);")
    static native String text(JSObject value);
}
