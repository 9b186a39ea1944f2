package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.util.Optional;

/** What became of one command that the node answered: an answer or a refusal. */
public sealed interface Outcome<T> {
    /** The node did it and answered this. */
    record Answered<T>(T value) implements Outcome<T> {}

    /** The node would not do it. */
    record Refused<T>(Address address, String command, Refusal why) implements Outcome<T> {}

    /** The answer; a refusal becomes a {@link CommandRefused}. */
    default T orThrow() {
        return switch (this) {
            case Answered<T> answered -> answered.value();
            case Refused<T> refused -> throw new CommandRefused(refused.address(), refused.command(), refused.why());
        };
    }

    /** The answer, if there is one. */
    default Optional<T> answer() {
        return switch (this) {
            case Answered<T> answered -> Optional.of(answered.value());
            case Refused<T> refused -> Optional.empty();
        };
    }

    /** The refusal, if it was refused. */
    default Optional<Refusal> refusal() {
        return switch (this) {
            case Answered<T> answered -> Optional.empty();
            case Refused<T> refused -> Optional.of(refused.why());
        };
    }
}
