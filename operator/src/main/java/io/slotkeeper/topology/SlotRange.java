package io.slotkeeper.topology;

/** The slots from {@code first} to {@code last}, both included. */
public record SlotRange(int first, int last) {
    public SlotRange {
        if (first < 0 || last >= HashSlot.COUNT || first > last) {
            throw new IllegalArgumentException(
                    first + "-" + last + " is not a range of slots between 0 and " + (HashSlot.COUNT - 1));
        }
    }

    /** The range of this one slot. */
    public static SlotRange of(int slot) {
        return new SlotRange(slot, slot);
    }

    /** Reads {@code 7} or {@code 0-5460}. */
    public static SlotRange parse(String text) {
        int dash = text.indexOf('-');
        try {
            return dash < 0
                    ? of(Integer.parseInt(text))
                    : new SlotRange(
                            Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a slot or a range such as 0-5460", e);
        }
    }

    /** How many slots are in it. */
    public int size() {
        return last - first + 1;
    }

    /** Whether this slot is in it. */
    public boolean contains(int slot) {
        return first <= slot && slot <= last;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
