package io.slotkeeper.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Why Kubernetes does not get a pod to run, in its own words: whether that may pass by itself, and what a person does about
 * it. Nobody is sent to a field that the API server refuses to change: of a formed cluster it refuses the image, the
 * resources, the memory and the placement, and of any cluster the storage.
 */
record Trouble(String words, Optional<Instant> since) {
    /** Machines are added, and volumes let go of the last one, within about so much time. */
    private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofMinutes(2);

    /** The first pull and the second one, ten seconds later, so that one hiccup of a registry calls nobody. */
    private static final Duration UNTIL_PULLED_AGAIN = Duration.ofSeconds(30);

    static Optional<Trouble> of(ObservedPod pod) {
        return pod.trouble().map(words -> new Trouble(words, pod.judgedAt()));
    }

    boolean mayPass(Instant now) {
        Duration patience = word().startsWith("unschedulable")
                ? UNTIL_THERE_IS_ROOM
                : word().contains("imagepull") ? UNTIL_PULLED_AGAIN : Duration.ZERO;
        return since.filter(start -> start.plus(patience).isAfter(now)).isPresent();
    }

    String whatToDo(String pod, boolean formed) {
        String word = word();
        if (word.startsWith("oomkilled")) {
            return formed
                    ? "Have its shard hold less, by deleting keys or letting them expire. A formed cluster keeps its memory:"
                            + " what needs more is moved to another one with a higher spec.resources.limits.memory"
                    : "Raise spec.resources.limits.memory or lower spec.memory.maxmemory";
        }
        if (word.contains("image")) {
            return formed
                    ? "Bring this image back to its registry, or mend the Secret with the registry's password: a formed"
                            + " cluster keeps its image"
                    : "Correct spec.version or spec.image, or name the registry's Secret in spec.pod.imagePullSecrets";
        }
        boolean lacksAMachine = word.contains("unschedulable") || word.contains("nodes are available");
        if (lacksAMachine && !word.contains("claim")) {
            return formed
                    ? "Make room, or add a machine that fits: a formed cluster keeps its resources and its placement"
                    : "Make room, or change spec.resources or spec.placement";
        }
        if (word.contains("secret") || word.contains("createcontainerconfigerror")) {
            return "Create what is missing, with the key that the message names";
        }
        if (word.contains("claim") || word.contains("volume") || word.contains("storage")) {
            return "See what kubectl describe pod " + pod + " says of its claim, and mend that or its storage class";
        }
        return "See kubectl describe pod " + pod + " and kubectl logs " + pod + " --previous";
    }

    private String word() {
        return words.toLowerCase(Locale.ROOT);
    }
}
