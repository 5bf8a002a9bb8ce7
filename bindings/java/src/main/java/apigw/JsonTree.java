package apigw;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes plain values of the nodes of a JSON document. */
final class JsonTree {
    private static final int NULL = 0;
    private static final int BOOL = 1;
    private static final int INT = 2;
    private static final int UINT = 3;
    private static final int FLOAT = 4;
    private static final int STRING = 5;
    private static final int ARRAY = 6;

    private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** Two numbers for each node: its kind and the distance to the next one, and its value. */
    private final long[] nodes;

    private final byte[] text;
    private int at;

    JsonTree(long[] nodes, byte[] text) {
        this.nodes = nodes;
        this.text = text;
    }

    /** Reads a value. Open objects and arrays are at most 64, so this may recurse. */
    Object read() {
        long head = nodes[at++];
        long value = nodes[at++];
        return switch (first(head)) {
            case NULL -> null;
            case BOOL -> value != 0;
            case INT -> value;
            case UINT -> new BigInteger(Long.toUnsignedString(value));
            case FLOAT -> Double.longBitsToDouble(value);
            case STRING -> new String(text, first(value), second(value), StandardCharsets.UTF_8);
            case ARRAY -> array((int) value);
            default -> object((int) value);
        };
    }

    private List<Object> array(int count) {
        List<Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) values.add(read());
        return values;
    }

    private Map<String, Object> object(int count) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = (String) read();
            members.put(name, read());
        }
        return members;
    }

    /** Returns the first of two numbers with 32 bits in memory. */
    private static int first(long number) {
        return (int) (IS_LITTLE ? number : number >>> 32);
    }

    private static int second(long number) {
        return (int) (IS_LITTLE ? number >>> 32 : number);
    }
}
