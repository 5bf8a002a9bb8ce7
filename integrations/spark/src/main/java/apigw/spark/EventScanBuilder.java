package apigw.spark;

import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownFilters;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** Collects what a query needs of the table. */
final class EventScanBuilder implements SupportsPushDownRequiredColumns, SupportsPushDownFilters {
    private final CaseInsensitiveStringMap options;
    private StructType columns;
    private EventFilter filter = new EventFilter(new Filter[0]);

    EventScanBuilder(StructType schema, CaseInsensitiveStringMap options) {
        this.columns = schema;
        this.options = options;
    }

    @Override
    public void pruneColumns(StructType required) {
        columns = required;
    }

    /** Spark tests all filters once more. */
    @Override
    public Filter[] pushFilters(Filter[] filters) {
        filter = new EventFilter(filters);
        return filters;
    }

    @Override
    public Filter[] pushedFilters() {
        return filter.used();
    }

    @Override
    public Scan build() {
        return new EventScan(columns, filter, options);
    }
}
