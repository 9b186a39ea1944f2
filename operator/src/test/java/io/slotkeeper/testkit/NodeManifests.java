package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The objects that make the node image run, as small as they can be: what the image asks for, and what the restricted Pod
 * Security Standard asks for. The user id is a random one, as on platforms that give each namespace a range of its own.
 */
record NodeManifests(
        String namespace,
        String name,
        Engine engine,
        NodePods.Storage storage,
        List<String> settings,
        boolean plain,
        int user) {
    private static final String POD_SPEC = """
            terminationGracePeriodSeconds: 30
            automountServiceAccountToken: false
            enableServiceLinks: false
            securityContext:
              runAsNonRoot: true
              runAsUser: ${user}
              runAsGroup: ${user}
              fsGroup: ${user}
              seccompProfile: {type: RuntimeDefault}
            affinity:
              podAntiAffinity:
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 100
                  podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {shard: "${shard}"}}}
                - weight: 1
                  podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {cluster: "${name}"}}}
            containers:
            - name: node
              image: localhost/slotkeeper-node:${engine}
              imagePullPolicy: Never
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
              ports:
              - {name: client, containerPort: 6379}
              - {name: bus, containerPort: 16379}
              env:
              - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
              - {name: SLOTKEEPER_CLUSTER, value: ${namespace}/${name}}
              - {name: SLOTKEEPER_PEERS, value: ${peers}}
              readinessProbe: {exec: {command: [/opt/slotkeeper/ready]}, periodSeconds: 1, timeoutSeconds: 64, failureThreshold: 1}
              lifecycle: {preStop: {exec: {command: [/opt/slotkeeper/pre-stop]}}}
              volumeMounts:
              - {name: data, mountPath: /data}
              - {name: run, mountPath: /run/slotkeeper}
              - {name: config, mountPath: /etc/slotkeeper/config}
              - {name: operator, mountPath: /etc/slotkeeper/secrets/operator}
              - {name: replication, mountPath: /etc/slotkeeper/secrets/replication}
              - {name: node, mountPath: /etc/slotkeeper/secrets/node}
              - {name: default, mountPath: /etc/slotkeeper/secrets/default}
            volumes:
            - {name: run, emptyDir: {medium: Memory}}
            - {name: config, configMap: {name: "${name}"}}
            - {name: operator, secret: {secretName: "${name}-operator"}}
            - {name: replication, secret: {secretName: "${name}-replication"}}
            - {name: node, secret: {secretName: "${name}-node"}}
            - {name: default, secret: {secretName: "${name}-default"}}
            """;

    /** The engine with the same settings and users, and nothing around it: what a StatefulSet of its official image is. */
    private static final String PLAIN =
            "here=/opt/slotkeeper && . $here/lib.sh && . $here/configure.sh && configure && "
                    + "sed -i 's/slotkeeper-replication off/slotkeeper-replication on/' $run/users.acl && "
                    + "exec $engine-server $run/engine.conf";

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: "${name}"}
            spec:
              clusterIP: None
              publishNotReadyAddresses: true
              selector: {cluster: "${name}"}
              ports: [{name: client, port: 6379}]
            """;

    private static final String CLAIM = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: "${claim}"}
            spec:
              storageClassName: standard
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
            """;

    /** Pods of a shard that are named to each other, whether they exist or not. */
    private static final int ORDINALS = 6;

    NodeManifests(
            String namespace,
            String name,
            Engine engine,
            NodePods.Storage storage,
            List<String> settings,
            boolean plain) {
        this(
                namespace,
                name,
                engine,
                storage,
                settings,
                plain,
                ThreadLocalRandom.current().nextInt(1_000_000_000, 2_000_000_000));
    }

    /** What all pods share: the passwords, the settings, and the service that gives pods their names. */
    List<HasMetadata> common(Secrets secrets) {
        List<HasMetadata> objects = new ArrayList<>();
        secrets.passwords()
                .forEach((user, password) -> objects.add(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name + "-" + user)
                        .endMetadata()
                        .addToStringData("password", password)
                        .build()));
        objects.add(config());
        objects.add(Serialization.unmarshal(filled(SERVICE, name), Service.class));
        return objects;
    }

    /** One shard's pods; they are named after the set and a number. */
    StatefulSet shard(int index, int pods) {
        String shard = name + "-" + index;
        StatefulSetBuilder set = new StatefulSetBuilder()
                .withNewMetadata()
                .withName(shard)
                .endMetadata()
                .withNewSpec()
                .withServiceName(name)
                .withReplicas(pods)
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .addToMatchLabels("shard", shard)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("cluster", name)
                .addToLabels("shard", shard)
                .endMetadata()
                .withSpec(podSpec(shard))
                .endTemplate()
                .endSpec();
        if (storage == NodePods.Storage.CLAIM) {
            set.editSpec().addToVolumeClaimTemplates(claim("data")).endSpec();
        } else {
            set.editSpec()
                    .editTemplate()
                    .editSpec()
                    .addNewVolume()
                    .withName("data")
                    .withNewEmptyDir()
                    .endEmptyDir()
                    .endVolume()
                    .endSpec()
                    .endTemplate()
                    .endSpec();
        }
        return set.build();
    }

    /** A pod that stands alone, with its data on the claim that has its name or in an emptyDir. */
    Pod pod(String podName) {
        PodSpecBuilder spec = new PodSpecBuilder(podSpec(podName));
        if (storage == NodePods.Storage.CLAIM) {
            spec.addNewVolume()
                    .withName("data")
                    .withNewPersistentVolumeClaim(name, false)
                    .endVolume();
        } else {
            spec.addNewVolume().withName("data").withNewEmptyDir().endEmptyDir().endVolume();
        }
        return new PodBuilder()
                .withNewMetadata()
                .withName(podName)
                .addToLabels("cluster", name)
                .addToLabels("shard", podName)
                .endMetadata()
                .withSpec(spec.build())
                .build();
    }

    /** A claim on the class that binds it to the node of its first pod. */
    PersistentVolumeClaim claim(String claimName) {
        return Serialization.unmarshal(CLAIM.replace("${claim}", claimName), PersistentVolumeClaim.class);
    }

    private ConfigMap config() {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToData("test.conf", String.join("\n", settings) + "\n")
                .build();
    }

    private PodSpec podSpec(String shard) {
        PodSpec spec = Serialization.unmarshal(filled(POD_SPEC, shard), PodSpec.class);
        if (plain) {
            Container node = spec.getContainers().getFirst();
            node.setCommand(List.of("sh", "-c", PLAIN));
            node.setLifecycle(null);
            node.setReadinessProbe(new ProbeBuilder()
                    .withNewTcpSocket()
                    .withNewPort(EngineProcess.PORT)
                    .endTcpSocket()
                    .withPeriodSeconds(1)
                    .build());
        }
        return spec;
    }

    private String filled(String template, String shard) {
        String peers = IntStream.range(0, ORDINALS)
                .mapToObj(ordinal -> shard + "-" + ordinal + "." + name)
                .collect(Collectors.joining(" "));
        return template.replace("${namespace}", namespace)
                .replace("${name}", name)
                .replace("${engine}", engine.toString())
                .replace("${shard}", shard)
                .replace("${peers}", peers)
                .replace("${user}", Integer.toString(user));
    }
}
