package io.slotkeeper.topology;

import java.util.Arrays;

/** Which of the 16384 slots a key belongs to: CRC16 (XMODEM) of the key, or of its {hash tag} when it has one. */
public final class HashSlot {
    /** How many slots a cluster has. */
    public static final int COUNT = 16384;

    private HashSlot() {}

    /** The slot of this key. */
    public static int of(byte[] key) {
        int open = indexOf(key, '{', 0);
        if (open >= 0) {
            int close = indexOf(key, '}', open + 1);
            if (close > open + 1) {
                return crc16(Arrays.copyOfRange(key, open + 1, close)) % COUNT;
            }
        }
        return crc16(key) % COUNT;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int crc16(byte[] bytes) {
        int crc = 0;
        for (byte b : bytes) {
            crc ^= (b & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }
        return crc & 0xffff;
    }
}
