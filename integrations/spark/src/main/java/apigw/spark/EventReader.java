package apigw.spark;

import apigw.EventLines;
import apigw.spark.FilePieces.Piece;
import apigw.spark.Metrics.Counted;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Reads pieces of files, and makes batches of their events. */
final class EventReader implements PartitionReader<ColumnarBatch> {
    /** At the end of a piece, no more than this is read of what follows. */
    private static final int READ = 64 << 10;

    private final List<Piece> pieces;
    private final EventBatch batch;
    private final EventLines lines;
    private final boolean isFailFast;
    private final Configuration configuration;
    private final byte[] chunk = new byte[READ];
    private InputStream input;
    private int next;

    /** The file, and the offset before which the lines of the piece begin. */
    private Piece piece;

    private long end;

    /** The offset in the file of the bytes that are available in the lines. */
    private long position;

    private boolean isAtEnd;

    /** Whether everything up to the next line end is to be dropped. */
    private boolean isSkipping;

    private long events;
    private long bad;
    private long bytes;

    EventReader(
            List<Piece> pieces, EventBatch batch, boolean isFailFast, Configuration configuration) {
        this.pieces = pieces;
        this.batch = batch;
        this.lines = batch.lines();
        this.isFailFast = isFailFast;
        this.configuration = configuration;
    }

    @Override
    public boolean next() throws IOException {
        while (true) {
            if (input == null) {
                if (next == pieces.size()) return false;
                open(pieces.get(next++));
            }
            if (readBatch()) return true;
            closeInput();
        }
    }

    @Override
    public ColumnarBatch get() {
        return batch.get();
    }

    @Override
    public void close() throws IOException {
        lines.close();
        closeInput();
    }

    @Override
    public CustomTaskMetric[] currentMetricsValues() {
        return new CustomTaskMetric[] {
            new Counted("events", events),
            new Counted("badEvents", bad),
            new Counted("eventBytes", bytes)
        };
    }

    private void open(Piece opened) throws IOException {
        Path path = new Path(opened.path());
        FSDataInputStream file = path.getFileSystem(configuration).open(path);
        input = file;
        piece = opened;
        end = opened.end();
        position = 0;
        isSkipping = isAtEnd = false;
        lines.clear();
        if (Files.isCompressed(opened.path())) {
            end = Long.MAX_VALUE;
            input =
                    opened.path().endsWith(".gz")
                            ? new GZIPInputStream(file, READ)
                            : new ZstdInputStreamNoFinalizer(file);
        } else if (opened.start() > 0) {
            // The byte before shows whether a line begins here.
            position = opened.start() - 1;
            file.seek(position);
            isSkipping = true;
        }
    }

    private void closeInput() throws IOException {
        if (input != null) input.close();
        input = null;
    }

    /** Returns false at the end of the piece. */
    private boolean readBatch() throws IOException {
        while (true) {
            if (isSkipping) skip();
            if (!isSkipping && lines.available() > 0) {
                if (position >= end) return false;
                int before = lines.available();
                if (decode(isAtEnd)) return true;
                if (lines.available() < before) continue;
                if (before > EventLines.MAX_LINE) {
                    // The rest of the line is dropped; its beginning shows that it is too long.
                    isSkipping = true;
                    if (decode(true)) return true;
                }
            }
            if (isAtEnd) return false;
            fill();
        }
    }

    private void skip() {
        int at = lines.indexOf((byte) '\n');
        int length = at < 0 ? lines.available() : at + 1;
        lines.skip(length);
        position += length;
        isSkipping = at < 0;
    }

    private void fill() throws IOException {
        int room = lines.room();
        // Less at the end of a piece, so that little is read twice.
        long wanted = Math.max(READ, Math.min(room, end - position - lines.available()));
        while (room > 0 && wanted > 0 && !isAtEnd) {
            int count = input.read(chunk, 0, Math.min(chunk.length, room));
            if (count < 0) {
                isAtEnd = true;
            } else {
                lines.add(chunk, 0, count);
                room -= count;
                wanted -= count;
            }
        }
    }

    /** Returns whether there are rows. */
    private boolean decode(boolean isLast) throws IOException {
        long base = position - lines.position();
        int before = lines.available();
        int rows = lines.decode(end - position, isLast);
        long read = before - lines.available();
        position += read;
        bytes += read;
        events += lines.events();
        bad += lines.bad();
        if (isFailFast && lines.bad() > 0) throw batch.failure(piece.path(), base, rows);
        batch.set(piece.path(), base, rows);
        return rows > 0;
    }
}
