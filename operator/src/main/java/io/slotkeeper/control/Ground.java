package io.slotkeeper.control;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.kubernetes.NodeDefaults;
import io.slotkeeper.kubernetes.Obstacle;
import io.slotkeeper.kubernetes.Password;
import io.slotkeeper.kubernetes.Provided;
import io.slotkeeper.kubernetes.Provision;
import io.slotkeeper.kubernetes.Wanted;
import io.slotkeeper.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Kubernetes objects below a cluster: brought about in every pass, or only looked at while the cluster is paused. */
final class Ground {
    private final Provision provision;
    private final NodeDefaults defaults;

    Ground(Provision provision, NodeDefaults defaults) {
        this.provision = provision;
        this.defaults = defaults;
    }

    /** What a plan has to know of the objects: what stands in the way, the way into the nodes, and what runs in them. */
    record Laid(List<Plan.Obstacle> obstacles, Optional<String> password, String image) {
        /** The plan with the objects' obstacles before its own: nodes cannot be where their pods cannot be. */
        Plan hinder(Plan plan) {
            List<Plan.Obstacle> all = new ArrayList<>(obstacles);
            all.addAll(plan.obstacles());
            return new Plan(plan.steps(), all);
        }
    }

    Laid lay(RedisCluster cluster, Wanted wanted) {
        Provided provided =
                cluster.getSpec().holdsStill() ? provision.look(cluster) : provision.provide(cluster, wanted);
        return new Laid(
                provided.obstacles().stream().map(Ground::obstacle).toList(),
                provided.operatorPassword().map(Password::value),
                defaults.imageOf(cluster));
    }

    private static Plan.Obstacle obstacle(Obstacle obstacle) {
        Plan.Obstacle.Kind kind = switch (obstacle) {
            case Obstacle.Leaving leaving -> Plan.Obstacle.Kind.WAITING;
            case Obstacle.ApiServerTrouble trouble -> Plan.Obstacle.Kind.WAITING;
            case Obstacle.Conflict conflict -> Plan.Obstacle.Kind.STUCK;
            case Obstacle.Refused refused -> Plan.Obstacle.Kind.STUCK;
            case Obstacle.PasswordMissing missing -> Plan.Obstacle.Kind.STUCK;
            case Obstacle.PasswordLost lost -> Plan.Obstacle.Kind.STUCK;
            case Obstacle.PasswordChanged changed -> Plan.Obstacle.Kind.STUCK;
            case Obstacle.StorageClassMissing missing -> Plan.Obstacle.Kind.STUCK;
            case Obstacle.RetainedClaims claims -> Plan.Obstacle.Kind.STUCK;
        };
        return new Plan.Obstacle(kind, obstacle.getClass().getSimpleName(), obstacle.sentence());
    }
}
