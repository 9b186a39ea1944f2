package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The users' own password; generated when left out. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Auth(
        @Nullable
        @JsonPropertyDescription(
                "Where the password of the user `default` comes from. Left out, one is generated into the Secret `<cluster>-password`.")
        PasswordSecret passwordSecret) {
    /** A key of a Secret in the cluster's namespace. */
    @ValidationRule(
            value = "self.name == oldSelf.name",
            message =
                    "this version of Slotkeeper cannot change where the password comes from: write the name that was there",
            messageExpression =
                    "'this version of Slotkeeper cannot change where the password comes from: write ' + oldSelf.name",
            fieldPath = ".name")
    @ValidationRule(
            value = "(has(self.key) ? self.key : 'password') == (has(oldSelf.key) ? oldSelf.key : 'password')",
            message =
                    "this version of Slotkeeper cannot change where the password comes from: write the key that was there",
            messageExpression = "'this version of Slotkeeper cannot change where the password comes from: write ' + "
                    + "(has(oldSelf.key) ? oldSelf.key : 'password')",
            fieldPath = ".key")
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PasswordSecret(
            @Required
            @Size(min = 1, max = 253)
            @ValidationRule(value = Rules.OBJECT_NAME, message = "write the name of a Secret, such as cart-password")
            @JsonPropertyDescription("Name of a Secret in the cluster's namespace.")
            String name,

            @Nullable
            @Size(min = 1, max = 253)
            @ValidationRule(
                    value = "self.matches('^[-._a-zA-Z0-9]+$')",
                    message = "write a key of the Secret, such as password")
            @JsonPropertyDescription("The Secret's key that holds the password; `password` when left out.")
            String key) {
        /** The key under which the password lies when nothing else is said. */
        public static final String DEFAULT_KEY = "password";

        /** The key that is read. */
        public String keyInUse() {
            return key == null ? DEFAULT_KEY : key;
        }
    }
}
