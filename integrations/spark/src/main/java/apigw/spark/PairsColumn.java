package apigw.spark;

import apigw.EventLines;
import java.util.Arrays;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.types.UTF8String;

/** A map: a list of names and values. */
final class PairsColumn extends EventColumn {
    private final int word;
    private final Pair pair;

    PairsColumn(DataType type, EventBatch batch, int word) {
        super(type, batch);
        this.word = word;
        pair = new Pair(((ArrayType) type).elementType(), batch);
    }

    @Override
    public boolean isNullAt(int row) {
        return lines.word(row, word) == EventLines.ABSENT;
    }

    @Override
    public ColumnarArray getArray(int row) {
        if (isNullAt(row)) return null;
        return new ColumnarArray(pair, lines.word(row, word), lines.word(row, word + 1));
    }

    /** The pairs of all maps of a batch. Their rows are the numbers of pairs. */
    private static final class Pair extends EventColumn {
        private final Part[] parts;

        Pair(DataType type, EventBatch batch) {
            super(type, batch);
            // A query may need only one of both.
            parts =
                    Arrays.stream(((StructType) type).fields())
                            .map(part -> new Part(batch, part.name().equals("name") ? 0 : 2))
                            .toArray(Part[]::new);
        }

        @Override
        public boolean isNullAt(int row) {
            return false;
        }

        @Override
        public ColumnVector getChild(int ordinal) {
            return parts[ordinal];
        }
    }

    /** The names or the values of the pairs. */
    private static final class Part extends EventColumn {
        private final int word;

        Part(EventBatch batch, int word) {
            super(DataTypes.StringType, batch);
            this.word = word;
        }

        @Override
        public boolean isNullAt(int pair) {
            return lines.pairWord(pair, word) == EventLines.ABSENT;
        }

        @Override
        public UTF8String getUTF8String(int pair) {
            int offset = lines.pairWord(pair, word);
            if (offset == EventLines.ABSENT) return null;
            return string(offset, lines.pairWord(pair, word + 1));
        }
    }
}
