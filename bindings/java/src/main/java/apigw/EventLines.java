package apigw;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Decodes many events, one in each line, for engines that work with columns.
 *
 * <p>Input is added, then {@link #decode} makes rows of it: numbers of 32 bits that say where the
 * strings are. Rows and strings are valid until input is added again. An instance is used by one
 * thread at a time. Its memory is used again after {@link #close}.
 */
public final class EventLines implements AutoCloseable {
    /** The offset of an absent string, and the first index of an absent map. */
    public static final int ABSENT = -1;

    /** The names of all strings of an event, the body included. */
    public static final List<String> STRINGS = Fields.STRING_NAMES;

    /** The names of all maps of an event. */
    public static final List<String> MAPS = Fields.MAP_NAMES;

    /** The names of the maps of members that have no field. */
    public static final List<String> EXTRAS = Fields.EXTRA_NAMES;

    /** In a row: where the line begins in the input. */
    public static final int START = 0;

    /** In a row: the length of the line. */
    public static final int LENGTH = 1;

    /** In a row: the number of the error, 0 for an event. */
    public static final int STATUS = 2;

    /** In a row: the position of the error in the line. */
    public static final int ERROR_OFFSET = 3;

    /** In a row: the offset and the length of the member that has the error. */
    public static final int MEMBER = 4;

    /** In a row: the number of the dialect. */
    public static final int DIALECT = 6;

    /** In a row: the bits of {@link Flags}. */
    public static final int FLAGS = 7;

    /** In a row: the halves of the time in milliseconds, the lower one first. */
    public static final int TIME = 8;

    /** In a row: the first word of the fields, two words for each. */
    public static final int FIELDS = 10;

    /** The number of rows that one call makes at most. */
    public static final int MAX_ROWS = 1024;

    /** The limit of the library for a line in bytes. */
    public static final int MAX_LINE = 16 << 20;

    private static final int MIN_INPUT = 1 << 20;
    private static final int MIN_PAIRS = 64 << 10;
    private static final int MAX_PAIRS = 4096;
    private static final int CALL_WORDS = 24;

    /** A small number of blocks of memory that are used again. */
    private static final ConcurrentLinkedQueue<Memory> POOL = new ConcurrentLinkedQueue<>();

    private static final int MAX_POOLED = 2 * Runtime.getRuntime().availableProcessors();

    private final int rowWords;
    private final ByteBuffer call;
    private final ByteBuffer wanted;
    private ByteBuffer filter = direct(0);
    private Memory memory;
    private int start;
    private int end;
    private int rows;

    /** The buffers that do not depend on what is wanted. */
    private static final class Memory {
        private ByteBuffer input;
        private ByteBuffer text;
        private long inputAddress;
        private long textAddress;
        private ByteBuffer rows = direct(0);
        private ByteBuffer pairs = direct(0);

        Memory() {
            grow(MIN_INPUT, 0);
        }

        /** Makes room for more input, and keeps what there is. */
        void grow(int size, int used) {
            ByteBuffer larger = direct(size);
            if (used > 0) larger.put(0, input, 0, used);
            input = larger;
            // A line needs its length and what its query decodes to.
            text = direct(2 * size + Scratch.PADDING);
            inputAddress = Native.address(input);
            textAddress = Native.address(text);
        }
    }

    /**
     * Makes an empty one.
     *
     * @param fields the names of the wanted fields, each once
     */
    public EventLines(List<String> fields) {
        rowWords = FIELDS + 2 * fields.size();
        call = direct(8 * CALL_WORDS);
        wanted = direct(4 * fields.size());
        for (String field : fields) wanted.putInt(Fields.of(field));
        Memory found = POOL.poll();
        memory = found == null ? new Memory() : found;
        memory.rows = atLeast(memory.rows, 4 * rowWords * MAX_ROWS);
        memory.pairs = atLeast(memory.pairs, 16 * (MIN_PAIRS + MAX_PAIRS * fields.size()));
        where(0, null, null);
    }

    /**
     * Leaves out events that do not match. Lines that are refused are rows all the same.
     *
     * @param dialects a bit for the number of each dialect, or 0 for all of them
     * @param method the method, or null for any
     * @param path the beginning of the path, or null for any
     */
    public void where(long dialects, byte[] method, byte[] path) {
        int methodLength = method == null ? 0 : method.length;
        int pathLength = path == null ? 0 : path.length;
        filter = direct(methodLength + pathLength);
        if (method != null) filter.put(method);
        if (path != null) filter.put(path);
        long address = Native.address(filter);
        set(13, dialects);
        set(14, address);
        set(15, method == null ? -1 : methodLength);
        set(16, address + methodLength);
        set(17, path == null ? -1 : pathLength);
    }

    /**
     * Returns how many bytes can be added. What was read before is dropped first, and a line that
     * fills all memory gets more.
     */
    public int room() {
        if (start > 0) {
            memory.input.put(0, memory.input, start, end - start);
            end -= start;
            start = 0;
        }
        rows = 0;
        if (end == memory.input.capacity() && end <= MAX_LINE) {
            memory.grow(2 * end, end);
        }
        return memory.input.capacity() - end;
    }

    /** Adds input, at most as much as there is {@link #room} for. */
    public void add(byte[] bytes, int offset, int length) {
        memory.input.put(end, bytes, offset, length);
        end += length;
    }

    /** Returns the number of bytes that were added and not read yet. */
    public int available() {
        return end - start;
    }

    /** Returns where the available bytes begin in the input, as {@link #START} counts. */
    public int position() {
        return start;
    }

    /** Drops everything that was added. */
    public void clear() {
        start = end = rows = 0;
    }

    /** Drops the beginning of what was added. */
    public void skip(int length) {
        start += length;
    }

    /** Returns the index in the available input of the first byte with a value, or -1. */
    public int indexOf(byte value) {
        for (int i = start; i < end; i++) if (memory.input.get(i) == value) return i - start;
        return -1;
    }

    /**
     * Decodes lines to rows, at most {@link #MAX_ROWS}.
     *
     * @param stop lines that begin after this number of available bytes are not read
     * @param isLast whether the last line may have no end
     * @return the number of rows; 0 if there are none in the input
     */
    public int decode(long stop, boolean isLast) {
        set(0, memory.inputAddress);
        set(1, start);
        set(2, end);
        set(3, start + Math.min(stop, end - start));
        set(4, isLast ? 1 : 0);
        set(5, memory.textAddress);
        set(6, memory.text.capacity());
        set(7, Native.address(memory.rows));
        set(8, MAX_ROWS);
        set(9, Native.address(memory.pairs));
        set(10, memory.pairs.capacity() / 16);
        set(11, Native.address(wanted));
        set(12, wanted.capacity() / 4);
        Scratch.take(0).decodeLines(Native.address(call));
        // Until here the native method has used its buffers.
        Reference.reachabilityFence(this);
        start = (int) call.getLong(8 * 18);
        rows = (int) call.getLong(8 * 19);
        return rows;
    }

    /** Returns the number of events in the lines that the last call has read, with bad ones. */
    public long events() {
        return call.getLong(8 * 20);
    }

    /** Returns the number of lines that the last call has refused. */
    public long bad() {
        return call.getLong(8 * 21);
    }

    /** Returns a word of a row. */
    public int word(int row, int word) {
        return memory.rows.getInt(4 * (rowWords * row + word));
    }

    /**
     * Returns a word of a pair: the offset and the length of its name, and those of its value. The
     * first two words of a map are the index of its first pair and the number of pairs.
     */
    public int pairWord(int pair, int word) {
        return memory.pairs.getInt(16 * pair + 4 * word);
    }

    /** Returns bytes of the text. */
    public byte[] text(int offset, int length) {
        byte[] bytes = new byte[length];
        memory.text.get(offset, bytes);
        return bytes;
    }

    /** Returns the address of the text, to which the offsets of strings refer. */
    public long textAddress() {
        return memory.textAddress;
    }

    /** Returns the address of the input, to which {@link #START} refers. */
    public long inputAddress() {
        return memory.inputAddress;
    }

    /** Gives the memory back. Rows and strings must not be read any more. */
    @Override
    public void close() {
        Memory closed = memory;
        memory = null;
        if (closed == null || closed.input.capacity() > MIN_INPUT) return;
        if (POOL.size() < MAX_POOLED) POOL.add(closed);
    }

    private void set(int word, long value) {
        call.putLong(8 * word, value);
    }

    private static ByteBuffer atLeast(ByteBuffer buffer, int size) {
        return buffer.capacity() >= size ? buffer : direct(size);
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }
}
