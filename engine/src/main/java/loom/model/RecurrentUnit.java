package loom.model;

import java.util.List;
import java.util.Map;
import loom.graph.GraphBuilder;
import loom.graph.Node;

/** What a recurrent layer does at one time step; {@link Recurrence} does the rest. */
interface RecurrentUnit {
    /** Matrices for the input, side by side in the kernel. */
    int gates();

    /** Names of the values carried from step to step; the first is the output. */
    List<String> states();

    /** Parameters that are used at every step. */
    List<ParameterSpec> recurrent();

    /** How the bias starts, gate by gate. */
    default List<Initialiser> biases() {
        return Recurrence.sideBySide(Initialiser.Constant.ZEROS, gates());
    }

    /** The next value of every state. */
    List<Node> next(Step now);

    /**
     * One time step.
     *
     * @param x {@code x·W + b}, {@code [N, gates·units]}
     * @param states {@code [N, units]} each
     * @param parameters {@link RecurrentUnit#recurrent} by name
     */
    record Step(GraphBuilder graph, Node x, List<Node> states, Map<String, Node> parameters) {
        Node state(int i) {
            return states.get(i);
        }

        Node parameter(String name) {
            return parameters.get(name);
        }

        /** Columns of one gate. */
        Node gate(Node of, int gate) {
            return gates(of, gate, 1);
        }

        /** Columns of gates {@code first} to {@code first + count − 1}. */
        Node gates(Node of, int first, int count) {
            int units = state(0).shape().dim(1);
            return graph.slice(of, 1, first * units, count * units);
        }
    }
}
