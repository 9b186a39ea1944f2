package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.slotkeeper.api.RedisCluster;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class NodePodTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "failover: {nodeTimeoutMillis: 15000}",
                "failover: {requireFullCoverage: true}",
                "paused: true",
                "replicasPerShard: 9",
            })
    void whatTakesEffectLiveCostsNoPod(String spec) {
        assertThat(template(spec)).isEqualTo(template("{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory: {maxmemory: 1Gi}",
                "memory: {policy: allkeys-lru}",
                "persistence: {mode: Snapshots}",
                "persistence: {mode: AppendOnly}",
                "persistence: {mode: AppendOnly, fsync: Always}",
                "persistence: {mode: Snapshots, savePoints: [\"900 1\"]}",
            })
    void whatANodeReadsOnlyWhenItStartsMakesItsPodOutdated(String spec) {
        assertThat(template(spec)).isNotEqualTo(template("{}"));
    }

    @Test
    void aFormedClusterKeepsTheImageItWasFormedWith() {
        RedisCluster cluster = Examples.drawn("version: \"8.0\"");
        assertThat(Examples.DEFAULTS.imageOf(cluster)).isEqualTo("slotkeeper/node:redis-8.0");

        cluster.setStatus(Examples.status("image: registry/older:redis-8.0"));
        assertThat(Examples.DEFAULTS.imageOf(cluster)).isEqualTo("slotkeeper/node:redis-8.0");

        cluster.setStatus(Examples.status("""
                image: registry/older:redis-8.0
                formedAt: 2026-01-01T00:00:00Z
                """));
        assertThat(Examples.DEFAULTS.imageOf(cluster)).isEqualTo("registry/older:redis-8.0");
    }

    @Test
    void anImageThatIsNamedIsTheOneThatRuns() {
        assertThat(image("image: registry/mine:1")).isEqualTo("registry/mine:1");
        assertThat(image("engine: Valkey")).isEqualTo("slotkeeper/node:valkey-9.1");
        assertThat(image("{}")).isEqualTo("slotkeeper/node:redis-8.6");
    }

    @Test
    void usersAddLabelsAndCannotTakeOurs() {
        assertThat(template("pod: {labels: {team: checkout, slotkeeper.io/shard: \"7\"}}")
                        .getMetadata()
                        .getLabels())
                .containsEntry("team", "checkout")
                .containsEntry(Labels.SHARD, "1");
    }

    @Test
    void whatAUserSaysOfPodsIsInThePod() {
        PodTemplateSpec template = template("""
                pod: {annotations: {a: b}, priorityClassName: high, imagePullSecrets: [login]}
                placement: {nodeSelector: {disk: fast}, tolerations: [{key: only, operator: Exists}]}
                resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}
                """);

        assertThat(template.getMetadata().getAnnotations()).containsEntry("a", "b");
        assertThat(template.getSpec().getPriorityClassName()).isEqualTo("high");
        assertThat(template.getSpec().getImagePullSecrets())
                .singleElement()
                .satisfies(secret -> assertThat(secret.getName()).isEqualTo("login"));
        assertThat(template.getSpec().getNodeSelector()).containsEntry("disk", "fast");
        assertThat(template.getSpec().getTolerations())
                .singleElement()
                .satisfies(toleration -> assertThat(toleration.getKey()).isEqualTo("only"));
        assertThat(template.getSpec().getContainers().getFirst().getResources().getRequests())
                .containsKey("cpu");
        assertThat(template.getSpec().getContainers().getFirst().getResources().getLimits())
                .containsKey("memory");
    }

    @Test
    void copiesOfAShardAreKeptApartWherePossibleAndAlwaysOnRequest() {
        PodAntiAffinity byDefault = apart("{}");
        assertThat(byDefault.getRequiredDuringSchedulingIgnoredDuringExecution())
                .isEmpty();
        assertThat(byDefault.getPreferredDuringSchedulingIgnoredDuringExecution())
                .extracting(term -> term.getPodAffinityTerm().getTopologyKey())
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");

        assertThat(apart("placement: {nodes: Required}").getRequiredDuringSchedulingIgnoredDuringExecution())
                .extracting(term -> term.getTopologyKey())
                .containsExactly("kubernetes.io/hostname");
        assertThat(apart("placement: {zones: Required}").getRequiredDuringSchedulingIgnoredDuringExecution())
                .extracting(term -> term.getTopologyKey())
                .containsExactly("topology.kubernetes.io/zone");
    }

    @Test
    void onlyTheKeyOfAUsersSecretThatHoldsThePasswordIsMounted() {
        Volume volume = template("auth: {passwordSecret: {name: mine, key: secret}}").getSpec().getVolumes().stream()
                .filter(each -> each.getName().equals("default"))
                .findFirst()
                .orElseThrow();

        assertThat(volume.getSecret().getSecretName()).isEqualTo("mine");
        assertThat(volume.getSecret().getItems()).singleElement().satisfies(item -> {
            assertThat(item.getKey()).isEqualTo("secret");
            assertThat(item.getPath()).isEqualTo("password");
        });
    }

    @Test
    void aNodeWithMuchMemoryHasLongToSaveIt() {
        assertThat(template("{}").getSpec().getTerminationGracePeriodSeconds()).isEqualTo(600);
        assertThat(template("resources: {limits: {memory: 1Gi}}").getSpec().getTerminationGracePeriodSeconds())
                .isEqualTo(92);
    }

    @Test
    void noUserIsForcedAndNoGroupWhereThePlatformAssignsOne() {
        Blueprint blueprint =
                Blueprint.of(Examples.drawn("{}"), new NodeDefaults("slotkeeper/node", OptionalLong.empty()));

        assertThat(NodePod.of(blueprint, 0).getSpec().getSecurityContext()).satisfies(context -> {
            assertThat(context.getRunAsNonRoot()).isTrue();
            assertThat(context.getRunAsUser()).isNull();
            assertThat(context.getFsGroup()).isNull();
        });
    }

    private static PodAntiAffinity apart(String spec) {
        return template(spec).getSpec().getAffinity().getPodAntiAffinity();
    }

    private static String image(String spec) {
        return template(spec).getSpec().getContainers().getFirst().getImage();
    }

    private static PodTemplateSpec template(String spec) {
        return NodePod.of(Examples.blueprint(Examples.drawn(spec)), 1);
    }
}
