package io.slotkeeper.control;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurationServiceCustomizer;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.kubernetes.ApiServer;
import io.slotkeeper.kubernetes.NodeDefaults;
import io.slotkeeper.kubernetes.Provision;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.health.Liveness;

/** Puts the operator together from its parts. */
final class Assembly {
    private Assembly() {}

    @Produces
    @Singleton
    static Settings settings() {
        return Settings.of(System.getenv());
    }

    @Produces
    @Singleton
    static Connector connector() {
        return new Connector();
    }

    static void disconnect(@Disposes Connector connector) {
        connector.close();
    }

    @Produces
    @Singleton
    static LeaseGuard lease(KubernetesClient client, Settings settings) {
        return settings.elected() ? OwnLease.of(client, settings) : LeaseGuard.alone();
    }

    /** A bean of its own: metrics that are set below are not asked. */
    @Produces
    @Singleton
    static Metrics metrics(MeterRegistry registry, Memory memory, @Liveness Pulse pulse) {
        return new LoopMetrics(registry, pulse, memory::forget);
    }

    @Produces
    @Singleton
    static ConfigurationServiceCustomizer framework(Settings settings, Leadership leadership) {
        return () -> framework -> {
            framework.withExecutorService(Executors.newVirtualThreadPerTaskExecutor());
            if (settings.elected()) {
                framework.withLeaderElectionConfiguration(election(settings, leadership));
            }
        };
    }

    @Produces
    @Singleton
    static Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    static Watches watches(KubernetesClient client) {
        return new Watches(new ApiServer(client));
    }

    @Produces
    @Singleton
    static Ground ground(KubernetesClient client, Watches watches, Settings settings) {
        NodeDefaults defaults = NodeDefaults.withImagesAt(settings.nodeImage());
        return new Ground(new Provision(new ApiServer(client), watches, defaults), defaults);
    }

    private static LeaderElectionConfiguration election(Settings settings, Leadership leadership) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(OwnLease.NAME)
                .withLeaseNamespace(settings.namespace())
                .withIdentity(settings.identity())
                .withLeaseDuration(OwnLease.DURATION)
                .withRenewDeadline(OwnLease.RENEW_DEADLINE)
                .withRetryPeriod(OwnLease.RETRY)
                .withLeaderCallbacks(leadership.callbacks())
                // The way in which nothing exits by itself; see Leadership.
                .buildForTest(false);
    }
}
