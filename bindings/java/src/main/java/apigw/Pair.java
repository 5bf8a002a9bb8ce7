package apigw;

/**
 * A name and its value.
 *
 * @param name the name
 * @param value the value; null for a bare name, such as {@code ?flag}
 */
public record Pair(String name, String value) {}
