package loom.server.cli;

import loom.analysis.AnalysisException;
import loom.build.BuildException;
import loom.format.ModelException;
import loom.graph.ShapeException;
import loom.machine.DeviceException;
import loom.machine.NumericTrap;
import loom.model.FieldException;
import loom.model.LayerException;
import loom.train.Diverged;

/** Which exceptions tell of the user's files and values. Everything else is a mistake of ours. */
final class Failures {
    private Failures() {}

    static boolean isUsers(Exception e) {
        return e instanceof CommandFailed
                || e instanceof AnalysisException
                || e instanceof BuildException
                || e instanceof ModelException
                || e instanceof LayerException
                || e instanceof FieldException
                || e instanceof ShapeException
                || e instanceof NumericTrap
                || e instanceof Diverged
                || e instanceof DeviceException;
    }

    static String sentence(Exception e) {
        String message = e.getMessage();
        // Names of layers and files may hold anything; the report stays one line.
        return message.replace('\n', ' ').replace('\r', ' ');
    }
}
