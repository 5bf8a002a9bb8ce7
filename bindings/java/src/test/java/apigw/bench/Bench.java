package apigw.bench;

import apigw.Apigw;
import apigw.Event;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Compares reading four fields of an event with Jackson, which reads the whole event into the type
 * of the vendor. The readers take turns in one process, and each time is a median.
 */
public final class Bench {
    private static final int EVENTS = 512;
    private static final int ROUNDS = 41;
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private static final ObjectReader HTTP_API = JSON.readerFor(APIGatewayV2HTTPEvent.class);
    private static final ObjectReader REST_API = JSON.readerFor(APIGatewayProxyRequestEvent.class);

    private static final String[] NAMES = {
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "cookie",
        "origin",
        "referer",
        "user-agent",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-amzn-trace-id",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-ch-ua",
        "sec-ch-ua-mobile",
        "sec-ch-ua-platform",
        "content-type",
        "content-length",
        "authorization",
        "if-none-match",
        "if-modified-since",
        "priority",
        "dnt",
        "via",
        "x-request-id",
        "x-own-first",
        "x-own-second",
        "x-own-third"
    };

    private static final Random RANDOM = new Random(3);

    private Bench() {}

    /** Reads an event and returns a number that depends on four of its fields. */
    private interface Reader {
        long read(byte[] input) throws Exception;
    }

    private static long sum(String method, String path, String host, String id) {
        return (long) method.length() + path.length() + host.length() + id.length();
    }

    private static long apigw(byte[] input) {
        Event event = Apigw.decode(input);
        return sum(event.method(), event.path(), event.header("host"), event.requestId());
    }

    private static long httpApi(byte[] input) throws Exception {
        APIGatewayV2HTTPEvent event = HTTP_API.readValue(input);
        var context = event.getRequestContext();
        return sum(
                context.getHttp().getMethod(),
                event.getRawPath(),
                event.getHeaders().get("host"),
                context.getRequestId());
    }

    private static long restApi(byte[] input) throws Exception {
        APIGatewayProxyRequestEvent event = REST_API.readValue(input);
        return sum(
                event.getHttpMethod(),
                event.getPath(),
                event.getHeaders().get("host"),
                event.getRequestContext().getRequestId());
    }

    private static String word(int length) {
        StringBuilder word = new StringBuilder();
        while (word.length() < length) word.append((char) ('a' + RANDOM.nextInt(26)));
        return word.toString();
    }

    private static void putHeaders(ObjectNode headers, ObjectNode lists, int count) {
        headers.put("host", word(12) + ".example.com");
        // Real names are few, and Jackson keeps those that it has seen.
        for (int i = 1; i < count; i++) headers.put(NAMES[i - 1], word(5 + 3 * i % 70));
        for (var header : headers.properties()) {
            lists.putArray(header.getKey()).add(header.getValue().asText());
        }
    }

    private static byte[] httpApiEvent(int headers, int body) {
        ObjectNode event = JSON.createObjectNode();
        event.put("version", "2.0").put("routeKey", "GET /cats/{id}");
        event.put("rawPath", "/cats/" + word(8)).put("rawQueryString", "");
        putHeaders(event.putObject("headers"), JSON.createObjectNode(), headers);
        ObjectNode context = event.putObject("requestContext");
        context.put("accountId", "123456789012").put("apiId", word(10)).put("stage", "$default");
        context.put("requestId", word(16)).put("timeEpoch", 1_714_557_600_123L);
        ObjectNode http = context.putObject("http");
        http.put("method", "GET").put("path", "/cats").put("protocol", "HTTP/1.1");
        http.put("sourceIp", "192.0.2.1").put("userAgent", word(60));
        if (body > 0) event.put("body", ("{\"" + word(7) + "\":1},").repeat(body / 14));
        event.put("isBase64Encoded", false);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] restApiEvent(int headers) {
        ObjectNode event = JSON.createObjectNode();
        event.put("resource", "/cats/{id}").put("path", "/cats/" + word(8));
        event.put("httpMethod", "GET");
        ObjectNode single = event.putObject("headers");
        putHeaders(single, event.putObject("multiValueHeaders"), headers);
        event.putNull("queryStringParameters").putNull("multiValueQueryStringParameters");
        event.putObject("pathParameters").put("id", word(8));
        ObjectNode context = event.putObject("requestContext");
        context.put("accountId", "123456789012").put("apiId", word(10)).put("stage", "prod");
        context.put("requestId", word(36)).put("resourcePath", "/cats/{id}");
        context.putObject("identity").put("sourceIp", "192.0.2.1").put("userAgent", word(60));
        event.putNull("body").put("isBase64Encoded", false);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static double nanoseconds(Reader reader, List<byte[]> inputs, int times)
            throws Exception {
        long sum = 0;
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) for (byte[] input : inputs) sum += reader.read(input);
        long end = System.nanoTime();
        if (sum == 0) throw new IllegalStateException("nothing was read");
        return (end - start) / (double) (times * inputs.size());
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void compare(String name, List<byte[]> inputs, Reader theirs) throws Exception {
        for (byte[] input : inputs) {
            if (apigw(input) != theirs.read(input)) throw new IllegalStateException(name);
        }
        List<Double> ourTimes = new ArrayList<>();
        List<Double> theirTimes = new ArrayList<>();
        for (int round = -10; round < ROUNDS; round++) {
            double ours = nanoseconds(Bench::apigw, inputs, 20);
            double peer = nanoseconds(theirs, inputs, 20);
            // The first rounds are for the compiler.
            if (round < 0) continue;
            ourTimes.add(ours);
            theirTimes.add(peer);
        }
        double bytes = inputs.stream().mapToInt(it -> it.length).average().orElseThrow();
        double ours = median(ourTimes);
        double peer = median(theirTimes);
        System.out.printf(
                "%-34s %6.0f bytes  apigw %6.0f ns  Jackson %6.0f ns  %.1fx%n",
                name, bytes, ours, peer, peer / ours);
    }

    public static void main(String[] arguments) throws Exception {
        byte[][][] series = new byte[3][EVENTS][];
        Arrays.setAll(series[0], i -> httpApiEvent(6 + i % 3, 0));
        Arrays.setAll(series[1], i -> restApiEvent(14 + i % 7));
        Arrays.setAll(series[2], i -> httpApiEvent(20 + i % 9, 4000));
        System.out.println(
                "method, path, host and request id, " + System.getProperty("java.version"));
        compare("HTTP API, few headers", List.of(series[0]), Bench::httpApi);
        compare("REST API, headers twice", List.of(series[1]), Bench::restApi);
        compare("HTTP API, many headers and a body", List.of(series[2]), Bench::httpApi);
    }
}
