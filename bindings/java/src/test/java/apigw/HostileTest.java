package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Input at the limits and beyond, random input, and the memory of the process. */
final class HostileTest {
    private static DecodeException refused(byte[] input) {
        return assertThrows(DecodeException.class, () -> Apigw.decode(input));
    }

    @Test
    void theLimits() {
        byte[] longest = new byte[16 << 20];
        Arrays.fill(longest, (byte) ' ');
        longest[0] = '{';
        longest[longest.length - 1] = '}';
        assertNotNull(Apigw.decode(longest));
        assertNotNull(Apigw.decode(ByteBuffer.wrap(longest)));
        DecodeException error = refused(Arrays.copyOf(longest, longest.length + 1));
        assertEquals(ErrorCode.INPUT_TOO_LONG, error.number());
        assertEquals(16 << 20, error.offset());

        String open = "{\"a\":" + "[".repeat(1_000_000);
        assertEquals("too-deep", refused(Support.utf8(open)).code());
        StringBuilder pairs = new StringBuilder("{\"queryString\":{\"a\":\"\"");
        for (int i = 0; i < 4095; i++) pairs.append(",\"").append(i).append("\":\"").append("\"");
        assertEquals(4096, Apigw.decode(pairs + "}}").query().size());
        assertEquals("too-many-pairs", refused(Support.utf8(pairs + ",\"b\":\"\"}}")).code());
    }

    @Test
    void wrongArguments() {
        byte[] input = Support.utf8("{}");
        assertThrows(NullPointerException.class, () -> Apigw.decode((byte[]) null));
        assertThrows(NullPointerException.class, () -> Apigw.decode((String) null));
        assertThrows(NullPointerException.class, () -> Apigw.decode((ByteBuffer) null));
        for (int[] part : new int[][] {{-1, 2}, {0, 3}, {1, 2}, {0, -1}, {Integer.MAX_VALUE, 1}}) {
            assertThrows(
                    IndexOutOfBoundsException.class, () -> Apigw.decode(input, part[0], part[1]));
        }
        assertEquals("unexpected-end", refused(new byte[0]).code());
        assertNotNull(Apigw.decode(input, 0, 2));
    }

    @Test
    void changedBytesGiveAnEventOrAnError() throws Exception {
        Random random = new Random(1);
        List<Support.Fixture> fixtures = Support.fixtures();
        int events = 0;
        int errors = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] input = fixtures.get(random.nextInt(fixtures.size())).bytes().clone();
            for (int j = random.nextInt(3); j >= 0 && input.length > 0; j--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt(256);
            }
            try {
                Event event = Apigw.decode(input);
                assertNotNull(Support.form(event));
                event.cookies();
                event.form();
                event.json();
                events++;
            } catch (DecodeException error) {
                assertTrue(error.offset() <= input.length);
                errors++;
            }
        }
        assertTrue(events > 1000 && errors > 1000, events + " and " + errors);
    }

    @Test
    void memoryDoesNotGrow() throws Exception {
        List<byte[]> inputs = Support.fixtures().stream().map(Support.Fixture::bytes).toList();
        byte[] large = Support.utf8("{\"body\":\"" + "x".repeat(3 << 20) + "\"}");
        long before = 0;
        long growth = Long.MAX_VALUE;
        // What the collector and the allocator keep varies, but a leak grows with each round.
        for (int round = 0; round < 6 && (round < 2 || growth >= 48); round++) {
            for (int i = 0; i < 1000; i++) {
                for (byte[] input : inputs) read(input);
                if (i % 100 == 0) read(large);
            }
            long after = residentMegabytes();
            growth = after - before;
            before = after;
        }
        assertTrue(growth < 48, growth + " MiB more");
    }

    private static void read(byte[] input) {
        try {
            Event event = Apigw.decode(input);
            event.json();
            event.form();
            event.cookies();
            new Response(200).body(event.bytes()).encode(event.dialect());
        } catch (ApigwException | NullPointerException error) {
            assertNotNull(error);
        }
    }

    private static long residentMegabytes() throws Exception {
        System.gc();
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(pages[1]) * 4096 >> 20;
    }
}
