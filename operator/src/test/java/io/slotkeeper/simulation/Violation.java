package io.slotkeeper.simulation;

/** A rule of the design was broken; the message begins with the rule. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String what) {
        super(what);
    }

    Violation(String rule, String what) {
        super("rule " + rule + ": " + what);
    }
}
