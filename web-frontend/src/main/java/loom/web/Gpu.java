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

    void destroy(JSObject buffer);

    void write(Opened gpu, JSObject buffer, double offset, JSObject bytes);

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

    /** Gives a Uint8Array. */
    Promise read(Opened gpu, JSObject buffer, double offset, double bytes);

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
