package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.slotkeeper.api.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks whether anything can make a cluster's volumes, which Kubernetes itself tells only the scheduler's log. */
final class StorageClasses {
    private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

    private StorageClasses() {}

    static Optional<Obstacle> obstacle(List<StorageClass> classes, Blueprint blueprint) {
        Optional<String> wanted = blueprint.spec().volume().flatMap(Storage::storageClass);
        boolean found = classes.stream()
                .anyMatch(
                        each -> wanted.map(each.getMetadata().getName()::equals).orElseGet(() -> isDefault(each)));
        return found ? Optional.empty() : Optional.of(new Obstacle.StorageClassMissing(wanted));
    }

    private static boolean isDefault(StorageClass storageClass) {
        Map<String, String> annotations = storageClass.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(DEFAULT));
    }
}
