package apigw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A decoder, an encoder, and the native memory in which they work. It is used by one thread at a
 * time. There is a fixed number of them for all threads, so that many virtual threads do not need
 * more memory than a few platform threads.
 */
final class Scratch {
    /** Bytes that must follow a document. */
    static final int PADDING = 64;

    private static final int TEXT = Native.textOffset();

    /** Where the words of the table begin, after the result. */
    private static final int WORDS = 8;

    private static final int MIN_TEXT = 64 << 10;

    /** More memory than this is given back after a call. */
    private static final int MAX_KEPT = 2 << 20;

    /** Slots have a distance, so that threads do not write to the same line of the cache. */
    private static final int STRIDE = 16;

    private static final int SLOTS =
            Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors());

    private static final AtomicReferenceArray<Scratch> POOL =
            new AtomicReferenceArray<>(SLOTS * STRIDE);

    private final long handle;
    private ByteBuffer memory;
    private IntBuffer words;
    private long address;
    private int slot;

    private Scratch() {
        handle = Native.open();
        if (handle == 0) throw new OutOfMemoryError("no memory for a decoder");
        allocate(MIN_TEXT);
    }

    /** Takes a scratch whose text has room for a number of bytes, until {@link #release}. */
    static Scratch take(long room) {
        int slot = (int) (Thread.currentThread().getId() & (SLOTS - 1)) * STRIDE;
        Scratch found = POOL.getAndSet(slot, null);
        if (found == null) found = new Scratch();
        found.slot = slot;
        try {
            found.reserve(room);
        } catch (Throwable error) {
            found.release();
            throw error;
        }
        return found;
    }

    void release() {
        if (memory.capacity() > MAX_KEPT) {
            Native.trim(handle);
            allocate(MIN_TEXT);
        }
        if (!POOL.compareAndSet(slot, null, this)) Native.close(handle);
    }

    private void reserve(long room) {
        if (room <= text()) return;
        if (room > Integer.MAX_VALUE - TEXT) {
            throw new OutOfMemoryError("more than 2 GiB of memory are needed");
        }
        allocate((int) room);
    }

    /** Makes the room for text larger, and keeps the text. */
    void grow(int used, long room) {
        ByteBuffer old = memory;
        reserve(room);
        memory.put(TEXT, old, TEXT, used);
    }

    private void allocate(int room) {
        memory = ByteBuffer.allocateDirect(TEXT + room).order(ByteOrder.nativeOrder());
        words = memory.slice(WORDS, TEXT - WORDS).order(ByteOrder.nativeOrder()).asIntBuffer();
        address = Native.address(memory);
    }

    /** Returns the number of bytes that the text has room for. */
    int text() {
        return memory.capacity() - TEXT;
    }

    void put(int at, byte[] bytes, int offset, int length) {
        memory.put(TEXT + at, bytes, offset, length);
    }

    void put(int at, ByteBuffer bytes) {
        memory.put(TEXT + at, bytes, bytes.position(), bytes.remaining());
    }

    void putWord(int at, int word) {
        memory.putInt(TEXT + at, word);
    }

    /** Returns bytes of the text. */
    byte[] bytes(int at, int length) {
        byte[] bytes = new byte[length];
        memory.get(TEXT + at, bytes);
        return bytes;
    }

    /** Decodes the document that is in the text. */
    Event decode(int length) {
        int status = Native.decode(handle, address, length, text());
        if (status != 0) throw decodeException(status, null);
        return event();
    }

    /** Reads the form that is in the text. */
    Event form(int length) {
        int status = Native.form(handle, address, length, text());
        if (status != 0) throw decodeException(status, "body");
        return event().withAllPairs();
    }

    /** Reads the header with cookies that is in the text. */
    Event cookies(int length) {
        int status = Native.cookies(handle, address, length, text());
        if (status != 0) throw decodeException(status, "headers");
        return event().withAllPairs();
    }

    /** Returns the bytes of the base64 that is in the text. */
    byte[] base64(int length) {
        int status = Native.base64(handle, address, length);
        if (status != 0) throw decodeException(status, "body");
        return bytes(0, result());
    }

    /** Reads the JSON document that is in the text. */
    Object json(int length, String member) {
        long[] nodes = Native.json(handle, address, length, text());
        if (nodes == null) throw decodeException(words.get(0), member);
        return new JsonTree(nodes, bytes(0, result())).read();
    }

    /** Decodes the lines of a call of {@link EventLines}, and ends the use of this scratch. */
    void decodeLines(long call) {
        try {
            Native.decodeLines(handle, address, call);
        } finally {
            release();
        }
    }

    /** Encodes the response whose parts are in the text. */
    byte[] encode(
            Response response, Dialect dialect, int headerCount, int namesLength, int bodyLength) {
        int used = 16 * headerCount + namesLength + bodyLength;
        while (true) {
            int status =
                    Native.encode(
                            handle,
                            address,
                            response.status(),
                            headerCount,
                            namesLength,
                            bodyLength,
                            text(),
                            response.encoding().number(),
                            dialect.number());
            if (status == 0) return bytes(used, result());
            if (status != ErrorCode.BUFFER) {
                throw new EncodeException(status, memory.getLong(0), member(true));
            }
            grow(used, used + memory.getLong(0));
        }
    }

    private int result() {
        return (int) memory.getLong(0);
    }

    /** Copies the event that the library has decoded. */
    private Event event() {
        int[] table = new int[words.get(Fields.SIZE) / 4 + 4 * words.get(Fields.PAIR_COUNT)];
        words.get(0, table);
        return new Event(bytes(0, result()), table);
    }

    private DecodeException decodeException(int status, String member) {
        String found = member(false);
        return new DecodeException(status, memory.getLong(0), found == null ? member : found);
    }

    private String member(boolean isEncoder) {
        byte[] member = Native.member(handle, isEncoder);
        return member == null ? null : new String(member, StandardCharsets.UTF_8);
    }
}
