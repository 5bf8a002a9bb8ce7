package apigw;

import java.util.Locale;

/** How the body is in an event. */
public enum BodyKind {
    /** There is no body. */
    ABSENT,

    /** A string. */
    TEXT,

    /** A string in base64. */
    BASE64,

    /** A JSON object or array. */
    JSON;

    /** Returns the stable name, which is the same in all languages. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
