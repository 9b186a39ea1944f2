package io.slotkeeper.control;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.slotkeeper.api.RedisCluster;
import java.util.concurrent.TimeUnit;

/** The loop, one pass at a time: observe, plan, act, report. */
@ControllerConfiguration(
        name = "rediscluster",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 30_000)
final class ClusterReconciler implements Reconciler<RedisCluster> {
    @Override
    public UpdateControl<RedisCluster> reconcile(RedisCluster cluster, Context<RedisCluster> context) {
        return UpdateControl.noUpdate();
    }
}
