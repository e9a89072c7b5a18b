package loom.web;

import org.teavm.jso.JSObject;
import org.teavm.jso.JSProperty;

/** The functions of {@code src/main/js/gpu.js}. Sizes and offsets are bytes; they may be above 2^31. */
interface Gpu extends JSObject {
    /** Gives a text: why a GPU is not worth opening unasked, empty if it is. */
    Promise objection();

    /** Gives an {@link Opened}. */
    Promise open();

    Promise lost(Opened gpu);

    JSObject buffer(Opened gpu, double bytes, boolean uniform);

    void destroy(Opened gpu, JSObject buffer);

    void write(Opened gpu, JSObject buffer, double offset, JSObject bytes);

    /** As {@link #write}, for what comes again and again. */
    void feed(Opened gpu, JSObject buffer, double offset, JSObject bytes);

    Promise pipeline(Opened gpu, String name, String code, int reads, int argumentBytes);

    JSObject bind(
            Opened gpu,
            int argumentBytes,
            JSObject words,
            JSObject scalars,
            JSObject trap,
            JSObject out,
            JSObject[] reads);

    JSObject commands();

    void add(JSObject commands, JSObject pipeline, JSObject bindings, int offset, int x, int y);

    void submit(Opened gpu, JSObject commands);

    /** An empty list of parts of buffers. */
    JSObject parts();

    void part(JSObject parts, JSObject buffer, double offset, double bytes);

    /** Gives a list of copies. */
    Promise read(Opened gpu, JSObject parts);

    /** One of them, a Uint8Array. */
    JSObject copy(JSObject copies, int i);

    /** Whether all of these values of f32, a Uint8Array, are members of domain D. */
    boolean inDomain(JSObject bytes);

    void close(Opened gpu);

    /** A device and what is known about its adapter. */
    interface Opened extends JSObject {
        @JSProperty
        String getVendor();

        @JSProperty
        String getArchitecture();

        @JSProperty
        String getDescription();

        @JSProperty
        boolean isSoftware();

        @JSProperty
        boolean isPackedDots();

        @JSProperty
        double getMaxBufferBytes();

        @JSProperty
        double getMaxBindingBytes();

        @JSProperty
        int getMaxInvocations();
    }

    /** Why a device was lost. */
    interface Loss extends JSObject {
        @JSProperty
        String getReason();

        @JSProperty
        String getMessage();
    }
}
