package apigw;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A response to a request, which {@link #encode} writes as the JSON that the gateway takes.
 *
 * <pre>{@code
 * byte[] output = new Response(200).header("content-type", "text/plain").body("hello")
 *     .encode(event.dialect());
 * }</pre>
 *
 * A response is used by one thread at a time.
 */
public final class Response {
    private final int status;
    private final List<byte[]> headers = new ArrayList<>();
    private byte[] body = new byte[0];
    private BodyEncoding encoding = BodyEncoding.AUTO;

    /**
     * Makes a response without headers and body.
     *
     * @param status the status, 100 to 999
     */
    public Response(int status) {
        this.status = status;
    }

    /**
     * Adds a header. Names may be repeated.
     *
     * @param name a token (RFC 9110 section 5.1)
     * @param value a text without control characters other than tabs
     * @return this response
     * @throws EncodeException if the name or the value has a lone surrogate
     */
    public Response header(String name, String value) {
        headers.add(utf8(name, ErrorCode.INVALID_HEADER_NAME, "headers"));
        headers.add(utf8(value, ErrorCode.INVALID_HEADER_VALUE, "headers." + name));
        return this;
    }

    /**
     * Sets the body.
     *
     * @param bytes the bytes, which must not change before the response is encoded
     * @return this response
     */
    public Response body(byte[] bytes) {
        body = Objects.requireNonNull(bytes);
        return this;
    }

    /**
     * Sets the body.
     *
     * @param text the text
     * @return this response
     * @throws EncodeException if the text has a lone surrogate
     */
    public Response body(String text) {
        body = utf8(text, ErrorCode.INVALID_UTF8, "body");
        return this;
    }

    /**
     * Sets how the body is written; {@link BodyEncoding#AUTO} if this is not called.
     *
     * @param encoding the way
     * @return this response
     */
    public Response encoding(BodyEncoding encoding) {
        this.encoding = Objects.requireNonNull(encoding);
        return this;
    }

    /**
     * Encodes the response.
     *
     * @param dialect the kind of gateway that receives it: {@link Event#dialect} of the event
     * @return the JSON that a function returns
     * @throws EncodeException if the response is invalid, or the gateway takes no response
     */
    public byte[] encode(Dialect dialect) {
        Objects.requireNonNull(dialect);
        int wordsLength = 8 * headers.size();
        int namesLength = 0;
        for (byte[] part : headers) namesLength = Math.addExact(namesLength, part.length);
        int used = Math.addExact(Math.addExact(wordsLength, namesLength), body.length);
        // Most outputs fit: base64, or text with a few escapes.
        Scratch scratch = Scratch.take(used + namesLength + 4L * body.length / 3 + 256);
        try {
            int word = 0;
            int at = 0;
            for (byte[] part : headers) {
                scratch.putWord(word, at);
                scratch.putWord(word + 4, part.length);
                scratch.put(wordsLength + at, part, 0, part.length);
                word += 8;
                at += part.length;
            }
            scratch.put(wordsLength + namesLength, body, 0, body.length);
            return scratch.encode(this, dialect, headers.size() / 2, namesLength, body.length);
        } finally {
            scratch.release();
        }
    }

    int status() {
        return status;
    }

    BodyEncoding encoding() {
        return encoding;
    }

    private static byte[] utf8(String text, int error, String member) {
        int at = Utf8.loneSurrogate(text);
        if (at < 0) return text.getBytes(StandardCharsets.UTF_8);
        throw new EncodeException(error, Utf8.lengthOf(text, at), member);
    }
}
