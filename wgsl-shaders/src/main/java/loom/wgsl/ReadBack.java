package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import loom.machine.Completion;

/**
 * Reads what runs gave. To wait for a GPU takes longer than small models, so what was read after the runs before comes with the trap word of
 * the next, in one turn: most likely it is wanted again.
 */
final class ReadBack {
    private final GpuHost host;
    private final GpuHost.Place trap;

    /** Buffers that were read since the trap word was. */
    private final Set<Integer> wanted = new TreeSet<>();

    /** What came with the trap word, until it is read or may be something else. */
    private final Map<Integer, GpuHost.Data> there = new TreeMap<>();

    private int changes;

    ReadBack(GpuHost host, GpuHost.Buffer trap) {
        this.host = host;
        this.trap = new GpuHost.Place(trap, 0, 1);
    }

    /** Buffers are about to change. */
    void forget() {
        changes++;
        there.clear();
    }

    /** The trap word once all that was submitted is done. */
    Completion<Integer> trapped(IntFunction<GpuHost.Place> places) {
        List<Integer> buffers = List.copyOf(wanted);
        wanted.clear();
        List<GpuHost.Place> all = new ArrayList<>();
        all.add(trap);
        buffers.forEach(buffer -> all.add(places.apply(buffer)));
        int before = changes;
        return host.read(all).map(data -> {
            int code = data.get(0).ints()[0];
            if (code == 0 && changes == before) {
                for (int i = 0; i < buffers.size(); i++) {
                    there.put(buffers.get(i), data.get(i + 1));
                }
            }
            return code;
        });
    }

    /** What a buffer holds after all that was submitted. */
    Completion<GpuHost.Data> read(int buffer, IntFunction<GpuHost.Place> places) {
        wanted.add(buffer);
        GpuHost.Data known = there.remove(buffer);
        return known != null
                ? Completion.of(known)
                : host.read(List.of(places.apply(buffer))).map(data -> data.get(0));
    }
}
