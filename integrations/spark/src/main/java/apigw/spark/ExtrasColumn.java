package apigw.spark;

import apigw.EventLines;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** Members that have no field: a JSON object, as text. */
final class ExtrasColumn extends EventColumn {
    private final int word;

    ExtrasColumn(DataType type, EventBatch batch, int word) {
        super(type, batch);
        this.word = word;
    }

    @Override
    public boolean isNullAt(int row) {
        return lines.word(row, word) == EventLines.ABSENT || lines.word(row, word + 1) == 0;
    }

    @Override
    public UTF8String getUTF8String(int row) {
        if (isNullAt(row)) return null;
        int first = lines.word(row, word);
        StringBuilder out = new StringBuilder("{");
        for (int pair = first; pair < first + lines.word(row, word + 1); pair++) {
            if (pair > first) out.append(',');
            quote(text(pair, 0), out);
            // The value is JSON already.
            out.append(':').append(text(pair, 2));
        }
        return UTF8String.fromString(out.append('}').toString());
    }

    private String text(int pair, int part) {
        byte[] bytes = lines.text(lines.pairWord(pair, part), lines.pairWord(pair, part + 1));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') out.append('\\').append(unit);
            else if (unit < ' ') out.append(String.format("\\u%04x", (int) unit));
            else out.append(unit);
        }
        out.append('"');
    }
}
