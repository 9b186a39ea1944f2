package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** What one pass has written, and what it met in its way. Objects are applied side by side, so it is used by many at once. */
final class Work {
    /** Answers that will be the same until somebody changes something. Others are worth another try. */
    private static final Set<Integer> FINAL = Set.of(
            HttpURLConnection.HTTP_BAD_REQUEST,
            HttpURLConnection.HTTP_FORBIDDEN,
            HttpURLConnection.HTTP_NOT_FOUND,
            422);

    private final List<String> written = new CopyOnWriteArrayList<>();
    private final List<Obstacle> obstacles = new CopyOnWriteArrayList<>();

    void wrote(HasMetadata object) {
        written.add(object.getKind() + "/" + object.getMetadata().getName());
    }

    void metAnObstacle(Obstacle obstacle) {
        obstacles.add(obstacle);
    }

    /** Tries to write an object; what goes wrong is an obstacle, since the rest of the pass may well succeed. */
    <R> Optional<R> attempt(HasMetadata object, Supplier<R> write) {
        return attempt(object.getKind(), object.getMetadata().getName(), write);
    }

    /** Tries something that is about an object of this kind and name. */
    <R> Optional<R> attempt(Class<? extends HasMetadata> kind, String name, Supplier<R> request) {
        return attempt(HasMetadata.getKind(kind), name, request);
    }

    private <R> Optional<R> attempt(String kind, String name, Supplier<R> request) {
        try {
            return Optional.of(request.get());
        } catch (KubernetesClientException e) {
            String answer = e.getStatus() == null || e.getStatus().getMessage() == null
                    ? String.valueOf(e.getMessage())
                    : e.getStatus().getMessage();
            obstacles.add(
                    FINAL.contains(e.getCode())
                            ? new Obstacle.Refused(kind, name, answer)
                            : new Obstacle.ApiServerTrouble(kind, name, answer));
            return Optional.empty();
        }
    }

    boolean isUnhindered() {
        return obstacles.isEmpty();
    }

    List<String> written() {
        return List.copyOf(written);
    }

    List<Obstacle> obstacles() {
        return List.copyOf(obstacles);
    }
}
