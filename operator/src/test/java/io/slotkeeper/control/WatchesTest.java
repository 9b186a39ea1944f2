package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is kept in memory of what is watched. */
@Tag("unit")
class WatchesTest {
    private static final String METADATA = """
            metadata:
              name: cart-0-0
              namespace: shop
              labels: {slotkeeper.io/cluster: cart}
              annotations: {example.com/note: long}
              managedFields: [{manager: slotkeeper}, {manager: kubelet}]
            """;

    @Test
    void ofAPodItsNameLabelsStatusAndMachineAreKept() {
        Pod kept = kept(Serialization.unmarshal(
                METADATA + "spec: {nodeName: one, hostname: x}\nstatus: {podIP: 10.1.2.3}\n", Pod.class));
        assertThat(kept.getMetadata().getName()).isEqualTo("cart-0-0");
        assertThat(kept.getMetadata().getLabels()).containsEntry("slotkeeper.io/cluster", "cart");
        assertThat(kept.getStatus().getPodIP()).isEqualTo("10.1.2.3");
        assertThat(kept.getSpec().getNodeName()).isEqualTo("one");
        assertThat(kept.getSpec().getHostname()).isNull();
        assertThat(kept.getMetadata().getAnnotations()).isNullOrEmpty();
        assertThat(kept.getMetadata().getManagedFields()).isEmpty();
    }

    @Test
    void ofEverythingElseAllIsKeptButWhoElseWroteIt() {
        Service kept = kept(Serialization.unmarshal(METADATA + "spec: {clusterIP: 10.9.9.9}\n", Service.class));
        assertThat(kept.getSpec().getClusterIP()).isEqualTo("10.9.9.9");
        assertThat(kept.getMetadata().getAnnotations()).containsEntry("example.com/note", "long");
        assertThat(kept.getMetadata().getManagedFields())
                .extracting(ManagedFieldsEntry::getManager)
                .containsExactly("slotkeeper");
    }

    private static <T extends HasMetadata> T kept(T object) {
        Watches.Trimmed<T> store = new Watches.Trimmed<>();
        store.put("shop/cart-0-0", object);
        return store.get("shop/cart-0-0");
    }
}
