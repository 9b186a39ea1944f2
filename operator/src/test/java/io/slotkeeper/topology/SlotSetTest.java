package io.slotkeeper.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SlotSetTest {
    @Test
    void whatIsPrintedCanBeReadAgain() {
        assertThat(SlotSet.parse("0-5460,6000")).hasToString("0-5460,6000");
        assertThat(SlotSet.parse("0-5460 6000")).hasToString("0-5460,6000");
        assertThat(SlotSet.parse("")).isEqualTo(SlotSet.none()).hasToString("");
    }

    @Test
    void rangesThatTouchOrOverlapBecomeOne() {
        assertThat(SlotSet.parse("7,3-5,6,4-4")).hasToString("3-7");
        assertThat(SlotSet.parse("3-7")).isEqualTo(SlotSet.ofSlots(List.of(7, 6, 5, 4, 3)));
    }

    @Test
    void setsHaveArithmetic() {
        SlotSet low = SlotSet.parse("0-99");
        SlotSet middle = SlotSet.parse("50-149");
        assertThat(low.union(middle)).hasToString("0-149");
        assertThat(low.minus(middle)).hasToString("0-49");
        assertThat(low.intersection(middle)).hasToString("50-99");
        assertThat(SlotSet.all().minus(SlotSet.parse("1-16382"))).hasToString("0,16383");
        assertThat(SlotSet.all().size()).isEqualTo(16384);
        assertThat(low.containsAll(SlotSet.parse("5-7,99"))).isTrue();
        assertThat(low.containsAll(middle)).isFalse();
        assertThat(middle.contains(149)).isTrue();
        assertThat(middle.contains(150)).isFalse();
        assertThat(SlotSet.parse("1-2,9").slots()).containsExactly(1, 2, 9);
    }

    @Test
    void arithmeticAgreesWithCountingOneByOne() {
        List<SlotSet> sets = Stream.of(
                        "", "0-16383", "0", "16383", "1-2,4-5,7-9", "0-3,5,8-20", "2,4,6,8,10", "3-8", "9-30,40")
                .map(SlotSet::parse)
                .toList();
        for (SlotSet one : sets) {
            for (SlotSet other : sets) {
                assertThat(one.union(other)).isEqualTo(counted(slot -> one.contains(slot) || other.contains(slot)));
                assertThat(one.minus(other)).isEqualTo(counted(slot -> one.contains(slot) && !other.contains(slot)));
                SlotSet both = counted(slot -> one.contains(slot) && other.contains(slot));
                assertThat(one.intersection(other)).isEqualTo(both);
                assertThat(one.intersects(other)).isEqualTo(!both.isEmpty());
                assertThat(one.containsAll(other)).isEqualTo(both.equals(other));
            }
        }
    }

    private static SlotSet counted(IntPredicate belongs) {
        return SlotSet.ofSlots(SlotSet.all().slots().filter(belongs).boxed().toList());
    }

    @Test
    void whatIsNoSlotIsRefusedWithASentence() {
        assertThatThrownBy(() -> SlotSet.parse("0-16384")).hasMessageContaining("0-16384 is not a range of slots");
        assertThatThrownBy(() -> SlotSet.parse("9-8")).hasMessageContaining("9-8");
        assertThatThrownBy(() -> SlotSet.parse("a-b"))
                .hasMessageContaining("'a-b' is not a slot or a range such as 0-5460");
        assertThatThrownBy(() -> SlotSet.parse("-1")).isInstanceOf(IllegalArgumentException.class);
    }
}
