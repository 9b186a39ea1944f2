package io.slotkeeper.kubernetes;

/** Where nodes listen. */
public final class Ports {
    public static final int CLIENT = 6379;
    public static final int BUS = 16379;

    static final String CLIENT_NAME = "client";
    static final String BUS_NAME = "bus";
    static final String TCP = "TCP";

    private Ports() {}
}
