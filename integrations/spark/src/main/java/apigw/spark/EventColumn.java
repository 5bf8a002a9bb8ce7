package apigw.spark;

import apigw.Dialect;
import apigw.EventLines;
import apigw.Flags;
import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** A column of a batch. Those below read it in the memory of the decoder. */
abstract class EventColumn extends ColumnVector {
    private static final UTF8String[] DIALECTS =
            Arrays.stream(Dialect.values())
                    .map(dialect -> UTF8String.fromString(dialect.toString()))
                    .toArray(UTF8String[]::new);
    private static final UTF8String CONNECT = UTF8String.fromString("connect");
    private static final UTF8String MESSAGE = UTF8String.fromString("message");
    private static final UTF8String CLOSE = UTF8String.fromString("close");
    private static final UTF8String TEXT = UTF8String.fromString("text");
    private static final UTF8String BASE64 = UTF8String.fromString("base64");
    private static final UTF8String JSON = UTF8String.fromString("json");

    final EventBatch batch;
    final EventLines lines;

    EventColumn(DataType type, EventBatch batch) {
        super(type);
        this.batch = batch;
        this.lines = batch.lines();
    }

    /** Returns the name of the field that a column needs, or null. */
    static String fieldOf(String column) {
        if (column.equals("body_kind")) return "body";
        boolean isField =
                EventLines.STRINGS.contains(column)
                        || EventLines.MAPS.contains(column)
                        || EventLines.EXTRAS.contains(column);
        return isField ? column : null;
    }

    static EventColumn of(StructField column, EventBatch batch, int word) {
        DataType type = column.dataType();
        return switch (column.name()) {
            case "source" -> new Source(type, batch);
            case "byte" -> new Place(type, batch);
            case "dialect" -> new DialectName(type, batch);
            case "time" -> new Time(type, batch);
            case "path_decoded" -> new PathDecoded(type, batch);
            case "websocket_phase" -> new Phase(type, batch);
            case "body_kind" -> new BodyKindName(type, batch, word);
            case "error" -> new ErrorColumn(type, batch);
            case "raw" -> new Raw(type, batch);
            default -> {
                if (EventLines.MAPS.contains(column.name())) {
                    yield new PairsColumn(type, batch, word);
                }
                if (EventLines.EXTRAS.contains(column.name())) {
                    yield new ExtrasColumn(type, batch, word);
                }
                yield new Text(type, batch, word);
            }
        };
    }

    final boolean isBad(int row) {
        return lines.word(row, EventLines.STATUS) != 0;
    }

    final boolean has(int row, int flag) {
        return (lines.word(row, EventLines.FLAGS) & flag) != 0;
    }

    /** Returns the string at an offset of the text, without a copy. */
    final UTF8String string(int offset, int length) {
        return UTF8String.fromAddress(null, lines.textAddress() + offset, length);
    }

    static byte[] copy(long address, int length) {
        byte[] bytes = new byte[length];
        Platform.copyMemory(null, address, bytes, Platform.BYTE_ARRAY_OFFSET, length);
        return bytes;
    }

    @Override
    public void close() {}

    @Override
    public boolean hasNull() {
        return numNulls() > 0;
    }

    @Override
    public int numNulls() {
        int count = 0;
        for (int row = 0; row < batch.rows(); row++) if (isNullAt(row)) count++;
        return count;
    }

    @Override
    public boolean getBoolean(int row) {
        throw unsupported();
    }

    @Override
    public byte getByte(int row) {
        throw unsupported();
    }

    @Override
    public short getShort(int row) {
        throw unsupported();
    }

    @Override
    public int getInt(int row) {
        throw unsupported();
    }

    @Override
    public long getLong(int row) {
        throw unsupported();
    }

    @Override
    public float getFloat(int row) {
        throw unsupported();
    }

    @Override
    public double getDouble(int row) {
        throw unsupported();
    }

    @Override
    public ColumnarArray getArray(int row) {
        throw unsupported();
    }

    @Override
    public ColumnarMap getMap(int row) {
        throw unsupported();
    }

    @Override
    public Decimal getDecimal(int row, int precision, int scale) {
        throw unsupported();
    }

    @Override
    public UTF8String getUTF8String(int row) {
        throw unsupported();
    }

    @Override
    public byte[] getBinary(int row) {
        throw unsupported();
    }

    @Override
    public ColumnVector getChild(int ordinal) {
        throw unsupported();
    }

    private UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("the column is " + dataType().sql());
    }

    /** The path of the file. */
    private static final class Source extends EventColumn {
        Source(DataType type, EventBatch batch) {
            super(type, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return false;
        }

        @Override
        public UTF8String getUTF8String(int row) {
            return batch.source();
        }
    }

    /** The offset of the line in the file. */
    private static final class Place extends EventColumn {
        Place(DataType type, EventBatch batch) {
            super(type, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return false;
        }

        @Override
        public long getLong(int row) {
            return batch.base() + lines.word(row, EventLines.START);
        }
    }

    private static final class DialectName extends EventColumn {
        DialectName(DataType type, EventBatch batch) {
            super(type, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return isBad(row);
        }

        @Override
        public UTF8String getUTF8String(int row) {
            return isBad(row) ? null : DIALECTS[lines.word(row, EventLines.DIALECT)];
        }
    }

    private static final class Time extends EventColumn {
        Time(DataType type, EventBatch batch) {
            super(type, batch);
        }

        private long milliseconds(int row) {
            long low = lines.word(row, EventLines.TIME) & 0xffff_ffffL;
            return (long) lines.word(row, EventLines.TIME + 1) << 32 | low;
        }

        @Override
        public boolean isNullAt(int row) {
            return milliseconds(row) == 0;
        }

        @Override
        public long getLong(int row) {
            return milliseconds(row) * 1000;
        }
    }

    private static final class PathDecoded extends EventColumn {
        PathDecoded(DataType type, EventBatch batch) {
            super(type, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return isBad(row);
        }

        @Override
        public boolean getBoolean(int row) {
            return has(row, Flags.PATH_DECODED);
        }
    }

    private static final class Phase extends EventColumn {
        Phase(DataType type, EventBatch batch) {
            super(type, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return getUTF8String(row) == null;
        }

        @Override
        public UTF8String getUTF8String(int row) {
            if (has(row, Flags.WEBSOCKET_CONNECT)) return CONNECT;
            if (has(row, Flags.WEBSOCKET_MESSAGE)) return MESSAGE;
            return has(row, Flags.WEBSOCKET_CLOSE) ? CLOSE : null;
        }
    }

    /** A string, or the bytes of the body. */
    private static class Text extends EventColumn {
        private final int word;

        Text(DataType type, EventBatch batch, int word) {
            super(type, batch);
            this.word = word;
        }

        @Override
        public boolean isNullAt(int row) {
            return lines.word(row, word) == EventLines.ABSENT;
        }

        @Override
        public UTF8String getUTF8String(int row) {
            int offset = lines.word(row, word);
            return offset == EventLines.ABSENT ? null : string(offset, lines.word(row, word + 1));
        }

        @Override
        public byte[] getBinary(int row) {
            int offset = lines.word(row, word);
            if (offset == EventLines.ABSENT) return null;
            return copy(lines.textAddress() + offset, lines.word(row, word + 1));
        }
    }

    private static final class BodyKindName extends Text {
        BodyKindName(DataType type, EventBatch batch, int word) {
            super(type, batch, word);
        }

        @Override
        public UTF8String getUTF8String(int row) {
            if (isNullAt(row)) return null;
            if (has(row, Flags.BODY_JSON)) return JSON;
            return has(row, Flags.BODY_BASE64) ? BASE64 : TEXT;
        }
    }

    /** The bytes of a bad event. */
    private static final class Raw extends EventColumn {
        Raw(DataType type, EventBatch batch) {
            super(type, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return !isBad(row);
        }

        @Override
        public byte[] getBinary(int row) {
            if (!isBad(row)) return null;
            long start = lines.inputAddress() + lines.word(row, EventLines.START);
            return copy(start, lines.word(row, EventLines.LENGTH));
        }
    }
}
