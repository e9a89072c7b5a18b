package loom.machine;

import java.util.List;

/**
 * What a program takes of a machine, found without running it there.
 *
 * @param machine its name
 * @param bytes that an execution holds: parameters, state, temporaries and what the machine keeps beside them; 0 if it cannot run
 * @param obstacle why the program cannot run there; empty if it can
 * @param remarks what else a person may want to know
 */
public record Footprint(String machine, long bytes, String obstacle, List<String> remarks) {
    public Footprint {
        remarks = List.copyOf(remarks);
    }

    public static Footprint of(String machine, long bytes, List<String> remarks) {
        return new Footprint(machine, bytes, "", remarks);
    }

    /** What a machine says of right operands that it keeps in a form of its own. */
    public static String laidOutAgain(long bytes) {
        return bytes + " bytes of them matrices laid out again for products";
    }

    /** Of a batch that makes a tensor larger than any machine's. */
    public static String tooManyElements(int batch) {
        return "a batch of " + batch + " has tensors of more than 2^31-1 elements";
    }

    public static Footprint impossible(String machine, String obstacle) {
        return new Footprint(machine, 0, obstacle, List.of());
    }
}
