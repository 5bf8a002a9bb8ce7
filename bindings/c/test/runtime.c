/* Tests of the runtime: with a server that behaves as a platform may, and without a server. */
#define _POSIX_C_SOURCE 200809L

#include "server.h"

#include <time.h>

#define EVENT(path)                                                                                \
    "{\"httpMethod\":\"GET\",\"path\":\"" path "\",\"headers\":{},\"queryString\":{}}"
#define RESPONSE(body)                                                                             \
    "{\"isBase64Encoded\":false,\"statusCode\":200,\"headers\":{},\"body\":\"" body "\"}"
#define LAST                                                                                       \
    { TERM_WHILE_WAITING, NULL, NULL, NULL, 0 }
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIB (1u << 20)

static char *large;

static int respond(apigw_invocation *invocation, const void *body, size_t len) {
    apigw_response response = APIGW_RESPONSE_INIT;
    response.body.data = (const char *)body;
    response.body.len = len;
    return apigw_invocation_respond(invocation, &response);
}

static int echo(apigw_invocation *invocation) {
    apigw_string body = apigw_event_body(&invocation->event);
    return respond(invocation, body.data, body.len);
}

static int bad_header(apigw_invocation *invocation) {
    apigw_string_pair header = {{"x-a", 3}, {"a\r\nb", 4}};
    apigw_response response = APIGW_RESPONSE_INIT;
    response.headers.pairs = &header;
    response.headers.count = 1;
    return apigw_invocation_respond(invocation, &response);
}

static int websocket(apigw_invocation *invocation) {
    const apigw_event *event = &invocation->event;
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    reply.connection_id = apigw_event_string(event, event->table->connection_id);
    return apigw_invocation_reply(invocation, &reply);
}

static int numbers(apigw_invocation *invocation) {
    char text[128];
    uint32_t remaining = apigw_invocation_remaining_ms(invocation);
    int in_time = invocation->time_limit_ms == 0
                      ? remaining == UINT32_MAX
                      : remaining <= invocation->time_limit_ms && remaining > 0;
    /* A deadline has no round limit. */
    uint32_t limit = (invocation->time_limit_ms + 999) / 1000 * 1000;
    int len = snprintf(text, sizeof text, "%s %u %u %d %s %s %s %s", invocation->request_id,
                       (unsigned)invocation->memory_limit_mb,
                       is_lambda ? (unsigned)limit : (unsigned)invocation->time_limit_ms, in_time,
                       invocation->function_arn, invocation->trace_id, invocation->client_context,
                       invocation->cognito_identity);
    if (is_lambda && invocation->trace_id[0] != 0)
        CHECK(strcmp(getenv("_X_AMZN_TRACE_ID"), invocation->trace_id) == 0);
    return respond(invocation, text, (size_t)len);
}

static int late(apigw_invocation *invocation) {
    struct timespec pause = {0, 20000000};
    invocation->time_limit_ms = 10;
    nanosleep(&pause, NULL);
    return respond(invocation, "late", apigw_invocation_remaining_ms(invocation) == 0 ? 4 : 0);
}

static int twice(apigw_invocation *invocation) {
    int status = respond(invocation, "first", 5);
    return status != 0 ? status : respond(invocation, "second", 6);
}

static int recovered(apigw_invocation *invocation) {
    if (bad_header(invocation) != APIGW_E_INVALID_HEADER_VALUE) return 1;
    return respond(invocation, "better", 6);
}

int test_handler(apigw_invocation *invocation, void *data) {
    apigw_string path = apigw_event_string(&invocation->event, invocation->event.table->path);
    CHECK(*(size_t *)data < 100000);
    if (is_text(path, "/echo")) return echo(invocation);
    if (is_text(path, "/fail")) return apigw_invocation_fail(invocation, "no %s", "cat");
    if (is_text(path, "/fail-silently")) return -1;
    if (is_text(path, "/silent")) return 0;
    if (is_text(path, "/bad-header")) return bad_header(invocation);
    if (is_text(path, "/recovered")) return recovered(invocation);
    if (is_text(path, "/numbers")) return numbers(invocation);
    if (is_text(path, "/late")) return late(invocation);
    if (is_text(path, "/twice")) return twice(invocation);
    if (is_text(path, "/raw")) return apigw_invocation_write(invocation, "\0raw", 4);
    if (is_text(path, "/nothing")) return apigw_invocation_write(invocation, NULL, 0);
    if (is_text(path, "/raw-limit")) return apigw_invocation_write(invocation, large, 6 * MIB);
    if (is_text(path, "/raw-over-limit"))
        return apigw_invocation_write(invocation, large, 6 * MIB + 1);
    if (is_text(path, "/limit")) return respond(invocation, large, 6 * MIB - strlen(RESPONSE("")));
    if (is_text(path, "/over-limit"))
        return respond(invocation, large, 6 * MIB - strlen(RESPONSE("")) + 1);
    if (invocation->event.table->flags & APIGW_FLAG_WEBSOCKET_CONNECT) return websocket(invocation);
    return respond(invocation, "hello", 5);
}

static char *limit_response(void) {
    const char *begin = "{\"isBase64Encoded\":false,\"statusCode\":200,\"headers\":{},\"body\":\"";
    char *text = malloc(6 * MIB);
    CHECK(text != NULL);
    memset(text, 'a', 6 * MIB);
    memcpy(text, begin, strlen(begin));
    memcpy(text + 6 * MIB - 2, "\"}", 2);
    return text;
}

static char *large_event(size_t body_len) {
    const char *begin = "{\"httpMethod\":\"POST\",\"path\":\"/echo\",\"body\":\"";
    char *text = malloc(strlen(begin) + body_len + 3);
    CHECK(text != NULL);
    memcpy(text, begin, strlen(begin));
    memset(text + strlen(begin), 'a', body_len);
    memcpy(text + strlen(begin) + body_len, "\"}", 3);
    return text;
}

static void responses(void) {
    char *response = limit_response(), *event = large_event(6 * MIB - strlen(RESPONSE(""))),
         *too_long = large_event(16 * MIB);
    const test_step steps[] = {
        {PLAIN, "", NULL,
         "the event cannot be decoded: error 16 at byte 0: the input ends in the middle of the "
         "document",
         0},
        {PLAIN, EVENT("/numbers"),
         is_lambda ? RESPONSE("request-1 128 3000 1 arn:f Root=1-2-3 {\\\"client\\\":{}} "
                              "{\\\"i\\\":1}")
                   : RESPONSE("request-1 128 3000 1    "),
         NULL, 0},
        {CHUNKED, EVENT("/numbers"), is_lambda ? RESPONSE("r 128 0 1    ") : RESPONSE(" 0 0 1    "),
         NULL, 0},
        {PLAIN, EVENT("/late"), RESPONSE("late"), NULL, 0},
        {PLAIN, "{\"httpMethod\":\"POST\",\"path\":\"/echo\",\"body\":\"\\u0000\\\"\\u732b\"}",
         RESPONSE("\\u0000\\\"\xe7\x8c\xab"), NULL, 0},
        {PLAIN, EVENT("/fail"), NULL, "no cat", 0},
        {PLAIN, EVENT("/fail-silently"), NULL, "the handler has failed", 0},
        {PLAIN, EVENT("/silent"), NULL, "the handler has not responded", 0},
        {PLAIN, EVENT("/bad-header"), NULL,
         "the response cannot be encoded: error 66 at byte 1 (headers.x-a): a header's value is "
         "UTF-8 text without "
         "control characters",
         0},
        {PLAIN, EVENT("/recovered"), RESPONSE("better"), NULL, 0},
        {PLAIN, EVENT("/twice"), RESPONSE("second"), NULL, 0},
        {PLAIN, EVENT("/raw"), "\0raw", NULL, 4},
        {PLAIN, EVENT("/nothing"), "", NULL, 0},
        {PLAIN, "no event", NULL,
         "the event cannot be decoded: error 32 at byte 0: an event is a JSON object, this "
         "document is not",
         0},
        {PLAIN, too_long, NULL,
         "the event cannot be decoded: error 48 at byte 16777216: the input is longer than the "
         "limit",
         0},
        {PLAIN, "{\"Type\":\"Timer\",\"TriggerName\":\"t\"}", RESPONSE("hello"), NULL, 0},
        {PLAIN,
         "{\"requestContext\":{\"websocketEnable\":true},\"websocket\":{\"action\":\"connecting\","
         "\"secConnectionID\":"
         "\"id\"}}",
         "{\"errNo\":0,\"errMsg\":\"ok\",\"websocket\":{\"action\":\"connecting\","
         "\"secConnectionID\":\"id\"}}",
         NULL, 0},
        {PLAIN, EVENT("/raw-limit"), large, NULL, 6 * MIB},
        {PLAIN, EVENT("/raw-over-limit"), NULL, "the response is longer than the limit", 0},
        {PLAIN, EVENT("/limit"), response, NULL, 6 * MIB},
        {PLAIN, EVENT("/over-limit"), NULL,
         "the response cannot be encoded: error 67 at byte 6291456: the response is longer than "
         "the limit",
         0},
        {PLAIN, event, response, NULL, 6 * MIB},
        LAST,
    };
    test_counts seen;
    CHECK(serve(steps, COUNT(steps), NULL, &seen) == 0);
    CHECK(seen.connections == 1);
    free(response);
    free(event);
    free(too_long);
}

static void faults(void) {
    const test_step steps[] = {
        {DROP_NEXT, NULL, NULL, NULL, 0},
        {PLAIN, EVENT("/"), RESPONSE("hello"), NULL, 0},
        {REFUSE_NEXT, NULL, NULL, NULL, 0},
        {REFUSE_NEXT, NULL, NULL, NULL, 0},
        {PLAIN, EVENT("/"), RESPONSE("hello"), NULL, 0},
        {DROP_RESPONSE, EVENT("/"), RESPONSE("hello"), NULL, 0},
        {DROP_RESPONSE, EVENT("/fail"), NULL, "no cat", 0},
        {REFUSE_RESPONSE, EVENT("/"), RESPONSE("hello"),
         "the platform returned 413 for a response of 70 bytes", 0},
        {PLAIN, EVENT("/"), RESPONSE("hello"), NULL, 0},
        LAST,
    };
    test_counts seen;
    CHECK(serve(steps, COUNT(steps), NULL, &seen) == 0);
    CHECK(seen.responses == 9);
}

static void an_event_without_end(void) {
    const test_step steps[] = {
        {ENDLESS, NULL, NULL, "the event is too long", 0},
        {PLAIN, EVENT("/"), RESPONSE("hello"), NULL, 0},
        LAST,
    };
    test_counts seen;
    CHECK(serve(steps, COUNT(steps), NULL, &seen) == 0);
    CHECK(seen.connections == 2 && seen.responses == 2);
}

static void signals(void) {
    const test_step waiting[] = {LAST};
    const test_step inside[] = {{TERM_INSIDE_EVENT, EVENT("/"), RESPONSE("hello"), NULL, 0}};
    const test_step before[] = {{TERM_BEFORE_RESPONSE, EVENT("/"), RESPONSE("hello"), NULL, 0}};
    test_counts seen;
    CHECK(serve(waiting, 1, NULL, &seen) == 0);
    CHECK(serve(inside, 1, NULL, &seen) == 0 && seen.responses == 1);
    CHECK(serve(before, 1, NULL, &seen) == 0 && seen.responses == 1);
}

static void many(void) {
    enum { EVENTS = 2000 };
    static test_step steps[EVENTS + 1];
    const test_step plain = {PLAIN, EVENT("/"), RESPONSE("hello"), NULL, 0}, last = LAST;
    test_counts seen;
    size_t i;
    for (i = 0; i < EVENTS; i++) steps[i] = plain;
    steps[EVENTS] = last;
    CHECK(serve(steps, EVENTS + 1, NULL, &seen) == 0);
    CHECK(seen.responses == EVENTS && seen.connections == 1);
}

/* The platform refuses or cannot be reached: the function ends with a message. */
static void unreachable(void) {
    const test_step refused[] = {
        {REFUSE_NEXT, NULL, NULL, NULL, 0}, {REFUSE_NEXT, NULL, NULL, NULL, 0},
        {REFUSE_NEXT, NULL, NULL, NULL, 0}, {REFUSE_NEXT, NULL, NULL, NULL, 0},
        {REFUSE_NEXT, NULL, NULL, NULL, 0}, {REFUSE_NEXT, NULL, NULL, NULL, 0}};
    size_t at = 0;
    test_counts seen;
    CHECK(serve(refused, COUNT(refused), NULL, &seen) == 1);
    /* Port 1 of the loopback device, which nobody listens at; in the second case by an address of
     * IPv6. */
    setenv(is_lambda ? "AWS_LAMBDA_RUNTIME_API" : "SCF_RUNTIME_API_PORT",
           is_lambda ? "127.0.0.1:1" : "1", 1);
    CHECK(apigw_runtime_run(test_handler, &at) == 1);
    setenv(is_lambda ? "AWS_LAMBDA_RUNTIME_API" : "SCF_RUNTIME_API", is_lambda ? "[::1]:1" : "::1",
           1);
    CHECK(apigw_runtime_run(test_handler, &at) == 1);
}

/* A function that cannot start is served no event; that is the only step. */
static int fail_to_start(const char *reason) {
    const test_step last = LAST;
    test_counts seen;
    start_reason = reason;
    init_error[0] = 0;
    return serve(&last, 1, NULL, &seen);
}

/* A reason with every kind of character. */
static void start_errors(void) {
    CHECK(fail_to_start("no \"cat\"\n\xe7\x8c\xab \xff\xe7\x8c") == 1);
    CHECK(!is_lambda ||
          strcmp(init_error,
                 "{\"errorMessage\":\"no \\u0022cat\\u0022\\u000a\xe7\x8c\xab "
                 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"errorType\":\"Runtime.Failure\","
                 "\"stackTrace\":[]}") == 0);
    start_reason = NULL;
}

/* TENCENTCLOUD_RUNENV says which platform a gateway of both is. */
static void gateway_of_both(void) {
    const test_step steps[] = {{PLAIN, EVENT("/"), RESPONSE("hello"), NULL, 0}, LAST};
    test_counts seen;
    is_scf_named = 1;
    CHECK(serve(steps, COUNT(steps), NULL, &seen) == 0);
    is_scf_named = 0;
}

static void all(void) {
    responses();
    faults();
    an_event_without_end();
    signals();
    many();
    unreachable();
    start_errors();
}

/* runtime PROGRAM PATH RESPONSE: checks only that the program gives this response to GET PATH. */
static int check_program(char **arguments) {
    char event[256];
    const test_step last = LAST;
    test_step steps[2] = {{PLAIN, NULL, NULL, NULL, 0}};
    test_counts seen;
    snprintf(event, sizeof event, EVENT("%s"), arguments[2]);
    steps[0].event = event;
    steps[0].response = arguments[3];
    steps[1] = last;
    return serve(steps, 2, arguments[1], &seen);
}

int main(int argc, char **argv) {
    if (argc == 4) return check_program(argv);
    large = malloc(6 * MIB + 1);
    CHECK(large != NULL);
    memset(large, 'a', 6 * MIB + 1);
    /* The runtime API is never reached through a proxy. */
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    all();
    gateway_of_both();
    is_lambda = 1;
    all();
    free(large);
    return 0;
}
