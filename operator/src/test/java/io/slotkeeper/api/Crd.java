package io.slotkeeper.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.testkit.GeneratedFile;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** The CRD as the records of this package say it. */
public final class Crd {
    private static final String HEADER = "# Generated from operator/src/main/java/io/slotkeeper/api by `make crds`.\n";

    private Crd() {}

    /** The CRD that follows from the records. */
    static CustomResourceDefinition generated() {
        AtomicReference<CustomResourceDefinition> result = new AtomicReference<>();
        new CRDGenerator()
                .customResourceClasses(List.of(RedisCluster.class))
                .forCRDVersions("v1")
                .withPostProcessor(new CRDPostProcessor() {
                    @Override
                    public HasMetadata process(HasMetadata crd, String specVersion) {
                        result.set(CrdRefinements.apply((CustomResourceDefinition) crd));
                        return crd;
                    }
                })
                .withOutput(new CRDGenerator.AbstractCRDOutput<>() {
                    @Override
                    protected ByteArrayOutputStream createStreamFor(String name) {
                        return new ByteArrayOutputStream();
                    }
                })
                .generate();
        return Objects.requireNonNull(result.get());
    }

    /** The file of the CRD. The generator writes bounds as fractions, which are whole numbers here. */
    static GeneratedFile file() {
        return new GeneratedFile(
                "crds/redisclusters.slotkeeper.io.yaml",
                HEADER + yaml(generated()).replaceAll("(?m)^( *(?:minimum|maximum): [0-9]+)\\.0$", "$1"));
    }

    /** The CRD that users get. */
    public static CustomResourceDefinition committed() {
        return Serialization.unmarshal(file().committed(), CustomResourceDefinition.class);
    }

    private static String yaml(CustomResourceDefinition crd) {
        YAMLMapper mapper = YAMLMapper.builder()
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .build();
        try {
            return mapper.writeValueAsString(crd);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema of the only version. */
    static JSONSchemaProps schema(CustomResourceDefinition crd) {
        CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
        return version.getSchema().getOpenAPIV3Schema();
    }
}
