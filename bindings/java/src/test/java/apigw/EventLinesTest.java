package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows are compared with the same events decoded one by one. */
final class EventLinesTest {
    private static final List<String> WANTED =
            List.of("method", "path", "body", "headers", "query");

    /** Returns one text for each row: what is wanted of an event, or its error. */
    private static List<String> rows(byte[] input, int chunk) {
        List<String> rows = new ArrayList<>();
        try (EventLines lines = new EventLines(WANTED)) {
            int at = 0;
            while (true) {
                int length = Math.min(Math.min(chunk, lines.room()), input.length - at);
                lines.add(input, at, length);
                at += length;
                boolean isLast = at == input.length;
                int available;
                do {
                    available = lines.available();
                    int count = lines.decode(Long.MAX_VALUE, isLast);
                    for (int row = 0; row < count; row++) rows.add(row(lines, row));
                } while (lines.available() < available && lines.available() > 0);
                if (isLast && lines.available() == 0) return rows;
            }
        }
    }

    private static String row(EventLines lines, int row) {
        if (lines.word(row, EventLines.STATUS) != 0) {
            int member = lines.word(row, EventLines.MEMBER);
            String name =
                    member == EventLines.ABSENT
                            ? "null"
                            : text(lines, member, lines.word(row, EventLines.MEMBER + 1));
            return ErrorCode.nameOf(lines.word(row, EventLines.STATUS))
                    + lines.word(row, EventLines.ERROR_OFFSET)
                    + name;
        }
        StringBuilder out = new StringBuilder();
        out.append(Dialect.of(lines.word(row, EventLines.DIALECT)));
        for (int field = 0; field < 3; field++) {
            int word = EventLines.FIELDS + 2 * field;
            out.append('|').append(text(lines, lines.word(row, word), lines.word(row, word + 1)));
        }
        for (int field = 3; field < 5; field++) {
            int first = lines.word(row, EventLines.FIELDS + 2 * field);
            int count = lines.word(row, EventLines.FIELDS + 2 * field + 1);
            out.append(first == EventLines.ABSENT ? "|absent" : "|");
            for (int pair = first; first != EventLines.ABSENT && pair < first + count; pair++) {
                out.append(text(lines, lines.pairWord(pair, 0), lines.pairWord(pair, 1)))
                        .append('=')
                        .append(text(lines, lines.pairWord(pair, 2), lines.pairWord(pair, 3)))
                        .append(',');
            }
        }
        return out.toString();
    }

    private static String text(EventLines lines, int offset, int length) {
        if (offset == EventLines.ABSENT) return "null";
        return new String(lines.text(offset, length), StandardCharsets.UTF_8);
    }

    /** Returns the same of one event, by the other interface. */
    private static String expected(byte[] input) {
        try {
            Event event = Apigw.decode(input);
            StringBuilder out = new StringBuilder(event.dialect().toString());
            for (String text : new String[] {event.method(), event.path(), event.body()}) {
                out.append('|').append(text);
            }
            for (Pairs pairs : List.of(event.headers(), event.query())) {
                out.append(pairs.isPresent() ? "|" : "|absent");
                for (Pair pair : pairs) {
                    out.append(pair.name()).append('=').append(pair.value()).append(',');
                }
            }
            return out.toString();
        } catch (DecodeException error) {
            return error.code() + error.offset() + error.member();
        }
    }

    private static byte[] oneLine(byte[] document) {
        byte[] line = document.clone();
        // Between tokens a line end is a blank; in a string neither is allowed.
        for (int i = 0; i < line.length; i++) if (line[i] == '\n') line[i] = ' ';
        return line;
    }

    @Test
    void linesAreReadAsEventsAreReadOneByOne() throws Exception {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        Random random = new Random(2);
        List<Support.Fixture> fixtures = Support.fixtures();
        for (int i = 0; i < 4000; i++) {
            byte[] line = oneLine(fixtures.get(random.nextInt(fixtures.size())).bytes());
            // The return belongs to the line, as a blank.
            String end = List.of("\n", "\r\n", "\n\n", "\n \t\r\n").get(i % 4);
            if (end.startsWith("\r")) {
                line = Arrays.copyOf(line, line.length + 1);
                line[line.length - 1] = '\r';
            }
            // An event begins at its first byte.
            int start = 0;
            while (start < line.length && " \t\r".indexOf(line[start]) >= 0) start++;
            if (start < line.length) {
                expected.add(expected(Arrays.copyOfRange(line, start, line.length)));
            }
            input.write(line);
            input.write(Support.utf8(end.replaceFirst("^\r", "")));
        }
        byte[] bytes = input.toByteArray();
        assertEquals(expected, rows(bytes, 1 << 20));
        assertEquals(expected, rows(bytes, 997));
        byte[] withoutEnd = Arrays.copyOf(bytes, bytes.length - 4);
        assertEquals(expected, rows(withoutEnd, 4096));
    }

    @Test
    void aLongLineGetsMoreMemory() {
        String body = "x".repeat(5 << 20);
        byte[] input = Support.utf8("{}\n{\"body\":\"" + body + "\"}\n{\"path\":\"/\"}");
        List<String> rows = rows(input, 1 << 20);
        assertEquals(3, rows.size());
        assertTrue(rows.get(1).contains(body));
        assertEquals("unknown|null|/|null|absent|absent", rows.get(2));
    }

    @Test
    void onlyEventsThatMatchAreRows() {
        byte[] input =
                Support.utf8(
                        """
                        {"httpMethod":"GET","path":"/cats/1"}
                        {"httpMethod":"PUT","path":"/cats/2"}
                        {"httpMethod":"GET","path":"/dogs"}
                        {"httpMethod":"GET","path":
                        {"path":"/cats"}
                        """);
        try (EventLines lines = new EventLines(List.of("path"))) {
            lines.where(0, Support.utf8("GET"), Support.utf8("/cats"));
            lines.room();
            lines.add(input, 0, input.length);
            assertEquals(2, lines.decode(Long.MAX_VALUE, true));
            assertEquals(List.of(5L, 1L), List.of(lines.events(), lines.bad()));
            assertEquals("/cats/1", text(lines, lines.word(0, 10), lines.word(0, 11)));
            assertEquals("unexpected-end", ErrorCode.nameOf(lines.word(1, EventLines.STATUS)));
        }
    }

    @Test
    void linesThatBeginAfterTheStopAreNotRead() {
        byte[] input = Support.utf8("{}\n{}\n{}\n");
        for (int stop = 0; stop <= input.length; stop++) {
            try (EventLines lines = new EventLines(List.of())) {
                lines.room();
                lines.add(input, 0, input.length);
                assertEquals((stop + 2) / 3, lines.decode(stop, true));
            }
        }
    }
}
