package loom.inspect;

import java.util.List;
import java.util.Optional;

/** Compares two receipts: what was run, every layer's output, the output; with two traces, element by element. */
final class ReceiptComparison {
    private final Receipt recorded;
    private final Receipt replayed;

    ReceiptComparison(Receipt recorded, Receipt replayed) {
        this.recorded = recorded;
        this.replayed = replayed;
    }

    Optional<ReceiptDifference> first() {
        if (!recorded.model().digest().equals(replayed.model().digest())) {
            return other("model", recorded.model().digest(), replayed.model().digest());
        }
        if (!recorded.input().digest().equals(replayed.input().digest())) {
            return other("input", recorded.input().digest(), replayed.input().digest());
        }
        if (recorded.batch() != replayed.batch()) {
            return other("batch", Integer.toString(recorded.batch()), Integer.toString(replayed.batch()));
        }
        if (recorded.step() != replayed.step()) {
            return other("step", Integer.toString(recorded.step()), Integer.toString(replayed.step()));
        }
        if (recorded.nodes().size() != replayed.nodes().size()) {
            return other(
                    "nodes",
                    Integer.toString(recorded.nodes().size()),
                    Integer.toString(replayed.nodes().size()));
        }
        for (int i = 0; i < recorded.nodes().size(); i++) {
            Optional<ReceiptDifference> d =
                    entry(recorded.nodes().get(i), replayed.nodes().get(i));
            if (d.isPresent()) {
                return d;
            }
        }
        Optional<ReceiptDifference> d = entry(recorded.output(), replayed.output());
        return d.isPresent() || recorded.trace().isEmpty() || replayed.trace().isEmpty() ? d : trace();
    }

    private static Optional<ReceiptDifference> other(String what, String recorded, String replayed) {
        return Optional.of(new ReceiptDifference(
                what,
                -1,
                Optional.empty(),
                what + " differs: the receipt says " + recorded + ", the replay " + replayed));
    }

    private Optional<ReceiptDifference> entry(Receipt.Entry a, Receipt.Entry b) {
        if (a.equals(b)) {
            return Optional.empty();
        }
        if (!a.name().equals(b.name())
                || !a.type().equals(b.type())
                || !a.shape().equals(b.shape())) {
            return other(a.name(), a.name() + " " + a.type() + a.shape(), b.name() + " " + b.type() + b.shape());
        }
        int chunk = firstChunk(a.digest().chunks(), b.digest().chunks());
        Optional<ReceiptDifference.Element> element = element();
        StringBuilder message = new StringBuilder(a.name());
        if (chunk < 0) {
            message.append(" differs in its digest but in no chunk: the receipt was altered");
        } else {
            message.append(" differs first in chunk ").append(chunk).append(" (elements ");
            message.append(chunk * TensorDigest.CHUNK_ELEMENTS).append(" and up)");
        }
        element.ifPresent(e -> message.append("; ").append(text(e)));
        return Optional.of(new ReceiptDifference(a.name(), chunk, element, message.toString()));
    }

    static int firstChunk(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!a.get(i).equals(b.get(i))) {
                return i;
            }
        }
        return a.size() == b.size() ? -1 : Math.min(a.size(), b.size());
    }

    private Optional<ReceiptDifference> trace() {
        return element()
                .map(e -> new ReceiptDifference(
                        e.node(), e.index() / TensorDigest.CHUNK_ELEMENTS, Optional.of(e), text(e)));
    }

    private String text(ReceiptDifference.Element e) {
        StringBuilder b = new StringBuilder(e.node());
        List<String> kernels = List.of();
        for (Receipt.Traced t : replayed.trace()) {
            if (t.entry().name().equals(e.node())) {
                kernels = t.kernels();
                b.append(" (")
                        .append(t.layer())
                        .append(", ")
                        .append(t.operation())
                        .append(')');
            }
        }
        b.append(" element ").append(e.index()).append(": the receipt has ");
        b.append(TraceView.value(e.recordedBits())).append(", the replay ").append(TraceView.value(e.replayedBits()));
        return b.append(kernels.isEmpty() ? "" : "." + TraceView.kernels(kernels))
                .toString();
    }

    /** The first element of the first traced value that differs. */
    private Optional<ReceiptDifference.Element> element() {
        int n = Math.min(recorded.trace().size(), replayed.trace().size());
        for (int i = 0; i < n; i++) {
            Receipt.Traced a = recorded.trace().get(i);
            Receipt.Traced b = replayed.trace().get(i);
            if (!a.entry().name().equals(b.entry().name()) || a.words().length != b.words().length) {
                break; // another program: elements cannot be matched
            }
            for (int k = 0; k < a.words().length; k++) {
                if (a.words()[k] != b.words()[k]) {
                    return Optional.of(new ReceiptDifference.Element(a.entry().name(), k, a.words()[k], b.words()[k]));
                }
            }
        }
        return Optional.empty();
    }
}
