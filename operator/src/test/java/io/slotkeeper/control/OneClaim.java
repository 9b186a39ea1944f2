package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.slotkeeper.kubernetes.Lookup;
import java.util.List;
import java.util.Optional;

/** A claim and its volume, each if there is one, and nothing else. */
record OneClaim(Optional<PersistentVolumeClaim> claim, Optional<PersistentVolume> volume) implements Lookup {
    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
        return claim.filter(there ->
                        kind.isInstance(there) && there.getMetadata().getName().equals(name))
                .map(kind::cast);
    }

    @Override
    public List<PersistentVolumeClaim> claims(String namespace) {
        return claim.stream().toList();
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return volume.filter(there -> there.getMetadata().getName().equals(name));
    }

    @Override
    public List<StorageClass> storageClasses() {
        return List.of();
    }
}
