package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reading managed fields; what an API server really writes there is ProvisionOnApiServerTest's business. */
@Tag("unit")
class DifferenceTest {
    private static final String WANTED = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p, labels: {a: x}}
            spec:
              containers:
              - name: one
                image: i
                command: [run]
                resources: {limits: {memory: 1024Mi}}
            """;

    private static final String FIELDS = """
            f:metadata: {f:labels: {f:a: {}}}
            f:spec:
              f:containers:
                'k:{"name":"one"}':
                  .: {}
                  f:name: {}
                  f:image: {}
                  f:command: {}
                  f:resources: {f:limits: {f:memory: {}}}
            """;

    private static final String FOUND = """
            metadata: {name: p, uid: u, labels: {a: x, foreign: f}}
            spec:
              dnsPolicy: ClusterFirst
              containers:
              - {name: foreign, image: f}
              - name: one
                image: i
                imagePullPolicy: Always
                command: [run]
                resources: {limits: {memory: 1Gi, cpu: 1}}
            """;

    @Test
    void defaultsAndWhatOthersAddedAreNoDifference() {
        assertThat(difference(FIELDS, FOUND)).isEqualTo("none");
    }

    @Test
    void anObjectThatWeNeverAppliedIsDifferent() {
        assertThat(Difference.between(pod(WANTED), pod(FOUND))).contains("/");
    }

    @Test
    void aFieldThatSomebodyElseChangedIsADifference() {
        assertThat(difference(FIELDS.replace("f:image: {}", ""), FOUND.replace("image: i", "image: j")))
                .isEqualTo("/spec/containers/k:{\"name\":\"one\"}/image");
    }

    @Test
    void anotherValueIsADifference() {
        assertThat(difference(FIELDS, FOUND.replace("memory: 1Gi", "memory: 2Gi")))
                .isEqualTo("/spec/containers/k:{\"name\":\"one\"}/resources/limits/memory");
        assertThat(difference(FIELDS, FOUND.replace("[run]", "[run, fast]")))
                .isEqualTo("/spec/containers/k:{\"name\":\"one\"}/command");
    }

    @Test
    void aFieldThatIsNoLongerWantedIsADifference() {
        assertThat(difference(
                        FIELDS.replace("{f:a: {}}", "{f:a: {}, f:old: {}}"), FOUND.replace("a: x", "a: x, old: o")))
                .isEqualTo("/metadata/labels/old");
    }

    @Test
    void anElementThatIsNoLongerWantedIsADifference() {
        assertThat(difference(FIELDS + "    'k:{\"name\":\"foreign\"}': {.: {}, f:name: {}}\n", FOUND))
                .isEqualTo("/spec/containers/k:{\"name\":\"foreign\"}");
    }

    @Test
    void anElementThatIsNotThereYetIsADifference() {
        assertThat(difference(FIELDS.substring(0, FIELDS.indexOf("'k:")).stripTrailing() + " {.: {}}\n", FOUND))
                .isEqualTo("/spec/containers");
    }

    private static String difference(String fields, String found) {
        String managed = "metadata:\n  managedFields:\n  - manager: slotkeeper\n    operation: Apply\n    fieldsV1:\n"
                + fields.indent(6);
        Pod pod = pod(found);
        pod.getMetadata().setManagedFields(pod(managed).getMetadata().getManagedFields());
        return Difference.between(pod(WANTED), pod).orElse("none");
    }

    private static Pod pod(String yaml) {
        return Serialization.unmarshal(yaml, Pod.class);
    }
}
