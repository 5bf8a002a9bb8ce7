package apigw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The events of tests/data, in every form in which an input can be given. */
final class GoldenTest {
    @TestFactory
    Stream<DynamicTest> fixtures() throws Exception {
        return Support.fixtures().stream()
                .map(fixture -> DynamicTest.dynamicTest(fixture.name(), () -> check(fixture)));
    }

    private static void check(Support.Fixture fixture) throws Exception {
        byte[] input = fixture.bytes();
        byte[] before = input.clone();
        for (Supplier<Event> decode : ways(input)) {
            if (fixture.code() == null) {
                // The escapes of the two writers differ.
                String expected = Support.JSON.readTree(fixture.form()).toString();
                assertEquals(expected, Support.form(decode.get()));
            } else {
                DecodeException error = assertThrows(DecodeException.class, decode::get);
                assertEquals(fixture.code(), error.code());
                assertEquals(fixture.offset(), error.offset());
                assertEquals(fixture.code(), ErrorCode.nameOf(error.number()));
            }
        }
        assertArrayEquals(before, input);
    }

    private static List<Supplier<Event>> ways(byte[] input) {
        byte[] inside = new byte[input.length + 2];
        inside[0] = inside[input.length + 1] = '"';
        System.arraycopy(input, 0, inside, 1, input.length);
        ByteBuffer heap = ByteBuffer.wrap(inside, 1, input.length);
        ByteBuffer direct = ByteBuffer.allocateDirect(inside.length).order(ByteOrder.BIG_ENDIAN);
        direct.put(0, inside).position(1).limit(1 + input.length);
        return List.of(
                () -> Apigw.decode(input),
                () -> Apigw.decode(inside, 1, input.length),
                () -> Apigw.decode(heap),
                () -> Apigw.decode(heap.asReadOnlyBuffer()),
                () -> Apigw.decode(direct));
    }
}
