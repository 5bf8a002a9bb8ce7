package apigw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResponseTest {
    private static JsonNode written(Response response) throws Exception {
        return Support.JSON.readTree(response.encode(Dialect.TENCENT_API_GATEWAY));
    }

    @Test
    void aResponseIsTheJsonThatIsDocumented() throws Exception {
        Response response =
                new Response(404)
                        .header("Content-Type", "text/plain")
                        .header("set-cookie", "a=1")
                        .header("Set-Cookie", "b=2")
                        .body("no \"cat\"\n漢😀");
        String expected =
                "{'isBase64Encoded':false,'statusCode':404,'headers':{'Content-Type':'text/plain',"
                        + "'set-cookie':['a=1','b=2']},'body':'no \\'cat\\'\\n漢😀'}";
        assertEquals(
                Support.JSON.readTree(expected.replace("\\'", "\\\"").replace('\'', '"')),
                written(response));
        JsonNode aws = Support.JSON.readTree(response.encode(Dialect.AWS_HTTP_API));
        assertEquals("[\"a=1\",\"b=2\"]", aws.get("cookies").toString());
    }

    @Test
    void bodiesOfEveryLength() throws Exception {
        assertEquals("", written(new Response(200)).get("body").asText());
        for (int length : new int[] {0, 1, 63, 64, 65, 4096, 100_000, 2_000_000}) {
            String text = "\u0001\"".repeat(length / 4);
            assertEquals(text, written(new Response(200).body(text)).get("body").asText());
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 0xff);
            JsonNode encoded = written(new Response(200).body(bytes));
            assertEquals(length > 0, encoded.get("isBase64Encoded").asBoolean());
            assertArrayEquals(bytes, Base64.getDecoder().decode(encoded.get("body").asText()));
        }
        Response base64 = new Response(200).body("a").encoding(BodyEncoding.BASE64);
        assertEquals("YQ==", written(base64).get("body").asText());
    }

    @Test
    void manyHeaders() throws Exception {
        Response response = new Response(200);
        for (int i = 0; i < 10_000; i++) response.header("x-" + i, "é" + i);
        JsonNode headers = written(response).get("headers");
        assertEquals(10_000, headers.size());
        assertEquals("é9999", headers.get("x-9999").asText());
    }

    @Test
    void whatMustNotBeSentIsRefusedWithItsPlace() {
        check(new Response(200).header("a", "b\r\nc: d"), "invalid-header-value", 1, "headers.a");
        check(new Response(200).header("a b", ""), "invalid-header-name", 1, "headers.a b");
        check(new Response(99), "invalid-status", 0, "statusCode");
        byte[] notUtf8 = {'a', (byte) 0xff};
        Response text = new Response(200).body(notUtf8).encoding(BodyEncoding.TEXT);
        check(text, "invalid-utf8", 1, "body");
        Response tooLong = new Response(200).body(new byte[7 << 20]);
        EncodeException error =
                assertThrows(
                        EncodeException.class, () -> tooLong.encode(Dialect.TENCENT_API_GATEWAY));
        assertEquals("response-too-long", error.code());
        Response authorizer = new Response(200);
        error =
                assertThrows(
                        EncodeException.class,
                        () -> authorizer.encode(Dialect.AWS_TOKEN_AUTHORIZER));
        assertEquals("no-response", error.code());
        for (String lone : List.of("é\ud800", "é\udc00x")) {
            error = assertThrows(EncodeException.class, () -> new Response(200).body(lone));
            assertEquals(List.of("invalid-utf8", 2L), List.of(error.code(), error.offset()));
            assertThrows(EncodeException.class, () -> new Response(200).header(lone, ""));
            error = assertThrows(EncodeException.class, () -> new Response(200).header("a", lone));
            assertEquals("headers.a", error.member());
        }
    }

    private static void check(Response response, String code, long offset, String member) {
        EncodeException error =
                assertThrows(
                        EncodeException.class, () -> response.encode(Dialect.TENCENT_API_GATEWAY));
        assertEquals(code, error.code());
        assertEquals(offset, error.offset());
        assertEquals(member, error.member());
        assertTrue(error.getMessage().contains("byte " + offset), error.getMessage());
    }
}
