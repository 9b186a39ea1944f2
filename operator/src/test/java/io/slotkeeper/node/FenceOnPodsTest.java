package io.slotkeeper.node;

import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.NodePods;
import io.slotkeeper.testkit.NodePods.Storage;
import io.slotkeeper.testkit.PodNode;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The fence's scenarios on pods: images, volumes, the kubelet's restarts and the cluster's names are the real ones. */
@Tag("kube")
class FenceOnPodsTest extends FenceScenarios<PodNode> {
    @Override
    ClusterUnderTest<PodNode> start(Engine engine, List<String> settings) {
        Storage storage = settings.isEmpty() ? Storage.EMPTY_DIR : Storage.CLAIM;
        return NodePods.cluster(engine, 3, 1, storage, settings);
    }

    @Override
    String table() {
        return "fence-pods";
    }
}
