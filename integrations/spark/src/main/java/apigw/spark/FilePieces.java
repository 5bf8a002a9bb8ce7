package apigw.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/** What one task reads. */
record FilePieces(List<Piece> pieces) implements InputPartition {
    private static final long serialVersionUID = 1;

    /** The lines of a file that begin from {@code start} on and before {@code end}. */
    record Piece(String path, long start, long end) implements Serializable {
        private static final long serialVersionUID = 1;
    }
}
