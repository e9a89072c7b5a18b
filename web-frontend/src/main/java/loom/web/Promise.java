package loom.web;

import loom.machine.Completion;
import loom.machine.DeviceException;
import org.teavm.jso.JSFunctor;
import org.teavm.jso.JSObject;

/** A JavaScript Promise, turned into a {@link Completion} at once: engine code chains and never waits. */
interface Promise extends JSObject {
    Promise then(Handler fulfilled, Handler rejected);

    /** Takes what a promise gives. */
    @JSFunctor
    interface Handler extends JSObject {
        void accept(JSObject value);
    }

    /** Fails with {@link DeviceException} "{@code what}: reason" if the promise does. */
    static Completion<JSObject> completion(Promise promise, String what) {
        Completion<JSObject> completion = new Completion<>();
        promise.then(
                completion::complete, reason -> completion.fail(new DeviceException(what + ": " + Js.text(reason))));
        return completion;
    }
}
