package loom.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Is told what looks saw, one after the other. */
public interface Observer {
    void saw(Observation observation);

    /** Writes for people. */
    static Observer console(Consumer<String> out) {
        return o -> out.accept(o.text());
    }

    /** Sends a line of JSON a look: to a file, a socket, an address. */
    static Observer stream(Consumer<String> out) {
        return o -> out.accept(o.line());
    }

    /** Keeps everything. */
    final class Recording implements Observer {
        private final List<Observation> all = new ArrayList<>();

        @Override
        public void saw(Observation observation) {
            all.add(observation);
        }

        public List<Observation> all() {
            return List.copyOf(all);
        }
    }
}
