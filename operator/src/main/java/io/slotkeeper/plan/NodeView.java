package io.slotkeeper.plan;

/** What became of asking a node. */
public sealed interface NodeView {
    /** It has no address yet, or nobody answered in time; the reason is for a person to read. */
    record Silent(String why) implements NodeView {}

    /** Something answered and would not accept this cluster's password: it is not our node. */
    record Foreign(String why) implements NodeView {}

    /** It is reading its data and will answer later. */
    record Loading() implements NodeView {}

    /** It answered. */
    record Answering(NodeState state) implements NodeView {}
}
