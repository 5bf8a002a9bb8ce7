package apigw.spark;

import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.SerializableConfiguration;

/** Makes the readers of the tasks. */
final class EventReaderFactory implements PartitionReaderFactory {
    private static final long serialVersionUID = 1;

    private final StructType columns;
    private final EventFilter filter;
    private final boolean isFailFast;
    private final Broadcast<SerializableConfiguration> configuration;

    EventReaderFactory(
            StructType columns,
            EventFilter filter,
            boolean isFailFast,
            Broadcast<SerializableConfiguration> configuration) {
        this.columns = columns;
        this.filter = filter;
        this.isFailFast = isFailFast;
        this.configuration = configuration;
    }

    @Override
    public boolean supportColumnarReads(InputPartition partition) {
        return true;
    }

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
        throw new UnsupportedOperationException("events are read in batches");
    }

    @Override
    public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
        return new EventReader(
                ((FilePieces) partition).pieces(),
                new EventBatch(columns, filter),
                isFailFast,
                configuration.value().value());
    }
}
