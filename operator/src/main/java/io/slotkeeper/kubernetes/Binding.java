package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** All that an application needs to connect, in the layout of the Service Binding specification. */
final class Binding {
    private static final String USER = "default";
    private static final String PASSWORD = "password";

    private Binding() {}

    static Secret of(Blueprint blueprint, Password password) {
        String host = blueprint.names().clientHost();
        Map<String, String> entries = new TreeMap<>(Map.of(
                "type",
                "redis",
                "provider",
                "slotkeeper",
                "host",
                host,
                "port",
                Integer.toString(Ports.CLIENT),
                "uri",
                "redis://%s:%s@%s:%d".formatted(USER, inUri(password), host, Ports.CLIENT),
                "username",
                USER,
                PASSWORD,
                password.value()));
        entries.replaceAll((key, value) -> encoded(value));
        return new SecretBuilder()
                .withMetadata(blueprint.owned(blueprint.names().bindingSecret()))
                .withType("servicebinding.io/redis")
                .withData(entries)
                .build();
    }

    /** Whether a binding tells another password than this one, and not because somebody has tampered with it. */
    static boolean tellsAnother(Secret binding, Password password) {
        return Difference.isAsApplied(binding, "data", PASSWORD)
                && !encoded(password.value()).equals(binding.getData().get(PASSWORD));
    }

    static String encoded(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String inUri(Password password) {
        // The encoding is that of forms, where a space is a plus.
        return URLEncoder.encode(password.value(), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
