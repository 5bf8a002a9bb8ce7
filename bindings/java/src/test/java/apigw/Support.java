package apigw;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What several tests use. */
final class Support {
    static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    static final Path DATA = ROOT.resolve("tests/data");
    static final ObjectMapper JSON = new ObjectMapper();

    /** The fields of an event in the order of its table. */
    private static final List<String> FIELDS = fields();

    private Support() {}

    /** An event of tests/data, and what it must give: its normalised form, or an error. */
    record Fixture(String name, byte[] bytes, String form, String code, long offset) {}

    static List<Fixture> fixtures() throws IOException {
        Map<String, String[]> faults = new HashMap<>();
        for (String row : Files.readAllLines(DATA.resolve("errors.tsv"))) {
            String[] columns = row.split("\t");
            faults.put(columns[0], columns);
        }
        List<Fixture> fixtures = new ArrayList<>();
        try (Stream<Path> files = Files.list(DATA.resolve("events"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                byte[] bytes = Files.readAllBytes(file);
                String[] fault = faults.get(name);
                if (fault == null) {
                    String form = Files.readString(DATA.resolve("golden").resolve(name)).strip();
                    fixtures.add(new Fixture(name, bytes, form, null, 0));
                } else {
                    long offset = Long.parseLong(fault[2]);
                    fixtures.add(new Fixture(name, bytes, null, fault[1], offset));
                }
            }
        }
        assertTrue(fixtures.size() > 200);
        return fixtures;
    }

    /** Returns the normalised form of an event, by its getters. */
    static String form(Event event) throws ReflectiveOperationException {
        ObjectNode form = JSON.createObjectNode();
        form.put("dialect", event.dialect().toString());
        if (event.timeMs() != 0) form.put("time_ms", event.timeMs());
        if (event.isPathDecoded()) form.put("path_decoded", true);
        putStrings(form, event);
        putMaps(form, event, false);
        if (event.bodyKind() != BodyKind.ABSENT) {
            form.put("body_kind", event.bodyKind().toString());
            form.put("body", event.body());
        }
        putMaps(form, event, true);
        return form.toString();
    }

    /** Returns the same in the form of {@code apigw-cases}. */
    static ObjectNode parts(Event event) throws ReflectiveOperationException {
        ObjectNode parts = JSON.createObjectNode();
        parts.put("dialect", event.dialect().toString());
        putStrings(parts.putObject("strings"), event);
        ObjectNode maps = parts.putObject("maps");
        putMaps(maps, event, false);
        putMaps(maps, event, true);
        if (event.timeMs() != 0) parts.put("time_ms", event.timeMs());
        if (event.isPathDecoded()) parts.put("path_decoded", true);
        if (event.bodyKind() != BodyKind.ABSENT) {
            parts.putArray("body").add(event.bodyKind().toString()).add(event.body());
        }
        return parts;
    }

    private static void putStrings(ObjectNode out, Event event)
            throws ReflectiveOperationException {
        for (String field : FIELDS.subList(0, FIELDS.indexOf("body"))) {
            // It is of the flags.
            if (field.equals("event_type") && event.websocketPhase() != null) {
                out.put("websocket_phase", event.websocketPhase());
            }
            String value = (String) get(event, field);
            if (value != null) out.put(field, value);
        }
    }

    private static void putMaps(ObjectNode out, Event event, boolean areExtras)
            throws ReflectiveOperationException {
        for (String field : FIELDS.subList(FIELDS.indexOf("headers"), FIELDS.size())) {
            if (field.endsWith("extras") != areExtras) continue;
            Pairs pairs = (Pairs) get(event, field);
            if (areExtras ? pairs.isEmpty() : !pairs.isPresent()) continue;
            ArrayNode list = out.putArray(field);
            for (Pair pair : pairs) list.addArray().add(pair.name()).add(pair.value());
        }
    }

    private static Object get(Event event, String field) throws ReflectiveOperationException {
        StringBuilder getter = new StringBuilder();
        for (String word : field.split("_")) {
            getter.append(getter.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)))
                    .append(word.substring(1));
        }
        return Event.class.getMethod(getter.toString()).invoke(event);
    }

    private static List<String> fields() {
        List<String> names = new ArrayList<>();
        for (Field field : Fields.class.getDeclaredFields()) names.add(field.getName());
        List<String> fields = names.subList(names.indexOf("METHOD"), names.indexOf("STATUS"));
        return fields.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the event of a document whose strings are in single quotes. */
    static Event decode(String document) {
        return Apigw.decode(document.replace('\'', '"'));
    }
}
