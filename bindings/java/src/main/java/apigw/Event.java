package apigw;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One HTTP request, or WebSocket message, as the gateway passed it on.
 *
 * <p>An event is a block of text and a table of offsets; strings are made when they are asked for.
 * A part that the event does not have is null. Events are immutable.
 */
public final class Event extends EventFields {
    /** The offset of an absent string, and the first index of an absent map. */
    static final int ABSENT = -1;

    /** Where the pairs of derived events are; see {@link #withAllPairs}. */
    static final int ALL = Fields.QUERY;

    private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private static final Map<String, Integer> HEADER_NUMBERS = new HashMap<>();

    static {
        for (int i = 0; i < HeaderNames.ALL.length; i++) {
            HEADER_NUMBERS.put(HeaderNames.ALL[i], i + 1);
        }
    }

    private final byte[] text;

    /** The table, and four words for each pair. */
    private final int[] words;

    Event(byte[] text, int[] words) {
        this.text = text;
        this.words = words;
    }

    /** Makes an event of pairs alone. */
    private static Event of(List<Pair> pairs) {
        StringBuilder all = new StringBuilder();
        for (Pair pair : pairs) {
            all.append(pair.name()).append(pair.value() == null ? "" : pair.value());
        }
        int[] words = new int[Fields.TABLE_WORDS + 4 * pairs.size()];
        Arrays.fill(words, 0, Fields.TABLE_WORDS, ABSENT);
        words[Fields.SIZE] = 4 * Fields.TABLE_WORDS;
        words[Fields.PAIR_COUNT] = pairs.size();
        words[Fields.FLAGS] = 0;
        int at = Fields.TABLE_WORDS;
        int end = 0;
        for (Pair pair : pairs) {
            int length = pair.name().getBytes(StandardCharsets.UTF_8).length;
            words[at] = end;
            words[at + 1] = IS_LITTLE ? length : length << 16;
            end += length;
            words[at + 2] = pair.value() == null ? ABSENT : end;
            if (pair.value() != null) {
                words[at + 3] = pair.value().getBytes(StandardCharsets.UTF_8).length;
            }
            end += words[at + 3];
            at += 4;
        }
        return new Event(all.toString().getBytes(StandardCharsets.UTF_8), words).withAllPairs();
    }

    /** Makes all pairs a map of the event. */
    Event withAllPairs() {
        words[ALL] = 0;
        words[ALL + 1] = words[Fields.PAIR_COUNT];
        return this;
    }

    /** Returns the kind of gateway that made the event. */
    public Dialect dialect() {
        return Dialect.of(words[Fields.DIALECT]);
    }

    /** Returns the bits of {@link Flags}. */
    public int flags() {
        return words[Fields.FLAGS];
    }

    /** Returns the time of the request in milliseconds since 1970, or 0 if there is none. */
    public long timeMs() {
        return (long) words[Fields.TIME_HIGH] << 32 | words[Fields.TIME_LOW] & 0xffff_ffffL;
    }

    /** Returns whether the gateway has percent-decoded the path. */
    public boolean isPathDecoded() {
        return has(Flags.PATH_DECODED);
    }

    /** Returns whether all strings are ASCII. */
    public boolean isAscii() {
        return has(Flags.ASCII);
    }

    /**
     * Returns what happened to a WebSocket connection: {@code connect}, {@code message} or {@code
     * close}.
     */
    public String websocketPhase() {
        if (has(Flags.WEBSOCKET_CONNECT)) return "connect";
        if (has(Flags.WEBSOCKET_MESSAGE)) return "message";
        return has(Flags.WEBSOCKET_CLOSE) ? "close" : null;
    }

    /**
     * Returns the first value of a header.
     *
     * @param name the name, in any case
     * @return the value, or null if there is no such header
     */
    public String header(String name) {
        return headers().get(name);
    }

    /**
     * Returns the first value of a query parameter.
     *
     * @param name the name
     * @return the value, an empty string for a bare name, or null if there is no such parameter
     */
    public String query(String name) {
        return query().get(name);
    }

    /**
     * Returns all values of a query parameter.
     *
     * @param name the name
     * @return the values, an empty string for each bare name
     */
    public List<String> queryAll(String name) {
        return query().getAll(name);
    }

    /** Returns how the body is in the event. */
    public BodyKind bodyKind() {
        if (words[Fields.BODY] == ABSENT) return BodyKind.ABSENT;
        if (has(Flags.BODY_JSON)) return BodyKind.JSON;
        return has(Flags.BODY_BASE64) ? BodyKind.BASE64 : BodyKind.TEXT;
    }

    /** Returns the body as it is in the event. */
    public String body() {
        return string(Fields.BODY);
    }

    /**
     * Returns the bytes of the body; base64 is decoded.
     *
     * @return the bytes, or null if there is no body
     * @throws DecodeException if the body is not the base64 that it should be
     */
    public byte[] bytes() {
        int at = words[Fields.BODY];
        int length = words[Fields.BODY + 1];
        if (at == ABSENT) return null;
        if (bodyKind() != BodyKind.BASE64) return Arrays.copyOfRange(text, at, at + length);
        Scratch scratch = Scratch.take(length);
        try {
            scratch.put(0, text, at, length);
            return scratch.base64(length);
        } finally {
            scratch.release();
        }
    }

    /**
     * Returns the text of the body; base64 is decoded.
     *
     * @return the text, or null if there is no body
     * @throws DecodeException if the body is not the base64 that it should be, or not UTF-8
     */
    public String text() {
        return bodyKind() == BodyKind.BASE64 ? Utf8.decode(bytes()) : body();
    }

    /**
     * Reads the body as JSON.
     *
     * @return null, a {@link Boolean}, {@link Long}, {@link java.math.BigInteger} (above the range
     *     of a long), {@link Double} or {@link String}, a {@link List} of these, or a {@link Map}
     *     in the order of the document; null also if there is no body
     * @throws DecodeException if the body is not JSON
     */
    public Object json() {
        byte[] body = bytes();
        return body == null ? null : json(body, "body");
    }

    /**
     * Reads the first member of the event with this name that has no getter here.
     *
     * @param name the name of the member
     * @return its value as {@link #json} returns it; null also if there is no such member
     * @throws DecodeException if the value has a number that no double is as large as, or is too
     *     large for memory
     */
    public Object extra(String name) {
        String text = extras().get(name);
        return text == null ? null : json(text.getBytes(StandardCharsets.UTF_8), name);
    }

    /**
     * Reads the claims of the token that the gateway has checked: {@code claims} or {@code
     * jwt.claims} of {@link #authorizer}. Those of a user pool are all strings, those of a JWT have
     * any type.
     *
     * @return the claims in their order; null if there is no token
     * @throws DecodeException as for {@link #extra}
     */
    @SuppressWarnings("unchecked")
    public Map<String, Object> claims() {
        String text = authorizer();
        if (text == null) return null;
        String member = "requestContext.authorizer";
        Object authorizer = json(text.getBytes(StandardCharsets.UTF_8), member);
        for (Object holder : new Object[] {member(authorizer, "jwt"), authorizer}) {
            Object claims = member(holder, "claims");
            if (claims instanceof Map) return (Map<String, Object>) claims;
        }
        return null;
    }

    private static Object member(Object value, String name) {
        return value instanceof Map<?, ?> map ? map.get(name) : null;
    }

    private static Object json(byte[] text, String member) {
        Scratch scratch = Scratch.take(text.length + (long) Scratch.PADDING);
        try {
            scratch.put(0, text, 0, text.length);
            return scratch.json(text.length, member);
        } finally {
            scratch.release();
        }
    }

    /**
     * Reads the body as a form, {@code application/x-www-form-urlencoded}.
     *
     * @return the fields; none if there is no body
     * @throws DecodeException if the body is not the base64 that it should be, or has too many
     *     fields
     */
    public Pairs form() {
        byte[] body = bytes();
        if (body == null) body = new byte[0];
        // Bytes that are not UTF-8 become the three of U+FFFD.
        Scratch scratch = Scratch.take(3L * body.length + Scratch.PADDING);
        try {
            scratch.put(0, body, 0, body.length);
            return new Pairs(scratch.form(body.length), ALL, false);
        } finally {
            scratch.release();
        }
    }

    /**
     * Returns the cookies of all {@code Cookie} headers, and after them those that the event has
     * apart from the headers.
     *
     * @return the cookies; their values are as they were sent
     * @throws DecodeException if there are too many cookies
     */
    public Pairs cookies() {
        List<String> headers = headers().getAll("cookie");
        Pairs apart = cookieList();
        if (headers.isEmpty() && apart.isPresent()) return apart;
        byte[] header = String.join("; ", headers).getBytes(StandardCharsets.UTF_8);
        Pairs found;
        Scratch scratch = Scratch.take(header.length + (long) Scratch.PADDING);
        try {
            scratch.put(0, header, 0, header.length);
            found = new Pairs(scratch.cookies(header.length), ALL, false);
        } finally {
            scratch.release();
        }
        if (apart.isEmpty()) return found;
        List<Pair> all = found.toList();
        all.addAll(apart.toList());
        return new Pairs(of(all), ALL, false);
    }

    /** Returns method, path and dialect, without anything that is secret. */
    @Override
    public String toString() {
        String what = "";
        if (method() != null) what = method() + " " + path() + " ";
        else if (eventType() != null) what = eventType() + " " + connectionId() + " ";
        return what + "(" + dialect() + ")";
    }

    int word(int number) {
        return words[number];
    }

    /** Returns the name of a pair by its index among all pairs. */
    String name(int pair) {
        int at = pairWord(pair);
        return cut(words[at], nameLength(words[at + 1]));
    }

    /** Returns the value of a pair; null for a bare name. */
    String value(int pair) {
        return string(pairWord(pair) + 2);
    }

    /** Returns the index in a map of the first pair from an index on that has a name, or -1. */
    int find(int map, String name, boolean ignoresCase, int from) {
        int first = words[map];
        if (first == ABSENT) return -1;
        int count = words[map + 1];
        int at = pairWord(first + from);
        if (map == Fields.HEADERS) {
            int number = headerNumber(name);
            for (int i = from; number != 0 && i < count; i++, at += 4) {
                if (nameNumber(words[at + 1]) == number) return i;
            }
            if (number != 0) return -1;
        }
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int i = from; i < count; i++, at += 4) {
            if (nameLength(words[at + 1]) != wanted.length) continue;
            if (isName(words[at], wanted, ignoresCase)) return i;
        }
        return -1;
    }

    private boolean isName(int at, byte[] wanted, boolean ignoresCase) {
        for (int i = 0; i < wanted.length; i++) {
            int found = text[at + i];
            if (found == wanted[i]) continue;
            if (!ignoresCase || lower(found) != lower(wanted[i])) return false;
        }
        return true;
    }

    /** Only letters of ASCII have a lower case in names of headers. */
    private static int lower(int unit) {
        return unit >= 'A' && unit <= 'Z' ? unit + ('a' - 'A') : unit;
    }

    /** Returns the number of a well-known name, otherwise 0. */
    private static int headerNumber(String name) {
        Integer number = HEADER_NUMBERS.get(name);
        if (number != null) return number;
        char[] units = name.toCharArray();
        for (int i = 0; i < units.length; i++) units[i] = (char) lower(units[i]);
        return HEADER_NUMBERS.getOrDefault(new String(units), 0);
    }

    private int pairWord(int pair) {
        return words[Fields.SIZE] / 4 + 4 * pair;
    }

    /** The length of a name and the number of a header are two halves of a word. */
    private static int nameLength(int word) {
        return IS_LITTLE ? word & 0xffff : word >>> 16;
    }

    private static int nameNumber(int word) {
        return IS_LITTLE ? word >>> 16 : word & 0xffff;
    }

    private boolean has(int flag) {
        return (words[Fields.FLAGS] & flag) != 0;
    }

    /** Returns the string whose offset and length are at a word; null if it is absent. */
    @Override
    String string(int word) {
        int at = words[word];
        return at == ABSENT ? null : cut(at, words[word + 1]);
    }

    @Override
    Pairs pairs(int word, boolean ignoresCase) {
        return new Pairs(this, word, ignoresCase);
    }

    private String cut(int at, int length) {
        return isAscii()
                ? new String(text, at, length, StandardCharsets.ISO_8859_1)
                : new String(text, at, length, StandardCharsets.UTF_8);
    }
}
