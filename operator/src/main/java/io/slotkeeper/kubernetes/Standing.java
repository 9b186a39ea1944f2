package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Optional;

/** How an object of a name that we need stands to the cluster. */
sealed interface Standing<T extends HasMetadata> {
    /** There is none. */
    record Absent<T extends HasMetadata>() implements Standing<T> {}

    /** It is this cluster's: owned by it, or left behind for it with its labels and owned by nobody. */
    record Ours<T extends HasMetadata>(T object) implements Standing<T> {}

    /** It cannot be ours for now, or ever. */
    record InTheWay<T extends HasMetadata>(Obstacle obstacle) implements Standing<T> {}

    static <T extends HasMetadata> Standing<T> of(Optional<T> found, Blueprint blueprint) {
        if (found.isEmpty()) {
            return new Absent<>();
        }
        T object = found.get();
        String kind = object.getKind();
        String name = object.getMetadata().getName();
        Optional<OwnerReference> controller = controllerOf(object);
        boolean ours = controller.isEmpty()
                ? Labels.areOf(blueprint.names(), object)
                : controller.get().getUid().equals(blueprint.owner().getUid());
        if (!ours && controller.filter(owner -> isPredecessor(owner, blueprint)).isEmpty()) {
            return new InTheWay<>(new Obstacle.Conflict(
                    kind,
                    name,
                    controller
                            .map(owner -> owner.getKind() + " " + owner.getName())
                            .orElse("somebody else")));
        }
        boolean leaving = !ours || object.getMetadata().getDeletionTimestamp() != null;
        return leaving ? new InTheWay<>(new Obstacle.Leaving(kind, name)) : new Ours<>(object);
    }

    /** A cluster of this name that was deleted, whose belongings the garbage collector has not come to yet. */
    private static boolean isPredecessor(OwnerReference owner, Blueprint blueprint) {
        return owner.getKind().equals(blueprint.owner().getKind())
                && owner.getName().equals(blueprint.owner().getName())
                && group(owner).equals(group(blueprint.owner()));
    }

    private static String group(OwnerReference owner) {
        return owner.getApiVersion().replaceFirst("/.*", "");
    }

    private static Optional<OwnerReference> controllerOf(HasMetadata object) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        return owners == null
                ? Optional.empty()
                : owners.stream()
                        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                        .findFirst();
    }
}
