package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import loom.graph.Shape;
import loom.model.Network;
import loom.train.Dataset;
import loom.train.Idx;
import loom.train.Loss;

/** The four files of MNIST and of everything published in its form: images and labels, to train on and to test with. */
final class DigitFiles {
    private final Path folder;
    private final Network network;
    private final Loss loss;

    DigitFiles(Path folder, Network network, Loss loss) {
        if (!Files.isDirectory(folder)) {
            throw new CommandFailed(
                    folder + ": no such folder; data/mnist.sh fetches the MNIST digits into data/mnist");
        }
        this.folder = folder;
        this.network = network;
        this.loss = loss;
    }

    Dataset training() {
        return read("train");
    }

    Dataset test() {
        return read("t10k");
    }

    private Dataset read(String prefix) {
        Path imagesFile = folder.resolve(prefix + "-images-idx3-ubyte");
        Path labelsFile = folder.resolve(prefix + "-labels-idx1-ubyte");
        Idx images = parse(imagesFile);
        Idx labels = parse(labelsFile);
        Shape one = images.shape().remove(0);
        if (one.elements(1) != network.input().elements(1)) {
            throw new CommandFailed(imagesFile + ": images of shape " + one
                    + ", expected as many values as the model's input " + network.input() + " has");
        }
        if (labels.shape().rank() != 1
                || labels.shape().dim(0) != images.shape().dim(0)) {
            throw new CommandFailed(labelsFile + ": shape " + labels.shape() + ", expected one label for each of "
                    + images.shape().dim(0) + " images");
        }
        Shape target = loss.target(network.output());
        float[] targets = loss.takesLabels() ? labels.numbers() : targets(labelsFile, labels);
        return new Dataset(network.input(), images.scaled(), target, targets);
    }

    private float[] targets(Path file, Idx labels) {
        try {
            return labels.oneHot(network.output().elements(1));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(file + ": " + e.getMessage() + ", the number of the model's outputs");
        }
    }

    private static Idx parse(Path file) {
        try {
            return Idx.parse(file.toString(), Disk.read(file));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
    }
}
