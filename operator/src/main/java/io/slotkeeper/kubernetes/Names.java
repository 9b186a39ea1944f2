package io.slotkeeper.kubernetes;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.topology.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How everything is called that belongs to a cluster. The longest names decide how long a cluster's own may be: the name of a
 * StatefulSet becomes part of a label together with a hash, and may have 52 characters; with a shard's number below 500 behind
 * it, 48 are left. Services want names that begin with a letter and have no dots.
 */
public record Names(String namespace, String cluster) {
    /** Characters that a cluster's name may have, so that all names derived from it are valid. */
    public static final int LONGEST = 48;

    /** Pods a shard can have at most. All of them are named to each other from the start: a pod template never changes by growing. */
    static final int MOST_PODS = 10;

    /** The container of a pod in which the node runs; there may be others, which somebody else's webhook has put in. */
    public static final String CONTAINER = "node";

    static final String DATA = "data";

    /** The names of this cluster's belongings. */
    public static Names of(RedisCluster cluster) {
        return new Names(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    }

    /** The StatefulSet and the disruption budget of a shard. */
    public String shard(int shard) {
        return cluster + "-" + shard;
    }

    /** One pod of a shard. */
    public String pod(int shard, int ordinal) {
        return shard(shard) + "-" + ordinal;
    }

    /** The claim of one pod. */
    public String claim(int shard, int ordinal) {
        return DATA + "-" + pod(shard, ordinal);
    }

    /** The Service that gives pods their names, ready or not. */
    public String nodesService() {
        return cluster + "-nodes";
    }

    /** The Service that clients connect to. */
    public String clientService() {
        return cluster;
    }

    /** The address of the client Service, from any namespace. */
    public String clientHost() {
        return clientService() + "." + namespace + ".svc";
    }

    /** The ConfigMap with the engines' settings. */
    public String configuration() {
        return cluster;
    }

    /** The ServiceAccount of the pods. */
    public String serviceAccount() {
        return cluster;
    }

    /** The NetworkPolicy of the pods. */
    public String networkPolicy() {
        return cluster;
    }

    /** The Secret of the operator's engine user. */
    public String operatorSecret() {
        return cluster + "-operator";
    }

    /** The Secret of the engine user that replication uses. */
    public String replicationSecret() {
        return cluster + "-replication";
    }

    /** The Secret of the engine user of probes and hand-overs. */
    public String nodeSecret() {
        return cluster + "-node";
    }

    /** The Secret with the users' own password, where it is generated. */
    public String passwordSecret() {
        return cluster + "-password";
    }

    /** The Secret from which an application learns how to connect. */
    public String bindingSecret() {
        return cluster + "-connection";
    }

    /** What a volume remembers to which cluster it belongs. */
    String identity() {
        return namespace + "/" + cluster;
    }

    /** The pods a shard has or may have one day, as they call each other. */
    List<String> peers(int shard) {
        return IntStream.range(0, MOST_PODS)
                .mapToObj(ordinal -> pod(shard, ordinal) + "." + nodesService())
                .toList();
    }

    /** Whose claim has this name, if it is one of this cluster's. */
    Optional<Place> ownerOfClaim(String claim) {
        Matcher numbers = Pattern.compile(
                        Pattern.quote(DATA + "-" + cluster) + "-(0|[1-9][0-9]{0,8})-(0|[1-9][0-9]{0,8})")
                .matcher(claim);
        return numbers.matches()
                ? Optional.of(new Place(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))))
                : Optional.empty();
    }
}
