package io.slotkeeper.kubernetes;

import java.util.List;
import java.util.Optional;

/**
 * What a pass over a cluster's objects came to. {@code written}: the objects that had to be made or changed, as kind/name;
 * none when everything is as it should be. {@code operatorPassword}: the operator's way into the nodes, once there is one.
 */
public record Provided(List<String> written, List<Obstacle> obstacles, Optional<Password> operatorPassword) {
    public Provided {
        written = List.copyOf(written);
        obstacles = List.copyOf(obstacles);
    }
}
