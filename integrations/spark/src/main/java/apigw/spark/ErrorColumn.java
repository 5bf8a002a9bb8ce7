package apigw.spark;

import apigw.ErrorCode;
import apigw.EventLines;
import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** Why an event is bad. */
final class ErrorColumn extends EventColumn {
    private final ColumnVector[] parts;

    ErrorColumn(DataType type, EventBatch batch) {
        super(type, batch);
        // A query may need only some of them.
        parts =
                Arrays.stream(((StructType) type).fields())
                        .map(part -> part(part.name(), batch))
                        .toArray(ColumnVector[]::new);
    }

    private static ColumnVector part(String name, EventBatch batch) {
        return switch (name) {
            case "code" -> new Number(DataTypes.IntegerType, batch, EventLines.STATUS);
            case "name" -> new Name(batch);
            case "offset" -> new Number(DataTypes.LongType, batch, EventLines.ERROR_OFFSET);
            default -> new Member(batch);
        };
    }

    @Override
    public boolean isNullAt(int row) {
        return !isBad(row);
    }

    @Override
    public ColumnVector getChild(int ordinal) {
        return parts[ordinal];
    }

    /** The number of the error, or its offset. */
    private static final class Number extends EventColumn {
        private final int word;

        Number(DataType type, EventBatch batch, int word) {
            super(type, batch);
            this.word = word;
        }

        @Override
        public boolean isNullAt(int row) {
            return !isBad(row);
        }

        @Override
        public int getInt(int row) {
            return lines.word(row, word);
        }

        @Override
        public long getLong(int row) {
            return lines.word(row, word);
        }
    }

    private static final class Name extends EventColumn {
        Name(EventBatch batch) {
            super(DataTypes.StringType, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return !isBad(row);
        }

        @Override
        public UTF8String getUTF8String(int row) {
            return UTF8String.fromString(ErrorCode.nameOf(lines.word(row, EventLines.STATUS)));
        }
    }

    private static final class Member extends EventColumn {
        Member(EventBatch batch) {
            super(DataTypes.StringType, batch);
        }

        @Override
        public boolean isNullAt(int row) {
            return lines.word(row, EventLines.MEMBER) == EventLines.ABSENT;
        }

        @Override
        public UTF8String getUTF8String(int row) {
            int offset = lines.word(row, EventLines.MEMBER);
            if (offset == EventLines.ABSENT) return null;
            return string(offset, lines.word(row, EventLines.MEMBER + 1));
        }
    }
}
