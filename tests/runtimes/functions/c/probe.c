/*
 * The function of the suite in C; ../go/main.go and ../node/index.cjs are the same ones. The header
 * x-probe says what it does.
 */
#define _POSIX_C_SOURCE 200809L

#include <apigw_runtime.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int is(apigw_string string, const char *text) {
    return string.len == strlen(text) && memcmp(string.data, text, string.len) == 0;
}

static void put(FILE *out, apigw_string string) {
    if (string.len != 0) fwrite(string.data, 1, string.len, out);
}

static void put_pairs(FILE *out, const apigw_event *event, apigw_range map, const char *kind,
                      const char *prefix) {
    APIGW_FOR_EACH_PAIR(map, i) {
        apigw_string name = apigw_event_name(event, i), value = apigw_event_value(event, i);
        if (name.len < strlen(prefix) || memcmp(name.data, prefix, strlen(prefix)) != 0) continue;
        fprintf(out, "%s ", kind);
        put(out, name);
        putc('=', out);
        put(out, value);
        putc('\n', out);
    }
}

static int respond(apigw_invocation *invocation, const char *type, const char *body, size_t len) {
    apigw_string_pair header = {{"content-type", 12}, {NULL, 0}};
    apigw_response response = APIGW_RESPONSE_INIT;
    header.value = apigw_string_from(type);
    response.headers.pairs = &header;
    response.headers.count = 1;
    response.body.data = body;
    response.body.len = len;
    return apigw_invocation_respond(invocation, &response);
}

/* The bytes of the body; the caller frees them. */
static char *body_of(apigw_decoder *decoder, const apigw_event *event, size_t *len) {
    size_t room = apigw_event_body(event).len;
    char *bytes = malloc(room + 1);
    if (bytes == NULL || apigw_event_read_body(event, decoder, bytes, room + 1, len) != APIGW_OK)
        abort();
    return bytes;
}

static int describe(apigw_invocation *invocation, apigw_decoder *decoder) {
    const apigw_event *event = &invocation->event;
    const apigw_event_table *table = event->table;
    char *text = NULL, *body;
    size_t len = 0, body_len;
    int status;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL) return 1;
    put(out, apigw_event_string(event, table->method));
    putc(' ', out);
    put(out, apigw_event_string(event, table->path));
    putc(' ', out);
    put(out, apigw_event_string(event, table->route));
    putc(' ', out);
    put(out, apigw_event_string(event, table->stage));
    putc('\n', out);
    put_pairs(out, event, table->path_parameters, "parameter", "");
    put_pairs(out, event, table->query, "query", "");
    put_pairs(out, event, table->headers, "header", "x-test");
    body = body_of(decoder, event, &body_len);
    fprintf(out, "body %s %zu\n",
            table->body.off == APIGW_NONE           ? "absent"
            : table->flags & APIGW_FLAG_BODY_BASE64 ? "base64"
                                                    : "text",
            body_len);
    fclose(out);
    status = respond(invocation, "text/plain", text, len);
    free(text);
    free(body);
    return status;
}

static int echo(apigw_invocation *invocation, apigw_decoder *decoder) {
    size_t len;
    char *body = body_of(decoder, &invocation->event, &len);
    int status = respond(invocation, "application/octet-stream", body, len);
    free(body);
    return status;
}

static int cookies(apigw_invocation *invocation) {
    static const apigw_string_pair headers[] = {{{"set-cookie", 10}, {"a=1", 3}},
                                                {{"set-cookie", 10}, {"b=2", 3}},
                                                {{"x-empty", 7}, {"", 0}}};
    apigw_response response = APIGW_RESPONSE_INIT;
    response.status = 418;
    response.headers.pairs = headers;
    response.headers.count = 3;
    return apigw_invocation_respond(invocation, &response);
}

static int size(apigw_invocation *invocation) {
    size_t len = strtoul(apigw_event_query(&invocation->event, "n").data, NULL, 10);
    char *body = malloc(len + 1);
    int status;
    if (body == NULL) return 1;
    memset(body, 'a', len);
    status = respond(invocation, "text/plain", body, len);
    free(body);
    return status;
}

static int probe(apigw_invocation *invocation, void *decoder) {
    apigw_string action = apigw_event_header(&invocation->event, "x-probe");
    if (is(action, "describe")) return describe(invocation, decoder);
    if (is(action, "echo")) return echo(invocation, decoder);
    if (is(action, "cookies")) return cookies(invocation);
    if (is(action, "size")) return size(invocation);
    if (is(action, "text")) return apigw_invocation_write(invocation, "\"no response\"", 13);
    if (is(action, "object")) return apigw_invocation_write(invocation, "{\"a\":1}", 7);
    if (is(action, "fail")) return apigw_invocation_fail(invocation, "no cat");
    if (is(action, "crash")) exit(3);
    if (is(action, "slow")) sleep(4);
    return respond(invocation, "text/plain", "ok", 2);
}

int main(void) {
    apigw_decoder *decoder = NULL;
    int status;
    if (apigw_decoder_new(APIGW_ABI, NULL, &decoder) != APIGW_OK) return 1;
    status = apigw_runtime_run(probe, decoder);
    apigw_decoder_free(decoder);
    return status;
}
