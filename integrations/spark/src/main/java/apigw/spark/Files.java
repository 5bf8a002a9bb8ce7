package apigw.spark;

import apigw.spark.FilePieces.Piece;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** Finds the files of a table and divides them among tasks, as Spark does with its own sources. */
final class Files {
    private Files() {}

    /** Returns whether a file is read as a whole, because it cannot be entered in the middle. */
    static boolean isCompressed(String path) {
        return path.endsWith(".gz") || path.endsWith(".zst");
    }

    static InputPartition[] partitions(CaseInsensitiveStringMap options, Configuration conf)
            throws IOException {
        List<FileStatus> files = new ArrayList<>();
        for (String pattern : patterns(options)) {
            Path path = new Path(pattern);
            FileSystem system = path.getFileSystem(conf);
            FileStatus[] found = system.globStatus(path);
            if (found == null || found.length == 0) {
                throw new FileNotFoundException("there is no " + pattern);
            }
            for (FileStatus status : found) list(system, status, files);
        }
        SparkSession session = SparkSession.active();
        long perFile = bytes(session.conf(), "spark.sql.files.openCostInBytes");
        long most = bytes(session.conf(), "spark.sql.files.maxPartitionBytes");
        long total = 0;
        for (FileStatus file : files) total += file.getLen() + perFile;
        int cores = Math.max(1, session.sparkContext().defaultParallelism());
        long size = Math.min(most, Math.max(perFile, total / cores));
        return pack(pieces(files, Math.max(1, options.getLong("splitBytes", size))), size, perFile);
    }

    private static List<String> patterns(CaseInsensitiveStringMap options) throws IOException {
        List<String> patterns = new ArrayList<>();
        if (options.containsKey("path")) patterns.add(options.get("path"));
        // What `load` with several paths has made of them: a list in JSON.
        if (options.containsKey("paths")) {
            for (String path : new ObjectMapper().readValue(options.get("paths"), String[].class))
                patterns.add(path);
        }
        if (patterns.isEmpty()) throw new IllegalArgumentException("the option path is missing");
        return patterns;
    }

    private static long bytes(RuntimeConfig conf, String name) {
        return JavaUtils.byteStringAsBytes(conf.get(name));
    }

    private static void list(FileSystem system, FileStatus status, List<FileStatus> files)
            throws IOException {
        if (status.isFile()) {
            if (status.getLen() > 0) files.add(status);
            return;
        }
        for (FileStatus child : system.listStatus(status.getPath())) {
            String name = child.getPath().getName();
            // Spark and others put their own files next to data.
            if (!name.startsWith("_") && !name.startsWith(".")) list(system, child, files);
        }
    }

    private static List<Piece> pieces(List<FileStatus> files, long size) {
        List<Piece> pieces = new ArrayList<>();
        for (FileStatus file : files) {
            String path = file.getPath().toString();
            long length = file.getLen();
            if (isCompressed(path)) {
                pieces.add(new Piece(path, 0, length));
                continue;
            }
            for (long start = 0; start < length; start += size) {
                pieces.add(new Piece(path, start, Math.min(length, start + size)));
            }
        }
        pieces.sort((a, b) -> Long.compare(b.end() - b.start(), a.end() - a.start()));
        return pieces;
    }

    private static InputPartition[] pack(List<Piece> pieces, long size, long perFile) {
        List<InputPartition> partitions = new ArrayList<>();
        List<Piece> current = new ArrayList<>();
        long used = 0;
        for (Piece piece : pieces) {
            long length = piece.end() - piece.start();
            if (!current.isEmpty() && used + length > size) {
                partitions.add(new FilePieces(List.copyOf(current)));
                current.clear();
                used = 0;
            }
            current.add(piece);
            used += length + perFile;
        }
        if (!current.isEmpty()) partitions.add(new FilePieces(List.copyOf(current)));
        return partitions.toArray(InputPartition[]::new);
    }
}
