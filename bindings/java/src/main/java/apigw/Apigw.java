package apigw;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Decodes API-gateway events, the JSON that a serverless platform passes to a function for each
 * HTTP request.
 *
 * <pre>{@code
 * Event event = Apigw.decode(bytes);
 * System.out.println(event.method() + " " + event.path() + " " + event.header("Host"));
 * }</pre>
 *
 * All methods can be called by any number of threads, and events are immutable. An input of more
 * than 16 MiB, and an event with more than 4096 names and values, are refused.
 */
public final class Apigw {
    /** The limit of the library for an input in bytes. */
    private static final int MAX_INPUT = 16 << 20;

    private Apigw() {}

    /**
     * Decodes an event.
     *
     * @param input the JSON document
     * @return the event, which has no reference to the input
     * @throws DecodeException if the input is not a valid event
     */
    public static Event decode(byte[] input) {
        return decode(input, 0, input.length);
    }

    /**
     * Decodes an event that is a part of an array.
     *
     * @param input the array
     * @param offset where the JSON document begins
     * @param length the number of its bytes
     * @return the event, which has no reference to the input
     * @throws DecodeException if the input is not a valid event
     */
    public static Event decode(byte[] input, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, input.length);
        Scratch scratch = Scratch.take(room(length));
        try {
            scratch.put(0, input, offset, length);
            return scratch.decode(length);
        } finally {
            scratch.release();
        }
    }

    /**
     * Decodes the event between the position and the limit of a buffer, and changes neither.
     *
     * @param input the JSON document
     * @return the event, which has no reference to the input
     * @throws DecodeException if the input is not a valid event
     */
    public static Event decode(ByteBuffer input) {
        int length = input.remaining();
        Scratch scratch = Scratch.take(room(length));
        try {
            scratch.put(0, input);
            return scratch.decode(length);
        } finally {
            scratch.release();
        }
    }

    /**
     * Decodes an event. Offsets of errors count bytes of its UTF-8.
     *
     * @param input the JSON document
     * @return the event
     * @throws DecodeException if the input is not a valid event
     */
    public static Event decode(String input) {
        return decode(Utf8.encode(input));
    }

    /** The room for a document, and for its query, which may be decoded to after it. */
    private static long room(int length) {
        if (length > MAX_INPUT) {
            throw new DecodeException(ErrorCode.INPUT_TOO_LONG, MAX_INPUT, null);
        }
        return 2L * length + Scratch.PADDING;
    }
}
