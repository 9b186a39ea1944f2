package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.slotkeeper.api.Auth.PasswordSecret;
import java.util.ArrayList;
import java.util.List;

/** What is mounted into a node: data, settings, the passwords, and a place in memory for what may not lie on a disk. */
final class NodeVolumes {
    private static final String RUN = "run";
    private static final String CONFIG = "config";

    /** The users of the engine; the image looks for a password below each of these names. */
    private static final String OPERATOR = "operator";

    private static final String REPLICATION = "replication";
    private static final String NODE = "node";
    private static final String DEFAULT = "default";

    private NodeVolumes() {}

    static List<Volume> of(Blueprint blueprint) {
        Names names = blueprint.names();
        List<Volume> volumes = new ArrayList<>();
        if (blueprint.spec().volume().isEmpty()) {
            volumes.add(new VolumeBuilder()
                    .withName(Names.DATA)
                    .withNewEmptyDir()
                    .endEmptyDir()
                    .build());
        }
        volumes.add(new VolumeBuilder()
                .withName(RUN)
                .withNewEmptyDir()
                .withMedium("Memory")
                .endEmptyDir()
                .build());
        volumes.add(new VolumeBuilder()
                .withName(CONFIG)
                .withNewConfigMap()
                .withName(names.configuration())
                .endConfigMap()
                .build());
        volumes.add(secret(OPERATOR, names.operatorSecret(), PasswordSecret.DEFAULT_KEY));
        volumes.add(secret(REPLICATION, names.replicationSecret(), PasswordSecret.DEFAULT_KEY));
        volumes.add(secret(NODE, names.nodeSecret(), PasswordSecret.DEFAULT_KEY));
        PasswordSecret users = Passwords.ofApplications(blueprint);
        volumes.add(secret(DEFAULT, users.name(), users.keyInUse()));
        return volumes;
    }

    static List<VolumeMount> mounts() {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(mount(Names.DATA, "/data"));
        mounts.add(mount(RUN, "/run/slotkeeper"));
        mounts.add(mount(CONFIG, "/etc/slotkeeper/config"));
        for (String user : List.of(OPERATOR, REPLICATION, NODE, DEFAULT)) {
            mounts.add(mount(user, "/etc/slotkeeper/secrets/" + user));
        }
        return mounts;
    }

    /** The one key that matters, whatever its name: other keys of somebody's Secret are none of a node's business. */
    private static Volume secret(String user, String name, String key) {
        return new VolumeBuilder()
                .withName(user)
                .withNewSecret()
                .withSecretName(name)
                .addNewItem()
                .withKey(key)
                .withPath(PasswordSecret.DEFAULT_KEY)
                .endItem()
                .endSecret()
                .build();
    }

    private static VolumeMount mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
    }
}
