package apigw.spark;

import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The data source {@code apigw}: recorded events, one in each line. */
public final class ApigwSource implements TableProvider, DataSourceRegister {
    /** Makes one; Spark calls this. */
    public ApigwSource() {}

    @Override
    public String shortName() {
        return "apigw";
    }

    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        return Columns.SCHEMA;
    }

    @Override
    public Table getTable(
            StructType schema, Transform[] partitioning, Map<String, String> properties) {
        Columns.check(schema);
        return new ApigwTable(schema, new CaseInsensitiveStringMap(properties));
    }

    /** A schema may be given: some of the columns. */
    @Override
    public boolean supportsExternalMetadata() {
        return true;
    }
}
