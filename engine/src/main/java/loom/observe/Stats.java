package loom.observe;

import loom.format.JsonWriter;

/**
 * Numbers about numbers, in double, summed in order.
 *
 * @param deviation square root of the mean squared difference from the mean
 * @param norm square root of the sum of squares
 * @param zeros elements that are 0
 */
public record Stats(
        long elements, double mean, double deviation, double norm, double least, double largest, long zeros) {
    public static Stats of(float... values) {
        double sum = 0;
        double squares = 0;
        double least = values.length == 0 ? 0 : values[0];
        double largest = least;
        long zeros = 0;
        for (float v : values) {
            sum += v;
            squares += (double) v * v;
            least = Math.min(least, v);
            largest = Math.max(largest, v);
            zeros += v == 0 ? 1 : 0;
        }
        double mean = values.length == 0 ? 0 : sum / values.length;
        double spread = 0;
        for (float v : values) {
            spread += (v - mean) * (v - mean);
        }
        double deviation = values.length == 0 ? 0 : Math.sqrt(spread / values.length);
        return new Stats(values.length, mean, deviation, Math.sqrt(squares), least, largest, zeros);
    }

    void write(JsonWriter w) {
        w.beginLine();
        w.key("elements").whole(elements);
        w.key("mean").rounded(mean);
        w.key("deviation").rounded(deviation);
        w.key("norm").rounded(norm);
        w.key("least").rounded(least);
        w.key("largest").rounded(largest);
        w.key("zeros").whole(zeros);
        w.endObject();
    }
}
