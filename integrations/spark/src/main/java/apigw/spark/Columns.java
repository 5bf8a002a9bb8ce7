package apigw.spark;

import apigw.EventLines;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of docs/events-schema.md, except {@code line}: a part of a file does not know it. */
final class Columns {
    private static final StructType PAIR =
            new StructType()
                    .add("name", DataTypes.StringType, false)
                    .add("value", DataTypes.StringType, true);

    private static final DataType PAIRS = DataTypes.createArrayType(PAIR, false);

    private static final StructType ERROR =
            new StructType()
                    .add("code", DataTypes.IntegerType, false)
                    .add("name", DataTypes.StringType, false)
                    .add("offset", DataTypes.LongType, false)
                    .add("member", DataTypes.StringType, true);

    static final StructType SCHEMA = schema();

    private Columns() {}

    private static StructType schema() {
        Map<String, DataType> columns = new LinkedHashMap<>();
        columns.put("source", DataTypes.StringType);
        columns.put("byte", DataTypes.LongType);
        columns.put("dialect", DataTypes.StringType);
        columns.put("time", DataTypes.TimestampType);
        columns.put("path_decoded", DataTypes.BooleanType);
        for (String name : EventLines.STRINGS) {
            if (name.equals("event_type")) columns.put("websocket_phase", DataTypes.StringType);
            if (!name.equals("body")) columns.put(name, DataTypes.StringType);
        }
        for (String name : EventLines.MAPS) columns.put(name, PAIRS);
        columns.put("body_kind", DataTypes.StringType);
        columns.put("body", DataTypes.BinaryType);
        for (String name : EventLines.EXTRAS) columns.put(name, DataTypes.StringType);
        columns.put("error", ERROR);
        columns.put("raw", DataTypes.BinaryType);
        StructType schema = new StructType();
        for (Map.Entry<String, DataType> column : columns.entrySet()) {
            String name = column.getKey();
            boolean isNullable = !name.equals("source") && !name.equals("byte");
            schema = schema.add(name, column.getValue(), isNullable);
        }
        return schema;
    }

    /** Refuses a schema with columns that there are not, or with other types. */
    static void check(StructType schema) {
        for (StructField field : schema.fields()) {
            if (!SCHEMA.getFieldIndex(field.name()).isDefined()) {
                throw new IllegalArgumentException("events have no column " + field.name());
            }
            DataType type = SCHEMA.apply(field.name()).dataType();
            if (!DataType.equalsIgnoreNullability(type, field.dataType())) {
                throw new IllegalArgumentException(
                        "the column " + field.name() + " is " + type.sql());
            }
        }
    }
}
