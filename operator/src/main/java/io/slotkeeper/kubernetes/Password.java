package io.slotkeeper.kubernetes;

/** A password, which never shows in a log. */
public record Password(String value) {
    @Override
    public String toString() {
        return "(a password)";
    }
}
