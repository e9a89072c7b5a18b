package loom.e2e.bench;

import com.microsoft.playwright.PlaywrightException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Times a workload on every engine in turns: one sample each, round after round, each round starting with another engine. */
final class Timer {
    static final double WARM_MS = 400;
    static final double SAMPLE_MS = 60;

    private final Contest contest;
    private final List<Station> stations;
    private final int rounds;

    Timer(Contest contest, List<Station> stations, int rounds) {
        this.contest = contest;
        this.stations = stations;
        this.rounds = rounds;
    }

    private static final class Course {
        final Station station;
        final byte[] before;
        final int runs;
        final List<Sample> samples = new ArrayList<>();

        Course(Station station, Workload workload) {
            this.station = station;
            station.prepare(workload);
            before = station.output();
            runs = station.runsFor(WARM_MS, SAMPLE_MS);
        }
    }

    Result time(Workload workload) {
        float[] expected = Reference.output(workload);
        Map<Engine, Result.Timing> timings = new LinkedHashMap<>();
        List<Course> courses = new ArrayList<>();
        for (Station station : stations) {
            if (!contest.engines(workload).contains(station.engine())) {
                continue;
            }
            try {
                courses.add(new Course(station, workload));
                timings.put(station.engine(), Result.Timing.failed("not measured"));
            } catch (PlaywrightException e) {
                timings.put(station.engine(), Result.Timing.failed(e.getMessage()));
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < courses.size(); turn++) {
                Course course = courses.get((round + turn) % courses.size());
                course.samples.add(course.station.sample(course.runs));
            }
        }
        for (Course course : courses) {
            byte[] after = course.station.output();
            course.station.finish();
            timings.put(
                    course.station.engine(),
                    new Result.Timing(
                            Math.max(error(course, course.before, expected), error(course, after, expected)),
                            workload.tolerance(),
                            Arrays.equals(after, Floats.toBytes(expected)),
                            Arrays.equals(course.before, after),
                            course.runs,
                            List.copyOf(course.samples),
                            ""));
        }
        return new Result(workload, timings);
    }

    private static double error(Course course, byte[] found, float[] expected) {
        return course.station.engine().error(Floats.of(found), expected);
    }
}
