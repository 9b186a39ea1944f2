package io.slotkeeper.plan;

import java.time.Duration;

/** Why a pod waits for its volume in vain: the claim that it uses, with its uid, what became of the volume, and for how long that has been seen. */
public record LostVolume(String claim, String uid, String why, Duration seenFor) {}
