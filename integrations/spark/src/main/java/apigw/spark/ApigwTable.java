package apigw.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** Files of events as a table. */
final class ApigwTable implements SupportsRead {
    private final StructType schema;
    private final CaseInsensitiveStringMap options;

    ApigwTable(StructType schema, CaseInsensitiveStringMap options) {
        this.schema = schema;
        this.options = options;
    }

    @Override
    public String name() {
        return "apigw " + options.getOrDefault("path", options.getOrDefault("paths", ""));
    }

    @Override
    @Deprecated
    public StructType schema() {
        return schema;
    }

    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap ofScan) {
        Map<String, String> all = new HashMap<>(options.asCaseSensitiveMap());
        all.putAll(ofScan.asCaseSensitiveMap());
        return new EventScanBuilder(schema, new CaseInsensitiveStringMap(all));
    }
}
