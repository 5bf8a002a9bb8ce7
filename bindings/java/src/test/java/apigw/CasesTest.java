package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events that the generator of the library makes, and the results of its model. */
final class CasesTest {
    private static final int COUNT = 20_000;

    @Test
    void generatedEventsMeanWhatTheModelOfTheLibrarySays() throws Exception {
        String target = System.getenv("CARGO_TARGET_DIR");
        Path folder = target == null ? Support.ROOT.resolve("target") : Path.of(target);
        String program = folder.resolve("debug/apigw-cases").toString();
        Process process =
                new ProcessBuilder(program, "--seed", "1", "--count", String.valueOf(COUNT))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int events = 0;
        int errors = 0;
        try (InputStream output = process.getInputStream();
                DataInputStream parts = new DataInputStream(output)) {
            for (int i = 0; i < COUNT; i++) {
                byte[] input = next(parts);
                JsonNode expected = Support.JSON.readTree(next(parts));
                check(input, expected);
                if (expected.has("error")) errors++;
                else events++;
            }
            assertEquals(-1, parts.read());
        }
        assertEquals(0, process.waitFor());
        assertTrue(events > COUNT / 4 && errors > COUNT / 20, events + " and " + errors);
    }

    private static byte[] next(DataInputStream parts) throws IOException {
        return parts.readNBytes(Integer.reverseBytes(parts.readInt()));
    }

    private static void check(byte[] input, JsonNode expected) throws Exception {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        JsonNode fault = expected.get("error");
        JsonNode event = expected.get("event");
        // The model does not read all members of these events.
        boolean isPartial = event != null && event.path("is_partial").asBoolean();
        try {
            Event found = Apigw.decode(input);
            assertTrue(event != null, text);
            if (isPartial) {
                assertEquals(event.get("dialect").asText(), found.dialect().toString(), text);
            } else {
                assertEquals(event, Support.JSON.readTree(Support.parts(found).toString()), text);
            }
        } catch (DecodeException error) {
            if (isPartial) {
                List<String> codes = List.of("wrong-type", "name-too-long", "too-many-pairs");
                assertTrue(codes.contains(error.code()), text);
                return;
            }
            assertTrue(fault != null, text);
            assertEquals(fault.get("code").asText(), error.code(), text);
            assertEquals(fault.get("offset").asLong(), error.offset(), text);
            // The model does not know the member of a fault in the JSON text.
            if (fault.has("member")) assertEquals(fault.get("member").asText(), error.member());
        }
    }
}
