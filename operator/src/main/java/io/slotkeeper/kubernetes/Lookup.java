package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;
import java.util.Optional;

/** What there is: from informer caches, or from the API server itself. What is seen may be a moment old. */
public interface Lookup {
    /** The object of a kind and name, whoever it belongs to, with its managed fields. */
    <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name);

    /** All claims of a namespace, whoever they belong to; asked only before a shard's pods come into being. */
    List<PersistentVolumeClaim> claims(String namespace);

    /** A volume by its name; asked only while a pod finds no machine. */
    Optional<PersistentVolume> volume(String name);

    /** All storage classes; asked only before a shard's pods come into being. */
    List<StorageClass> storageClasses();
}
