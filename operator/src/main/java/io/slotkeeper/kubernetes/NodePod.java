package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.slotkeeper.api.RedisClusterSpec;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node's pod, as the node image wants it (docs/node-image.md) and the restricted Pod Security Standard allows it. Every
 * change in here is a change to the pods of all clusters there are, so it is made only when a node needs it.
 */
final class NodePod {
    /** The hand-over takes ten seconds at most, stopping a few more. */
    private static final long GRACE_SECONDS = 60;

    /** What a slow volume saves in a second. */
    private static final long SAVED_BYTES_PER_SECOND = 32L << 20;

    /** Where nobody says how much memory a node may use. */
    private static final long UNKNOWN_GRACE_SECONDS = 600;

    private NodePod() {}

    static PodTemplateSpec of(Blueprint blueprint, int shard) {
        RedisClusterSpec spec = blueprint.spec();
        Names names = blueprint.names();
        Map<String, String> labels = new TreeMap<>(spec.podLabels());
        labels.putAll(Labels.of(names, shard));
        Map<String, String> annotations = new TreeMap<>(spec.podAnnotations());
        annotations.put(Configuration.MARK, Configuration.mark(blueprint));
        PodSpecBuilder pod = new PodSpecBuilder()
                .withServiceAccountName(names.serviceAccount())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(graceSeconds(spec))
                .withSecurityContext(security(blueprint))
                .withNodeSelector(new TreeMap<>(spec.nodeSelector()))
                .withTolerations(spec.tolerations())
                .withAffinity(Spreading.withinShard(names, shard, spec))
                .withTopologySpreadConstraints(Spreading.ofCluster(names))
                .withImagePullSecrets(spec.imagePullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withContainers(container(blueprint, shard))
                .withVolumes(NodeVolumes.of(blueprint));
        spec.podPriorityClass().ifPresent(pod::withPriorityClassName);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .withSpec(pod.build())
                .build();
    }

    private static Container container(Blueprint blueprint, int shard) {
        RedisClusterSpec spec = blueprint.spec();
        return new ContainerBuilder()
                .withName(Names.CONTAINER)
                .withImage(blueprint.image())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withNewResources()
                .withRequests(new TreeMap<>(spec.resourceRequests()))
                .withLimits(new TreeMap<>(spec.resourceLimits()))
                .endResources()
                .addNewPort()
                .withName(Ports.CLIENT_NAME)
                .withContainerPort(Ports.CLIENT)
                .withProtocol(Ports.TCP)
                .endPort()
                .addNewPort()
                .withName(Ports.BUS_NAME)
                .withContainerPort(Ports.bus(blueprint.names()))
                .withProtocol(Ports.TCP)
                .endPort()
                .addNewEnv()
                .withName("POD_IP")
                .withNewValueFrom()
                .withNewFieldRef("v1", "status.podIP")
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("SLOTKEEPER_CLUSTER")
                .withValue(blueprint.names().identity())
                .endEnv()
                .addNewEnv()
                .withName("SLOTKEEPER_PEERS")
                .withValue(String.join(" ", blueprint.names().peers(shard)))
                .endEnv()
                // Why a node ended by itself is in its last lines, and from there in the conditions.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withReadinessProbe(ready())
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand("/opt/slotkeeper/pre-stop")
                .endExec()
                .endPreStop()
                .endLifecycle()
                .withVolumeMounts(NodeVolumes.mounts())
                .build();
    }

    /**
     * The only probe. It lasts for seconds, up to a minute, because to start a process in a container costs more than all that it does;
     * the period is only the pause between two. Whether the port accepts would say nothing: the kernel does that for an engine that
     * hangs, and one that is dead ends its container.
     */
    private static Probe ready() {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand("/opt/slotkeeper/ready")
                .endExec()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(64)
                .withFailureThreshold(1)
                .build();
    }

    private static PodSecurityContext security(Blueprint blueprint) {
        PodSecurityContextBuilder context = new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile();
        blueprint
                .volumeGroup()
                .ifPresent(group -> context.withFsGroup(group)
                        // A volume of many files is not walked through again at every start.
                        .withFsGroupChangePolicy("OnRootMismatch"));
        return context.build();
    }

    /** A node that is killed while it saves has lost its clean shutdown: it starts fenced, and its replicas must lead. */
    static long graceSeconds(RedisClusterSpec spec) {
        Quantity memory = spec.resourceLimits().get("memory");
        return memory == null
                ? UNKNOWN_GRACE_SECONDS
                : GRACE_SECONDS + Math.ceilDiv(Quantity.getAmountInBytes(memory).longValue(), SAVED_BYTES_PER_SECOND);
    }
}
