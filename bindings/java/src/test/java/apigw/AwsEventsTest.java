package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.ApplicationLoadBalancerRequestEvent;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Generated events of AWS are read as Jackson reads them into the types of the vendor. */
final class AwsEventsTest {
    private static final int COUNT = 3000;
    private static final ObjectMapper VENDOR =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private static final String[] PIECES = {
        "a", "Z", "0", " ", "\"", "\\", "\n", "é", "漢", "😀", "/", "%41", "=", ";"
    };

    private final Random random = new Random(7);

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private void putMap(ObjectNode out, String prefix) {
        for (int i = random.nextInt(6); i > 0; i--) out.put(prefix + i, text());
    }

    private void putLists(ObjectNode event, String single, String multi) {
        ObjectNode singles = event.putObject(single);
        ObjectNode multis = event.putObject(multi);
        for (int i = random.nextInt(5); i > 0; i--) {
            ArrayNode values = multis.putArray("X-" + i);
            String last = "";
            for (int j = random.nextInt(3); j >= 0; j--) values.add(last = text());
            singles.put("X-" + i, last);
        }
    }

    private static Map<String, String> map(Pairs pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Pair pair : pairs) map.put(pair.name(), pair.value());
        return map;
    }

    private static Map<String, List<String>> lists(Pairs pairs) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (Pair pair : pairs) lists.put(pair.name(), pairs.getAll(pair.name()));
        return lists;
    }

    @Test
    void httpApi() throws Exception {
        for (int i = 0; i < COUNT; i++) {
            ObjectNode event = Support.JSON.createObjectNode();
            event.put("version", "2.0").put("rawPath", text()).put("routeKey", text());
            putMap(event.putObject("headers"), "x-");
            putMap(event.putObject("pathParameters"), "p");
            putMap(event.putObject("stageVariables"), "s");
            ObjectNode context = event.putObject("requestContext");
            context.put("stage", text()).put("requestId", text()).put("apiId", text());
            context.put("timeEpoch", 1_714_557_600_123L + i).put("domainName", "h.example");
            ObjectNode http = context.putObject("http");
            http.put("method", "PUT").put("sourceIp", text()).put("userAgent", text());
            event.put("body", text()).put("isBase64Encoded", random.nextBoolean());
            String document = event.toString();
            APIGatewayV2HTTPEvent theirs = VENDOR.readValue(document, APIGatewayV2HTTPEvent.class);
            Event ours = Apigw.decode(document);

            assertEquals(Dialect.AWS_HTTP_API, ours.dialect());
            assertEquals(theirs.getRawPath(), ours.path());
            assertEquals(theirs.getRouteKey(), ours.routeKey());
            assertEquals(theirs.getHeaders(), map(ours.headers()));
            assertEquals(theirs.getPathParameters(), map(ours.pathParameters()));
            assertEquals(theirs.getStageVariables(), map(ours.stageVariables()));
            assertEquals(theirs.getBody(), ours.body());
            assertEquals(theirs.getIsBase64Encoded(), ours.bodyKind() == BodyKind.BASE64);
            var theirContext = theirs.getRequestContext();
            assertEquals(theirContext.getStage(), ours.stage());
            assertEquals(theirContext.getRequestId(), ours.requestId());
            assertEquals(theirContext.getApiId(), ours.apiId());
            assertEquals(theirContext.getTimeEpoch(), ours.timeMs());
            assertEquals(theirContext.getDomainName(), ours.domainName());
            assertEquals(theirContext.getHttp().getMethod(), ours.method());
            assertEquals(theirContext.getHttp().getSourceIp(), ours.sourceIp());
            assertEquals(theirContext.getHttp().getUserAgent(), ours.userAgent());
        }
    }

    @Test
    void restApi() throws Exception {
        for (int i = 0; i < COUNT; i++) {
            ObjectNode event = Support.JSON.createObjectNode();
            event.put("resource", "/{proxy+}").put("path", text()).put("httpMethod", "GET");
            putLists(event, "headers", "multiValueHeaders");
            putLists(event, "queryStringParameters", "multiValueQueryStringParameters");
            ObjectNode context = event.putObject("requestContext");
            context.put("stage", text()).put("requestId", text()).put("apiId", text());
            context.put("resourcePath", "/{proxy+}").put("accountId", text());
            context.putObject("identity").put("sourceIp", text()).put("userAgent", text());
            event.put("body", text()).put("isBase64Encoded", random.nextBoolean());
            String document = event.toString();
            APIGatewayProxyRequestEvent theirs =
                    VENDOR.readValue(document, APIGatewayProxyRequestEvent.class);
            Event ours = Apigw.decode(document);

            assertEquals(Dialect.AWS_REST_API, ours.dialect());
            assertEquals(theirs.getHttpMethod(), ours.method());
            assertEquals(theirs.getPath(), ours.path());
            assertEquals(theirs.getMultiValueHeaders(), lists(ours.headers()));
            assertEquals(theirs.getHeaders(), map(ours.singleHeaders()));
            assertEquals(theirs.getMultiValueQueryStringParameters(), lists(ours.query()));
            assertEquals(theirs.getQueryStringParameters(), map(ours.singleQuery()));
            assertEquals(theirs.getBody(), ours.body());
            var theirContext = theirs.getRequestContext();
            assertEquals(theirContext.getStage(), ours.stage());
            assertEquals(theirContext.getRequestId(), ours.requestId());
            assertEquals(theirContext.getAccountId(), ours.accountId());
            assertEquals(theirContext.getIdentity().getSourceIp(), ours.sourceIp());
            assertEquals(theirContext.getIdentity().getUserAgent(), ours.userAgent());
        }
    }

    @Test
    void loadBalancer() throws Exception {
        for (int i = 0; i < COUNT; i++) {
            ObjectNode event = Support.JSON.createObjectNode();
            event.putObject("requestContext").putObject("elb").put("targetGroupArn", "arn");
            event.put("httpMethod", "POST").put("path", text()).put("body", text());
            putMap(event.putObject("headers"), "x-");
            event.put("isBase64Encoded", random.nextBoolean());
            String document = event.toString();
            ApplicationLoadBalancerRequestEvent theirs =
                    VENDOR.readValue(document, ApplicationLoadBalancerRequestEvent.class);
            Event ours = Apigw.decode(document);

            assertEquals(Dialect.AWS_ALB, ours.dialect());
            assertEquals(theirs.getHttpMethod(), ours.method());
            assertEquals(theirs.getPath(), ours.path());
            assertEquals(theirs.getHeaders(), map(ours.headers()));
            assertEquals(theirs.getBody(), ours.body());
            assertEquals(theirs.getIsBase64Encoded(), ours.bodyKind() == BodyKind.BASE64);
        }
    }
}
