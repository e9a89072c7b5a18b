package loom.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Place;

/**
 * Two models layer by layer: what changed and how far, what came and went, and what stands elsewhere now.
 *
 * @param cosine of all parameters together that both have in the same place and shape; NaN if there are none
 * @param layers of the first model in its order, then those that only the second has
 */
public record ModelComparison(double cosine, List<Change> layers) {
    /** A layer counts as having moved if it is like one elsewhere by at least this cosine, and more so than what stands in its place. */
    public static final double ALIKE = 0.9;

    public ModelComparison {
        layers = List.copyOf(layers);
    }

    /** What became of a layer. */
    public enum Kind {
        /** Same type and precision, same parameters to the bit. */
        SAME("same"),
        /** Same type and shapes, other values or fields. */
        CHANGED("changed"),
        /** Same type, parameters of other shapes. */
        RESHAPED("reshaped"),
        /** Another type in its place. */
        REPLACED("replaced"),
        /** Only the first model has a layer there. */
        REMOVED("removed"),
        /** Only the second model has a layer there. */
        ADDED("added");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** In files and texts. */
        public String label() {
            return label;
        }
    }

    /**
     * A layer of both models, or of one.
     *
     * @param path as in {@code 0.1.2}
     * @param label in the first model if it is there
     * @param cosine of the parameters as one vector; 1 if both are all zeros, 0 if one is, NaN if there are none to compare
     * @param distance norm of the difference, divided by the norm of the first; NaN if there are none to compare or that is 0
     * @param largest magnitude of a difference
     * @param movedTo path in the second model where a layer like it stands
     */
    public record Change(
            String path,
            String label,
            Kind kind,
            double cosine,
            double distance,
            double largest,
            Optional<String> movedTo) {}

    public static ModelComparison of(Model a, Model b) {
        return new Run(a, b).compare();
    }

    /** Sums over parameters in their order, element by element. */
    private static final class Sums {
        double product;
        double first;
        double second;
        double difference;
        double largest;
        long elements;

        void add(List<float[]> x, List<float[]> y) {
            for (int p = 0; p < x.size(); p++) {
                for (int i = 0; i < x.get(p).length; i++) {
                    double u = x.get(p)[i];
                    double v = y.get(p)[i];
                    product += u * v;
                    first += u * u;
                    second += v * v;
                    difference += (u - v) * (u - v);
                    largest = Math.max(largest, Math.abs(u - v));
                    elements++;
                }
            }
        }

        double cosine() {
            if (elements == 0) {
                return Double.NaN;
            }
            if (first == 0 || second == 0) {
                return first == second ? 1 : 0;
            }
            double c = product / Math.sqrt(first * second);
            return c > 1 ? 1 : c < -1 ? -1 : c;
        }

        double distance() {
            return elements == 0 || first == 0 ? Double.NaN : Math.sqrt(difference / first);
        }
    }

    private static final class Run {
        private final Model a;
        private final Model b;
        private final LinkedHashMap<String, Place> first;
        private final LinkedHashMap<String, Place> second;
        private final Sums total = new Sums();

        Run(Model a, Model b) {
            this.a = a;
            this.b = b;
            first = byPath(a);
            second = byPath(b);
        }

        private static LinkedHashMap<String, Place> byPath(Model m) {
            LinkedHashMap<String, Place> places = new LinkedHashMap<>();
            m.network().allPlaces().forEach(p -> places.put(p.path(), p));
            return places;
        }

        ModelComparison compare() {
            List<Change> changes = new ArrayList<>();
            first.values().forEach(p -> changes.add(change(p)));
            for (Place q : second.values()) {
                if (!first.containsKey(q.path())) {
                    changes.add(new Change(
                            q.path(), q.label(), Kind.ADDED, Double.NaN, Double.NaN, Double.NaN, Optional.empty()));
                }
            }
            return new ModelComparison(total.cosine(), changes);
        }

        private Change change(Place p) {
            Optional<Place> there = Optional.ofNullable(second.get(p.path()));
            Sums sums = new Sums();
            Kind kind = there.map(q -> kind(p, q)).orElse(Kind.REMOVED);
            if (kind == Kind.CHANGED) {
                sums = sums(p, there.get());
                total.add(Signature.parameters(a, p), Signature.parameters(b, there.get()));
                kind = equalBits(p, there.get()) ? Kind.SAME : kind;
            }
            double largest = sums.elements == 0 ? Double.NaN : sums.largest;
            Optional<String> moved = kind == Kind.SAME ? Optional.empty() : moved(p, sums.cosine());
            return new Change(p.path(), p.label(), kind, sums.cosine(), sums.distance(), largest, moved);
        }

        /** {@link Kind#CHANGED} if values can be compared. */
        private static Kind kind(Place p, Place q) {
            if (!p.layer().typeName().equals(q.layer().typeName())) {
                return Kind.REPLACED;
            }
            return sameParameters(p, q) ? Kind.CHANGED : Kind.RESHAPED;
        }

        private static boolean sameParameters(Place p, Place q) {
            if (p.parameters().size() != q.parameters().size()) {
                return false;
            }
            for (int i = 0; i < p.parameters().size(); i++) {
                ParameterSpec s = p.parameters().get(i);
                ParameterSpec t = q.parameters().get(i);
                if (!s.name().equals(t.name()) || !s.shape().equals(t.shape())) {
                    return false;
                }
            }
            return true;
        }

        private boolean equalBits(Place p, Place q) {
            for (ParameterSpec s : p.parameters()) {
                if (!a.parameters()
                        .get(p.parameterName(s))
                        .equals(b.parameters().get(q.parameterName(s)))) {
                    return false;
                }
            }
            return p.options().disabled() == q.options().disabled()
                    && p.options().precision() == q.options().precision()
                    && p.layer().fields().text().equals(q.layer().fields().text());
        }

        private Sums sums(Place p, Place q) {
            Sums sums = new Sums();
            sums.add(Signature.parameters(a, p), Signature.parameters(b, q));
            return sums;
        }

        /** Where in the second model the likest layer stands, if not in its own place; of equals the first. */
        private Optional<String> moved(Place p, double here) {
            double best = Double.isNaN(here) ? -1 : here;
            Optional<String> path = Optional.empty();
            for (Place q : second.values()) {
                if (q.path().equals(p.path()) || p.parameters().isEmpty() || kind(p, q) != Kind.CHANGED) {
                    continue;
                }
                double cosine = sums(p, q).cosine();
                if (cosine >= ALIKE && cosine > best) {
                    best = cosine;
                    path = Optional.of(q.path());
                }
            }
            return path;
        }
    }
}
