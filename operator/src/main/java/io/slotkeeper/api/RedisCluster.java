package io.slotkeeper.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A cluster of Redis or Valkey nodes.
 *
 * <p>The rules here are those that need more than the specification: the name, and whether the cluster has been formed. What
 * would need new pods may change until then, so that a wrong image can be mended.
 */
// The longest names derived from the cluster's are the label controller-revision-hash of a pod of shard 499, which is
// `<cluster>-499-<up to 10 characters>` and may have 63 characters, and the Services', which begin with a letter.
@ValidationRule(
        value = "self.metadata.name.size() <= 48",
        message = "the name is too long for the labels derived from it: write one of at most 48 characters")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message =
                "a Service gets this name: write one of lower-case letters, digits and '-' that begins with a letter, such as cart")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.version) == has(oldSelf.spec.version) && (!has(self.spec.version) || self.spec.version == oldSelf.spec.version))",
        message = "the version of a formed cluster cannot change: write the one that was there",
        messageExpression = "'this version of Slotkeeper cannot change the version of a formed cluster: ' + "
                + "(has(oldSelf.spec.version) ? 'write \"' + oldSelf.spec.version + '\"' : 'leave version out')",
        fieldPath = ".spec.version")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.image) == has(oldSelf.spec.image) && (!has(self.spec.image) || self.spec.image == oldSelf.spec.image))",
        message = "the image of a formed cluster cannot change: write the one that was there",
        messageExpression = "'this version of Slotkeeper cannot change the image of a formed cluster: ' + "
                + "(has(oldSelf.spec.image) ? 'write ' + oldSelf.spec.image : 'leave image out')",
        fieldPath = ".spec.image")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.resources) == has(oldSelf.spec.resources) && (!has(self.spec.resources) || self.spec.resources == oldSelf.spec.resources))",
        message =
                "this version of Slotkeeper cannot change the resources of a formed cluster: write those that were there",
        fieldPath = ".spec.resources")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.memory) == has(oldSelf.spec.memory) && (!has(self.spec.memory) || self.spec.memory == oldSelf.spec.memory))",
        message = "this version of Slotkeeper cannot change the memory of a formed cluster: write what was there",
        fieldPath = ".spec.memory")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.persistence) == has(oldSelf.spec.persistence) && (!has(self.spec.persistence) || self.spec.persistence == oldSelf.spec.persistence))",
        message = "this version of Slotkeeper cannot change the persistence of a formed cluster: write what was there",
        fieldPath = ".spec.persistence")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.placement) == has(oldSelf.spec.placement) && (!has(self.spec.placement) || self.spec.placement == oldSelf.spec.placement))",
        message = "this version of Slotkeeper cannot change the placement of a formed cluster: write what was there",
        fieldPath = ".spec.placement")
@ValidationRule(
        value =
                Rules.UNFORMED
                        + "(has(self.spec.pod) == has(oldSelf.spec.pod) && (!has(self.spec.pod) || self.spec.pod == oldSelf.spec.pod))",
        message =
                "this version of Slotkeeper cannot change what the pods of a formed cluster carry: write what was there",
        fieldPath = ".spec.pod")
@ValidationRule(
        value = Rules.UNFORMED
                + "(has(self.status) && has(self.status.formedAt) && self.status.formedAt == oldSelf.status.formedAt)",
        message = "a cluster that was formed stays formed: write the time that was there",
        fieldPath = ".status.formedAt")
@Group("slotkeeper.io")
@Version("v1alpha1")
@ShortNames("rdc")
@Categories({"all", "slotkeeper"})
@AdditionalPrinterColumn(
        name = "Ready",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        getDescription = "Whether all slots are served and all replicas are in sync.")
@AdditionalPrinterColumn(
        name = "Reason",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        getDescription = "Why it is ready or not, in one word.")
@AdditionalPrinterColumn(
        name = "Doing",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.doing.step",
        getDescription = "What the operator is doing now.")
@AdditionalPrinterColumn(
        name = "Shards",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.shardsServing",
        getDescription = "How many shards have a primary that serves slots.")
@AdditionalPrinterColumn(
        name = "Replicas",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.replicasInSync",
        getDescription = "How many replicas are in sync.")
@AdditionalPrinterColumn(
        name = "Engine",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.engine",
        getDescription = "The engine that runs and its version.")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp",
        getDescription = "Since when it exists.")
@AdditionalPrinterColumn(
        name = "Message",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
        priority = 1,
        getDescription = "Why it is ready or not, and what to do about it.")
@AdditionalPrinterColumn(
        name = "Why",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.doing.reason",
        priority = 1,
        getDescription = "Why the operator does what it is doing.")
@AdditionalPrinterColumn(
        name = "Binding",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.binding.name",
        priority = 1,
        getDescription = "The Secret that applications connect with.")
@AdditionalPrinterColumn(
        name = "Image",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.image",
        priority = 1,
        getDescription = "The image of the nodes.")
@AdditionalPrinterColumn(
        name = "Paused",
        type = AdditionalPrinterColumn.Type.BOOLEAN,
        jsonPath = ".spec.paused",
        priority = 1,
        getDescription = "Whether the operator only observes.")
public class RedisCluster extends CustomResource<RedisClusterSpec, RedisClusterStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
