package apigw.spark;

import apigw.Dialect;
import apigw.EventLines;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.StringStartsWith;

/**
 * The part of the filters of a query that is tested before rows are made. Spark tests all filters
 * again, so this one may let more through.
 */
final class EventFilter implements Serializable {
    private static final long serialVersionUID = 1;

    /** A bit that no dialect has. */
    private static final long NO_DIALECT = 1L << 63;

    private final List<Filter> used = new ArrayList<>();
    private long dialects;
    private byte[] method;
    private byte[] path;

    EventFilter(Filter[] filters) {
        for (Filter filter : filters) if (use(filter)) used.add(filter);
    }

    /** Returns the filters that are tested. */
    Filter[] used() {
        return used.toArray(Filter[]::new);
    }

    void apply(EventLines lines) {
        lines.where(dialects, method, path);
    }

    private boolean use(Filter filter) {
        if (filter instanceof EqualTo equal && equal.value() instanceof String value) {
            return useEqual(equal.attribute(), value);
        }
        if (filter instanceof In in && in.attribute().equals("dialect") && dialects == 0) {
            dialects = NO_DIALECT;
            for (Object value : in.values()) dialects |= bit(String.valueOf(value));
            return true;
        }
        if (filter instanceof StringStartsWith starts && starts.attribute().equals("path")) {
            return usePath(starts.value());
        }
        return false;
    }

    private boolean useEqual(String column, String value) {
        if (column.equals("dialect") && dialects == 0) {
            dialects = NO_DIALECT | bit(value);
            return true;
        }
        if (column.equals("method") && method == null) {
            method = value.getBytes(StandardCharsets.UTF_8);
            return true;
        }
        return column.equals("path") && usePath(value);
    }

    private boolean usePath(String prefix) {
        if (path != null) return false;
        path = prefix.getBytes(StandardCharsets.UTF_8);
        return true;
    }

    private static long bit(String name) {
        for (Dialect dialect : Dialect.values()) {
            if (dialect.toString().equals(name)) return 1L << dialect.number();
        }
        return 0;
    }
}
