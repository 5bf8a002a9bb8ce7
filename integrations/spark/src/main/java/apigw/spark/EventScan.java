package apigw.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.util.SerializableConfiguration;

/** One reading of the table. */
final class EventScan implements Scan, Batch {
    private final StructType columns;
    private final EventFilter filter;
    private final CaseInsensitiveStringMap options;
    private final boolean isFailFast;
    private final Configuration configuration;
    private InputPartition[] partitions;

    EventScan(StructType columns, EventFilter filter, CaseInsensitiveStringMap options) {
        this.columns = columns;
        this.filter = filter;
        this.options = options;
        isFailFast = isFailFast(options.getOrDefault("mode", "PERMISSIVE"));
        configuration =
                new Configuration(SparkSession.active().sparkContext().hadoopConfiguration());
        options.asCaseSensitiveMap()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith("fs.")) configuration.set(name, value);
                        });
    }

    private static boolean isFailFast(String mode) {
        return switch (mode.toUpperCase(Locale.ROOT)) {
            case "PERMISSIVE" -> false;
            case "FAILFAST" -> true;
            default ->
                    throw new IllegalArgumentException(
                            "the option mode is PERMISSIVE or FAILFAST, not " + mode);
        };
    }

    @Override
    public StructType readSchema() {
        return columns;
    }

    @Override
    public String description() {
        return "apigw columns "
                + Arrays.toString(columns.fieldNames())
                + ", pushed filters "
                + Arrays.toString(filter.used());
    }

    @Override
    public Batch toBatch() {
        return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
        if (partitions == null) {
            try {
                partitions = Files.partitions(options, configuration);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
        return partitions;
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(SparkSession.active().sparkContext());
        Broadcast<SerializableConfiguration> shared =
                context.broadcast(new SerializableConfiguration(configuration));
        return new EventReaderFactory(columns, filter, isFailFast, shared);
    }

    @Override
    public CustomMetric[] supportedCustomMetrics() {
        return new CustomMetric[] {new Metrics.Events(), new Metrics.Bad(), new Metrics.Bytes()};
    }
}
