package apigw.spark;

import org.apache.spark.sql.connector.metric.CustomSumMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** The numbers that Spark's page shows for a reading. Spark makes the classes by their names. */
public final class Metrics {
    private Metrics() {}

    /** The number of events that were decoded. */
    public static final class Events extends CustomSumMetric {
        /** Makes one; Spark calls this. */
        public Events() {}

        @Override
        public String name() {
            return "events";
        }

        @Override
        public String description() {
            return "events decoded";
        }
    }

    /** The number of events that were refused. */
    public static final class Bad extends CustomSumMetric {
        /** Makes one; Spark calls this. */
        public Bad() {}

        @Override
        public String name() {
            return "badEvents";
        }

        @Override
        public String description() {
            return "bad events";
        }
    }

    /** The number of bytes of the lines, uncompressed. */
    public static final class Bytes extends CustomSumMetric {
        /** Makes one; Spark calls this. */
        public Bytes() {}

        @Override
        public String name() {
            return "eventBytes";
        }

        @Override
        public String description() {
            return "bytes of events, uncompressed";
        }
    }

    /** What a task has counted. */
    record Counted(String name, long value) implements CustomTaskMetric {}
}
