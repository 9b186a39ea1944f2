package io.slotkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands out addresses 127.x.y.z that nobody else uses, so that every node has the real ports. Each JVM holds one x by a
 * lock on a file, which the kernel lets go of when the JVM dies, however it dies.
 */
public final class LoopbackAddresses {
    private static final LoopbackAddresses MINE = claim();

    private final String prefix;

    /** Kept open as long as the JVM lives: the lock goes with it. */
    @SuppressWarnings("unused")
    private final FileLock lock;

    private final AtomicInteger given = new AtomicInteger();

    private LoopbackAddresses(String prefix, FileLock lock) {
        this.prefix = prefix;
        this.lock = lock;
    }

    /** An address that has not been given out in this JVM. */
    public static String next() {
        int number = MINE.given.getAndIncrement();
        return MINE.prefix + number / 250 % 250 + "." + (number % 250 + 1);
    }

    private static LoopbackAddresses claim() {
        int start = (int) (ProcessHandle.current().pid() % 200);
        for (int i = 0; i < 200; i++) {
            int second = 20 + (start + i) % 200;
            Path file = Path.of(System.getProperty("java.io.tmpdir"), "slotkeeper-test-127." + second + ".lock");
            FileLock lock = lock(file);
            if (lock != null) {
                return new LoopbackAddresses("127." + second + ".", lock);
            }
        }
        throw new IllegalStateException("200 other test runs hold every loopback network");
    }

    private static @Nullable FileLock lock(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            }
            return lock;
        } catch (OverlappingFileLockException heldByThisJvm) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("locking " + file, e);
        }
    }
}
