package loom.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp;
import loom.graph.TensorType;
import loom.graph.Words;

/** Tables of the program under construction: buffers, scalars, trap sites. Shared by the lowerings of nested loop bodies. */
final class Emitter {
    private static final int NO_SLOT = -1;

    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Op.Scalar> scalars = new ArrayList<>();
    private final List<TrapSite> sites = new ArrayList<>();
    private final LinkedHashMap<String, Integer> sources = new LinkedHashMap<>();
    private final List<List<Node>> computed = new ArrayList<>();
    /** Buffers of which there are slices. */
    private final Set<Integer> sliced = new LinkedHashSet<>();

    private final boolean storeAll;

    Emitter(boolean storeAll) {
        this.storeAll = storeAll;
        scalars.add(new Op.Scalar(Op.Scalar.BATCH, loom.graph.ElementType.I32));
    }

    /** True if every node gets a buffer (traces). */
    boolean storesAll() {
        return storeAll;
    }

    int source(Buffer.Role role, String name, TensorType type) {
        int id = buffers.size();
        buffers.add(new Buffer.Source(id, role, name, type, NO_SLOT));
        sources.put(name, id);
        return id;
    }

    int table(TensorType type, Words bits) {
        int id = buffers.size();
        buffers.add(new Buffer.Table(id, type, bits, NO_SLOT));
        return id;
    }

    int temporary(TensorType type) {
        int id = buffers.size();
        buffers.add(new Buffer.Temporary(id, type, NO_SLOT));
        return id;
    }

    int slice(TensorType type, int parent, int depth) {
        int id = buffers.size();
        buffers.add(new Buffer.Slice(id, type, parent, depth));
        sliced.add(parent);
        return id;
    }

    boolean isTemporary(int id) {
        return buffers.get(id) instanceof Buffer.Temporary;
    }

    boolean isSliced(int id) {
        return sliced.contains(id);
    }

    int scalar(Op.Scalar s) {
        int i = scalars.indexOf(s);
        if (i < 0) {
            i = scalars.size();
            scalars.add(s);
        }
        return i;
    }

    /** Site for a node whose result may leave its domain, or whose indices their table. */
    int site(Node n) {
        String operation = switch (n.op()) {
            case PointOp p -> p.label();
            case Op.Reduce r -> "sum";
            case Op.MatMul m -> "matmul";
            case Op.Conv c -> "convolution";
            case Op.Gather g -> "gather";
            case Op.ScatterAdd s -> "scatter-add";
            default -> throw new IllegalStateException(n.op() + " cannot trap");
        };
        sites.add(new TrapSite(n.layer(), operation + " %" + n.id()));
        return sites.size() - 1;
    }

    /** Tells of the next kernel outside loops which nodes it computes. */
    void computes(List<Node> nodes) {
        computed.add(nodes);
    }

    List<List<Node>> computed() {
        return computed;
    }

    List<Buffer> buffers() {
        return buffers;
    }

    List<Op.Scalar> scalars() {
        return scalars;
    }

    List<TrapSite> sites() {
        return sites;
    }

    LinkedHashMap<String, Integer> sources() {
        return sources;
    }
}
