package io.slotkeeper.plan;

import java.time.Duration;

/**
 * Why a pod cannot have its volume: the claim that it uses, with its uid, what became of the volume, and for how long that has been seen.
 * {@code damaged}: it is there, but no node can start on what is on it.
 */
public record LostVolume(String claim, String uid, String why, Duration seenFor, boolean damaged) {}
