package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;

/** Einstein sums of one or two operands: letters that both have and the result keeps lead, shared ones that it drops are summed. */
final class Einsum {
    private Einsum() {}

    static Node lower(Call c) {
        GraphBuilder g = c.graph();
        String equation = c.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        int comma = equation.indexOf(',');
        if (arrow < 0 || equation.indexOf("...") >= 0 || c.count() > 2 || comma != equation.lastIndexOf(',')) {
            throw c.refuse("equation " + equation);
        }
        String result = equation.substring(arrow + 2);
        String first = equation.substring(0, comma < 0 ? arrow : comma);
        String second = comma < 0 ? "" : equation.substring(comma + 1, arrow);
        distinct(c, first, equation);
        distinct(c, second, equation);
        Node a = summed(c, c.real(0), first, second + result);
        first = kept(first, second + result);
        if (comma < 0) {
            return ordered(c, a, first, result);
        }
        Node b = summed(c, c.real(1), second, first + result);
        second = kept(second, first + result);
        StringBuilder lead = new StringBuilder();
        StringBuilder rows = new StringBuilder();
        StringBuilder inner = new StringBuilder();
        StringBuilder columns = new StringBuilder();
        for (char l : first.toCharArray()) {
            (second.indexOf(l) < 0 ? rows : result.indexOf(l) < 0 ? inner : lead).append(l);
        }
        for (char l : second.toCharArray()) {
            if (first.indexOf(l) < 0) {
                columns.append(l);
            }
        }
        Node left = matrix(c, a, first, lead.toString(), rows.toString(), inner.toString());
        Node right = matrix(c, b, second, lead.toString(), inner.toString(), columns.toString());
        Node y = g.matMul(left, right);
        String order = lead.toString() + rows + columns;
        List<Extent> extents = new ArrayList<>();
        for (char l : order.toCharArray()) {
            int i = first.indexOf(l);
            extents.add(i >= 0 ? a.shape().extent(i) : b.shape().extent(second.indexOf(l)));
        }
        return ordered(c, g.reshape(y, Shape.of(extents)), order, result);
    }

    private static void distinct(Call c, String letters, String equation) {
        for (int i = 0; i < letters.length(); i++) {
            if (letters.indexOf(letters.charAt(i), i + 1) >= 0) {
                throw c.refuse("equation " + equation + " has a letter twice");
            }
        }
    }

    /** Summed over letters that nothing else has. */
    private static Node summed(Call c, Node x, String letters, String others) {
        GraphBuilder g = c.graph();
        if (x.shape().rank() != letters.length()) {
            throw c.refuse(letters + " of " + x.shape());
        }
        Node y = x;
        for (int i = letters.length() - 1; i >= 0; i--) {
            if (others.indexOf(letters.charAt(i)) < 0) {
                y = g.reshape(g.sum(y, i), y.shape().remove(i));
            }
        }
        return y;
    }

    private static String kept(String letters, String others) {
        StringBuilder b = new StringBuilder();
        for (char l : letters.toCharArray()) {
            if (others.indexOf(l) >= 0) {
                b.append(l);
            }
        }
        return b.toString();
    }

    private static Node ordered(Call c, Node x, String letters, String result) {
        int[] axes = new int[result.length()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = letters.indexOf(result.charAt(i));
            if (axes[i] < 0) {
                throw c.refuse("nothing has the letter " + result.charAt(i));
            }
        }
        return c.graph().permute(x, axes);
    }

    /** {@code [lead..., rows, columns]}. */
    private static Node matrix(Call c, Node x, String letters, String lead, String rows, String columns) {
        Node y = ordered(c, x, letters, lead + rows + columns);
        Shape s = y.shape();
        int n = lead.length();
        List<Extent> extents = new ArrayList<>(s.extents().subList(0, n));
        extents.add(s.product(n, n + rows.length()));
        extents.add(s.product(n + rows.length(), s.rank()));
        return c.graph().reshape(y, Shape.of(extents));
    }
}
