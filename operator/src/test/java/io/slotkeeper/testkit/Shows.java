package io.slotkeeper.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which fields of the API a test shows the effect of, on what a user would look at: pods, engines, answers of the API server.
 * Written as in {@code spec.failover.nodeTimeoutMillis}; a list or a map is one field. A field that no test shows has no
 * place in the API.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Shows {
    /** The fields. */
    String[] value();
}
