package apigw.spark;

import apigw.ErrorCode;
import apigw.EventLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.unsafe.types.UTF8String;

/** The rows of one call of the decoder as columns of Spark. Nothing is copied. */
final class EventBatch {
    private final EventLines lines;
    private final ColumnarBatch batch;
    private UTF8String source;
    private String sourcePath;

    /** The offset in the file of the beginning of the input. */
    private long base;

    private int rows;

    EventBatch(StructType columns, EventFilter filter) {
        List<String> fields = new ArrayList<>();
        List<ColumnVector> vectors = new ArrayList<>();
        for (StructField column : columns.fields()) {
            String needed = EventColumn.fieldOf(column.name());
            if (needed != null && !fields.contains(needed)) fields.add(needed);
        }
        lines = new EventLines(fields);
        filter.apply(lines);
        for (StructField column : columns.fields()) {
            int field = fields.indexOf(EventColumn.fieldOf(column.name()));
            vectors.add(EventColumn.of(column, this, EventLines.FIELDS + 2 * field));
        }
        batch = new ColumnarBatch(vectors.toArray(ColumnVector[]::new));
    }

    EventLines lines() {
        return lines;
    }

    void set(String path, long newBase, int newRows) {
        if (!path.equals(sourcePath)) {
            sourcePath = path;
            source = UTF8String.fromString(path);
        }
        base = newBase;
        rows = newRows;
        batch.setNumRows(newRows);
    }

    ColumnarBatch get() {
        return batch;
    }

    UTF8String source() {
        return source;
    }

    long base() {
        return base;
    }

    int rows() {
        return rows;
    }

    /** Returns the failure of the first bad row. */
    IOException failure(String path, long newBase, int newRows) {
        int row = 0;
        while (row < newRows - 1 && lines.word(row, EventLines.STATUS) == 0) row++;
        int status = lines.word(row, EventLines.STATUS);
        long start = newBase + lines.word(row, EventLines.START);
        int member = lines.word(row, EventLines.MEMBER);
        String in = "";
        if (member != EventLines.ABSENT) {
            byte[] name = lines.text(member, lines.word(row, EventLines.MEMBER + 1));
            in = " in " + new String(name, StandardCharsets.UTF_8);
        }
        return new IOException(
                path
                        + ", event at byte "
                        + start
                        + ": "
                        + ErrorCode.nameOf(status)
                        + " at its byte "
                        + lines.word(row, EventLines.ERROR_OFFSET)
                        + in);
    }
}
