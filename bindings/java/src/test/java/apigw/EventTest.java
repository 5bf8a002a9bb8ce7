package apigw;

import static apigw.Support.decode;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class EventTest {
    private static Event withBody(String body, boolean isBase64) {
        ObjectNode event = Support.JSON.createObjectNode();
        event.put("path", "/é").put("body", body).put("isBase64Encoded", isBase64);
        return Apigw.decode(event.toString());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(Support.utf8(text));
    }

    private static Pair pair(String name, String value) {
        return new Pair(name, value);
    }

    @Test
    void headersAreFoundInAnyCase() {
        Event event =
                decode("{'headers':{'Host':'a','x-é':'b','X-Own':'c','x-own':'d','host':'e'}}");
        assertEquals("a", event.header("host"));
        assertEquals("a", event.header("HOST"));
        assertEquals(List.of("a", "e"), event.headers().getAll("Host"));
        assertEquals("b", event.header("X-é"));
        assertNull(event.header("X-É"));
        assertEquals(List.of("c", "d"), event.headers().getAll("x-OWN"));
        // The Kelvin sign is no letter of ASCII.
        assertNull(decode("{'headers':{'cookie':'a=1'}}").header("coo\u212Aie"));
        assertNull(event.header(""));
        assertNull(event.header("accept"));
    }

    @Test
    void mapsKeepOrderRepeatedAndBareNames() {
        Event event = decode("{'queryString':{'a':'1','b':true,'a':['2','3'],'':''}}");
        List<Pair> all =
                List.of(
                        pair("a", "1"),
                        pair("b", null),
                        pair("a", "2"),
                        pair("a", "3"),
                        pair("", ""));
        assertEquals(all, event.query().toList());
        assertEquals(5, event.query().size());
        assertEquals(List.of("1", "2", "3"), event.queryAll("a"));
        assertEquals("1", event.query("a"));
        assertEquals("", event.query("b"));
        assertEquals("", event.query(""));
        assertNull(event.query("A"));
        assertTrue(event.query().has("b"));
        assertFalse(event.query().has("c"));
        assertEquals(List.of(), event.queryAll("c"));
        assertEquals(pair("a", "3"), event.query().pair(3));
        assertThrows(IndexOutOfBoundsException.class, () -> event.query().pair(5));
        assertThrows(IndexOutOfBoundsException.class, () -> event.query().pair(-1));
        var iterator = event.query().iterator();
        for (Pair expected : all) assertEquals(expected, iterator.next());
        assertThrows(NoSuchElementException.class, iterator::next);
    }

    @Test
    void anAbsentMapHasNoPairs() {
        Event event = decode("{'pathParameters':{}}");
        assertTrue(event.pathParameters().isPresent());
        assertTrue(event.pathParameters().isEmpty());
        assertFalse(event.stageVariables().isPresent());
        assertEquals(List.of(), event.stageVariables().toList());
        assertNull(event.stageVariables().get("a"));
        assertFalse(event.stageVariables().iterator().hasNext());
    }

    @Test
    void theKindsOfBodies() {
        Event text = withBody("{\"a\":[1,\"é\"]}", false);
        assertEquals(BodyKind.TEXT, text.bodyKind());
        assertEquals(Map.of("a", List.of(1L, "é")), text.json());
        assertArrayEquals(Support.utf8("{\"a\":[1,\"é\"]}"), text.bytes());

        Event base64 = withBody(base64("漢字"), true);
        assertEquals(BodyKind.BASE64, base64.bodyKind());
        assertEquals("漢字", base64.text());
        assertEquals(base64("漢字"), base64.body());

        Event json = decode("{'body':{'a' : 1.0}}");
        assertEquals(BodyKind.JSON, json.bodyKind());
        assertEquals("{\"a\" : 1.0}", json.body());
        assertEquals(json.body(), json.text());
        assertEquals(Map.of("a", 1.0), json.json());

        Event absent = decode("{'body':null}");
        assertEquals(BodyKind.ABSENT, absent.bodyKind());
        assertNull(absent.body());
        assertNull(absent.bytes());
        assertNull(absent.text());
        assertNull(absent.json());
        assertEquals(0, absent.form().size());
        assertEquals(0, absent.cookies().size());

        Event empty = decode("{'body':''}");
        assertEquals("", empty.body());
        assertEquals(0, empty.bytes().length);
        assertEquals("", empty.text());
        assertEquals("absent", BodyKind.ABSENT.toString());
    }

    @Test
    void bodiesOfEveryLengthComeBack() {
        for (String piece : List.of("a", "\"", "\\", "é", "漢", "😀", "{\"k\":\"v\"},")) {
            for (int length : new int[] {1, 4095, 16_383, 16_384, 16_385, 40_000, 1_500_000}) {
                String body = piece.repeat(length / piece.length() + 1);
                assertEquals(body, withBody(body, false).text());
                assertEquals(body, withBody(base64(body), true).text());
                assertEquals("/é", withBody(body, false).path());
            }
        }
    }

    @Test
    void jsonIsReadAsJacksonReadsIt() throws Exception {
        for (String document :
                List.of(
                        "null",
                        "[]",
                        "{}",
                        "[true,false,null,\"\",{\"a\":{}},[[]]]",
                        "{\"z\":1,\"a\":[{\"b\":\"漢😀\\n\"},-0.5e3],\"\":\"x\"}",
                        "[0,-1,9223372036854775807,-9223372036854775808,1.5]",
                        "\"\\u00e9\"")) {
            Object expected = Support.JSON.readValue(document, Object.class);
            // Jackson has the smallest type for a number.
            String text = Support.JSON.writeValueAsString(withBody(document, false).json());
            assertEquals(Support.JSON.writeValueAsString(expected), text);
        }
        List<BigInteger> large = List.of(new BigInteger("18446744073709551615"));
        assertEquals(large, withBody("[18446744073709551615]", false).json());
        assertEquals(
                new ArrayList<>(List.of("z", "a", "")),
                new ArrayList<>(
                        ((Map<?, ?>) withBody("{\"z\":1,\"a\":2,\"\":3}", false).json()).keySet()));
    }

    @Test
    void formsAreThoseOfTheStandardLibrary() {
        for (String body : List.of("a=1&b=2&a=3", "a=", "x=%E6%BC%A2+%20", "é=漢", "a=%ff&b=%C3")) {
            List<Pair> expected = new ArrayList<>();
            for (String field : body.split("&")) {
                String[] parts = field.split("=", 2);
                expected.add(
                        pair(
                                URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                                URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
            }
            assertEquals(expected, withBody(body, false).form().toList());
            assertEquals(expected, withBody(base64(body), true).form().toList());
        }
        assertEquals(List.of(pair("a", "")), withBody("a", false).form().toList());
        // Each byte becomes the three of U+FFFD.
        String replaced = withBody("a=" + "%ff".repeat(50_000), false).form().get("a");
        assertEquals("\ufffd".repeat(50_000), replaced);
        byte[] raw = new byte[50_000];
        Arrays.fill(raw, (byte) 0xff);
        raw[0] = 'a';
        raw[1] = '=';
        Event event = withBody(Base64.getEncoder().encodeToString(raw), true);
        assertEquals("\ufffd".repeat(49_998), event.form().get("a"));
        String many = "a=&".repeat(5000);
        DecodeException error =
                assertThrows(DecodeException.class, () -> withBody(many, false).form());
        assertEquals(ErrorCode.TOO_MANY_PAIRS, error.number());
    }

    @Test
    void cookiesOfTheHeadersComeBeforeThoseOfTheList() {
        Event headers = decode("{'headers':{'Cookie':'a=1; b=2 ;c','cookie':'a=漢'}}");
        assertEquals(
                List.of(pair("a", "1"), pair("b", "2"), pair("c", null), pair("a", "漢")),
                headers.cookies().toList());
        String context = "'version':'2.0','requestContext':{'http':{'method':'GET'}}";
        Event list = decode("{" + context + ",'cookies':['b=2; x','c','d=é=']}");
        List<Pair> apart = List.of(pair("b", "2; x"), pair("c", null), pair("d", "é="));
        assertEquals(apart, list.cookies().toList());
        Event both =
                decode(
                        "{"
                                + context
                                + ",'headers':{'cookie':'a=é; b=0'},'cookies':['b=2; x','c']}");
        assertEquals(
                List.of(pair("a", "é"), pair("b", "0"), pair("b", "2; x"), pair("c", null)),
                both.cookies().toList());
        assertEquals(List.of("0", "2; x"), both.cookies().getAll("b"));
        assertNull(both.cookies().get("B"));
        assertEquals(Dialect.AWS_HTTP_API, both.dialect());
    }

    @Test
    void aLongQueryIsDecodedAfterTheDocument() {
        for (String part : List.of("a", "%41", "+", "%C3%A9", "%22", "%5C")) {
            for (int count : new int[] {1, 22, 64, 65, 1000, 40_000}) {
                String query = "n=" + part.repeat(count) + "&plain=x";
                Event event =
                        decode(
                                "{'version':'2.0','requestContext':{'http':{'method':'GET'}},"
                                        + "'rawQueryString':'"
                                        + query
                                        + "','headers':{'host':'h'}}");
                String value = URLDecoder.decode(part.repeat(count), StandardCharsets.UTF_8);
                assertEquals(List.of(pair("n", value), pair("plain", "x")), event.query().toList());
                assertEquals(query, event.rawQuery());
                assertEquals("h", event.header("host"));
            }
        }
    }

    @Test
    void faultsOfBodiesHaveAnOffset() {
        Map<Runnable, List<Object>> faults = new LinkedHashMap<>();
        faults.put(() -> withBody("AA=A", true).bytes(), List.of("invalid-base64", 3L, "body"));
        faults.put(() -> withBody("é", true).text(), List.of("invalid-base64", 0L, "body"));
        faults.put(() -> withBody("[1,]", false).json(), List.of("unexpected-byte", 3L, "body"));
        faults.put(() -> withBody("", false).json(), List.of("unexpected-end", 0L, "body"));
        faults.put(() -> withBody("Yf8=", true).text(), List.of("invalid-utf8", 1L, "body"));
        faults.put(() -> withBody("5rw=", true).text(), List.of("invalid-utf8", 0L, "body"));
        faults.put(() -> withBody("Yf8=", true).json(), List.of("unexpected-byte", 0L, "body"));
        faults.forEach(
                (action, expected) -> {
                    DecodeException error = assertThrows(DecodeException.class, action::run);
                    assertEquals(expected, List.of(error.code(), error.offset(), error.member()));
                });
    }

    @Test
    void aLoneSurrogateIsRefusedAndNotReplaced() {
        for (String unit : List.of("\ud800", "\udc00", "\ud800x", "\udc00\ud800")) {
            String document = "{\"path\":\"/é" + unit + "\"}";
            DecodeException error =
                    assertThrows(DecodeException.class, () -> Apigw.decode(document));
            assertEquals(ErrorCode.INVALID_UTF8, error.number());
            assertEquals(12, error.offset());
        }
        assertEquals("/😀", Apigw.decode("{\"path\":\"/😀\"}").path());
    }

    @Test
    void anEventSaysWhatItIs() {
        assertEquals("GET /a (unknown)", decode("{'httpMethod':'GET','path':'/a'}").toString());
        assertEquals("(unknown)", decode("{}").toString());
    }

    @Test
    void everyDialectAndErrorHasTheNameOfTheLibrary() throws Exception {
        List<String> dialects = Stream.of(Dialect.values()).map(Dialect::toString).toList();
        for (Support.Fixture fixture : Support.fixtures()) {
            if (fixture.code() != null) continue;
            String dialect = Support.JSON.readTree(fixture.form()).get("dialect").asText();
            assertTrue(dialects.contains(dialect), dialect);
        }
        assertEquals(Dialect.UNKNOWN, Dialect.of(1 << 20));
        assertEquals(Dialect.UNKNOWN, Dialect.of(-1));
        assertEquals("unknown", ErrorCode.nameOf(1 << 20));
    }

    @Test
    void membersWithoutGetterAreReadAsJson() {
        Event event = decode("{'more':{'a':[1,'b',null]},'more':2,'n':1e400}");
        assertEquals(Map.of("a", Arrays.asList(1L, "b", null)), event.extra("more"));
        assertNull(event.extra("path"));
        DecodeException error = assertThrows(DecodeException.class, () -> event.extra("n"));
        assertEquals("invalid-number", error.code());
        assertEquals("n", error.member());
    }

    @Test
    void claimsOfEveryAuthorizer() throws IOException {
        JsonNode cases = Support.JSON.readTree(Support.DATA.resolve("claims.json").toFile());
        assertFalse(cases.isEmpty());
        for (JsonNode one : cases) {
            Map<String, Object> claims = Apigw.decode(one.get("event").toString()).claims();
            String name = one.get("name").asText();
            assertEquals(
                    one.get("claims").toString(), Support.JSON.writeValueAsString(claims), name);
        }
    }
}
