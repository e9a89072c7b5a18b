package loom.model;

/** What a network is lowered for. */
public enum Mode {
    /** Answers: dropout hands on, normalisation uses running statistics. */
    INFERENCE,
    /** A training step: dropout drops, statistics are those of the batch and move on. */
    TRAINING,
    /** Answers to the next positions of a sequence: layers keep what they need of earlier ones. See {@link Stepping}. */
    DECODING
}
