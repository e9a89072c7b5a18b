package loom.machine;

/** A machine cannot do its work: out of memory, device lost, unsupported adapter, or a broken promise between machines. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }
}
