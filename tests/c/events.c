/* Events that are encoded give their parts again when they are decoded. */
#include "test.h"

static apigw_string_pair pair(const char *name, const char *value) {
    apigw_string_pair pair = {{NULL, 0}, {NULL, 0}};
    pair.name = apigw_string_from(name);
    if (value != NULL) pair.value = apigw_string_from(value);
    return pair;
}

static apigw_string_pairs list(const apigw_string_pair *pairs, size_t count) {
    apigw_string_pairs list;
    list.pairs = pairs;
    list.count = count;
    return list;
}

/* The event with these parts, decoded. `out` has room for `size` bytes. */
static apigw_event decoded(apigw_decoder *decoder, const apigw_event_parts *parts, char *out,
                           size_t size) {
    apigw_encoder *encoder = new_encoder();
    apigw_event event;
    size_t need = 0;
    CHECK(apigw_encoder_encode_event(encoder, parts, NULL, 0, &need) == APIGW_E_BUFFER);
    CHECK(need > 0 && need <= size);
    CHECK(apigw_encoder_encode_event(encoder, parts, out, need, &need) == APIGW_OK);
    apigw_encoder_free(encoder);
    CHECK(apigw_decoder_decode(decoder, out, need, &event) == APIGW_OK);
    CHECK(event.table->dialect == parts->dialect);
    return event;
}

static int is_pair(const apigw_event *event, apigw_range range, uint32_t place, const char *name,
                   const char *value) {
    uint32_t index = range.first + place;
    if (place >= range.count || !is_text(apigw_event_name(event, index), name)) return 0;
    return value ? is_text(apigw_event_value(event, index), value)
                 : apigw_event_value(event, index).data == NULL;
}

static void api_gateway(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event_parts parts = APIGW_EVENT_PARTS_INIT;
    apigw_string_pair headers[2], query[3], parameters[1], declared_query[1], declared_headers[1],
        variables[1];
    const apigw_event_table *table;
    apigw_event event;
    char out[2048];
    headers[0] = pair("host", "a.example");
    headers[1] = pair("accept", "*/*");
    query[0] = pair("tag", "black");
    query[1] = pair("bare", NULL);
    query[2] = pair("tag", "white");
    parameters[0] = pair("name", "tom");
    declared_query[0] = pair("tag", "black");
    declared_headers[0] = pair("accept", "*/*");
    variables[0] = pair("stage", "release");
    parts.method = apigw_string_from("POST");
    parts.path = apigw_string_from("/cats/tom");
    parts.route = apigw_string_from("/cats/{name}");
    parts.route_method = apigw_string_from("ANY");
    parts.stage = apigw_string_from("release");
    parts.request_id = apigw_string_from("request");
    parts.api_id = apigw_string_from("service");
    parts.source_ip = apigw_string_from("192.0.2.1");
    parts.secret_id = apigw_string_from("secret");
    parts.body = apigw_string_from("caf\xc3\xa9");
    parts.headers = list(headers, 2);
    parts.query = list(query, 3);
    parts.path_parameters = list(parameters, 1);
    parts.declared_query = list(declared_query, 1);
    parts.declared_headers = list(declared_headers, 1);
    parts.stage_variables = list(variables, 1);

    event = decoded(decoder, &parts, out, sizeof out);
    table = event.table;
    CHECK(is_text(apigw_event_string(&event, table->method), "POST"));
    CHECK(is_text(apigw_event_string(&event, table->path), "/cats/tom"));
    CHECK(is_text(apigw_event_string(&event, table->route), "/cats/{name}"));
    CHECK(is_text(apigw_event_string(&event, table->route_method), "ANY"));
    CHECK(is_text(apigw_event_string(&event, table->stage), "release"));
    CHECK(is_text(apigw_event_string(&event, table->request_id), "request"));
    CHECK(is_text(apigw_event_string(&event, table->api_id), "service"));
    CHECK(is_text(apigw_event_string(&event, table->source_ip), "192.0.2.1"));
    CHECK(is_text(apigw_event_string(&event, table->secret_id), "secret"));
    CHECK(is_text(apigw_event_body(&event), "caf\xc3\xa9") &&
          !(table->flags & APIGW_FLAG_BODY_BASE64));
    CHECK(is_pair(&event, table->headers, 0, "accept", "*/*") &&
          is_pair(&event, table->headers, 1, "host", "a.example"));
    CHECK(is_pair(&event, table->query, 0, "bare", NULL) &&
          is_pair(&event, table->query, 1, "tag", "black"));
    CHECK(is_pair(&event, table->query, 2, "tag", "white") && table->query.count == 3);
    CHECK(is_pair(&event, table->path_parameters, 0, "name", "tom"));
    CHECK(is_pair(&event, table->declared_query, 0, "tag", "black"));
    CHECK(is_pair(&event, table->declared_headers, 0, "accept", "*/*"));
    CHECK(is_pair(&event, table->stage_variables, 0, "stage", "release"));
    apigw_decoder_free(decoder);
}

static void bodies(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event_parts parts = APIGW_EVENT_PARTS_INIT;
    apigw_event event = {NULL, NULL, NULL, 0, NULL};
    char out[512];
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(apigw_event_body(&event).data == NULL &&
          event.table->stage_variables.first == APIGW_NONE);
    parts.body = apigw_string_from("");
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_body(&event), "") && event.table->body.off != APIGW_NONE);
    parts.body = apigw_string_from("\xff");
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_body(&event), "/w==") &&
          (event.table->flags & APIGW_FLAG_BODY_BASE64));
    parts.body = apigw_string_from("hi");
    parts.body_encoding = APIGW_BODY_BASE64;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_body(&event), "aGk=") &&
          (event.table->flags & APIGW_FLAG_BODY_BASE64));
    parts.flags = APIGW_FLAG_BODY_JSON;
    parts.body = apigw_string_from("{\"a\": 1}");
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_body(&event), "{\"a\": 1}") &&
          (event.table->flags & APIGW_FLAG_BODY_JSON));
    apigw_decoder_free(decoder);
}

static void other_dialects(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event_parts parts = APIGW_EVENT_PARTS_INIT;
    apigw_string_pair pairs[1];
    apigw_event event;
    char out[1024];
    pairs[0] = pair("a", "b");
    parts.method = apigw_string_from("GET");
    parts.path = apigw_string_from("/");
    parts.body = apigw_string_from("body");
    parts.headers = parts.query = parts.declared_query = list(pairs, 1);
    parts.environment_id = apigw_string_from("environment");

    parts.dialect = APIGW_DIALECT_TENCENT_FUNCTION_URL;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_body(&event), "body") &&
          is_pair(&event, event.table->query, 0, "a", "b"));
    parts.dialect = APIGW_DIALECT_TENCENT_CLB;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_body(&event), "body") &&
          is_pair(&event, event.table->headers, 0, "a", "b"));
    CHECK(event.table->method.off == APIGW_NONE);
    parts.dialect = APIGW_DIALECT_TENCENT_CLOUDBASE;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_string(&event, event.table->path), "/"));
    CHECK(is_pair(&event, event.table->query, 0, "a", "b"));

    parts.dialect = APIGW_DIALECT_TENCENT_WEBSOCKET;
    parts.connection_id = apigw_string_from("connection");
    parts.websocket_protocol = apigw_string_from("chat");
    parts.websocket_extensions = apigw_string_from("deflate");
    parts.flags = APIGW_FLAG_WEBSOCKET_CONNECT;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(event.table->flags & APIGW_FLAG_WEBSOCKET_CONNECT);
    CHECK(is_text(apigw_event_string(&event, event.table->connection_id), "connection"));
    CHECK(is_text(apigw_event_string(&event, event.table->websocket_protocol), "chat"));
    CHECK(is_text(apigw_event_string(&event, event.table->websocket_extensions), "deflate"));
    parts.flags = APIGW_FLAG_WEBSOCKET_MESSAGE;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(event.table->flags & APIGW_FLAG_WEBSOCKET_MESSAGE);
    CHECK(is_text(apigw_event_body(&event), "body"));
    parts.flags = APIGW_FLAG_WEBSOCKET_CLOSE;
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(event.table->flags & APIGW_FLAG_WEBSOCKET_CLOSE);
    apigw_decoder_free(decoder);
}

static void other_vendors(void) {
    static const uint32_t dialects[] = {
        APIGW_DIALECT_AWS_HTTP_API,        APIGW_DIALECT_AWS_FUNCTION_URL,
        APIGW_DIALECT_AWS_REST_API,        APIGW_DIALECT_AWS_ALB,
        APIGW_DIALECT_AWS_ALB_MULTI_VALUE, APIGW_DIALECT_AWS_LATTICE,
        APIGW_DIALECT_AWS_LATTICE_V1,      APIGW_DIALECT_AWS_CLOUDFRONT,
        APIGW_DIALECT_ALIBABA_FC,          APIGW_DIALECT_ALIBABA_API_GATEWAY,
        APIGW_DIALECT_HUAWEI_APIG,         APIGW_DIALECT_YANDEX_FUNCTIONS,
        APIGW_DIALECT_YANDEX_API_GATEWAY,  APIGW_DIALECT_OPENWHISK,
        APIGW_DIALECT_DIGITALOCEAN,        APIGW_DIALECT_AZURE,
        APIGW_DIALECT_BAIDU_CFC,           APIGW_DIALECT_NETLIFY};
    apigw_decoder *decoder = new_decoder();
    apigw_event_parts parts = APIGW_EVENT_PARTS_INIT;
    apigw_string_pair pairs[2];
    apigw_event event;
    char out[2048];
    size_t i;
    pairs[0] = pair("x-tag", "a");
    pairs[1] = pair("x-tag", "b");
    parts.method = apigw_string_from("PUT");
    parts.path = apigw_string_from("/cats");
    parts.body = apigw_string_from("body");
    parts.headers = list(pairs, 1);
    parts.query = list(pairs + 1, 1);
    for (i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        parts.dialect = dialects[i];
        event = decoded(decoder, &parts, out, sizeof out);
        CHECK(is_text(apigw_event_string(&event, event.table->method),
                      dialects[i] == APIGW_DIALECT_OPENWHISK ? "put" : "PUT"));
        CHECK(is_text(apigw_event_string(&event, event.table->path), "/cats"));
        CHECK(is_text(apigw_event_body(&event), "body"));
        CHECK(is_text(apigw_event_header(&event, "X-Tag"), "a"));
        CHECK(is_pair(&event, event.table->query, 0, "x-tag", "b"));
    }

    parts.dialect = APIGW_DIALECT_AWS_HTTP_API;
    parts.domain_name = apigw_string_from("api.example");
    parts.account_id = apigw_string_from("account");
    parts.time_ms = ((uint64_t)1 << 40) + 7;
    parts.user_agent = apigw_string_from("curl");
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(is_text(apigw_event_string(&event, event.table->domain_name), "api.example"));
    CHECK(is_text(apigw_event_string(&event, event.table->account_id), "account"));
    CHECK(event.table->time_low == 7 && event.table->time_high == 1 << 8);
    CHECK(is_text(apigw_event_string(&event, event.table->user_agent), "curl"));

    parts.dialect = APIGW_DIALECT_AWS_WEBSOCKET;
    parts.flags = APIGW_FLAG_WEBSOCKET_MESSAGE;
    parts.connection_id = apigw_string_from("connection");
    event = decoded(decoder, &parts, out, sizeof out);
    CHECK(event.table->flags & APIGW_FLAG_WEBSOCKET_MESSAGE);
    CHECK(is_text(apigw_event_string(&event, event.table->connection_id), "connection"));
    CHECK(is_text(apigw_event_body(&event), "body"));
    apigw_decoder_free(decoder);
}

static apigw_encoder *encoder;

/* Encoding these parts fails with this error. */
static void fails(const apigw_event_parts *parts, apigw_status status, size_t offset,
                  const char *member) {
    char out[256];
    size_t need = 7;
    CHECK(apigw_encoder_encode_event(encoder, parts, out, sizeof out, &need) ==
          has_failed(apigw_encoder_error(encoder), status, offset, member));
    CHECK(need == 7);
}

static void faults(void) {
    static const uint32_t flags[] = {APIGW_FLAG_WEBSOCKET_CONNECT, APIGW_FLAG_BODY_BASE64,
                                     UINT32_MAX};
    const apigw_event_parts none = APIGW_EVENT_PARTS_INIT;
    apigw_event_parts parts = none;
    apigw_string_pair pairs[1];
    size_t need, i;
    char *name = (char *)malloc(APIGW_MAX_NAME + 2);
    CHECK(name != NULL);
    encoder = new_encoder();

    CHECK(apigw_encoder_encode_event(NULL, &parts, NULL, 0, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_event(encoder, NULL, NULL, 0, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_event(encoder, &parts, NULL, 0, NULL) == APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_event(encoder, &parts, NULL, 1, &need) == APIGW_E_ARGUMENT);
    parts.size--;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    for (i = 0; i < sizeof flags / sizeof *flags; i++) {
        parts = none;
        parts.flags = flags[i];
        fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    }
    parts = none;
    parts.dialect = APIGW_DIALECT_NOT_HTTP;
    fails(&parts, APIGW_E_NO_RESPONSE, 0, NULL);
    parts.dialect = UINT32_MAX;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    parts.dialect = APIGW_DIALECT_TENCENT_CLOUDBASE;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    parts.dialect = APIGW_DIALECT_TENCENT_WEBSOCKET;
    parts.connection_id = apigw_string_from("id");
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    parts.flags = APIGW_FLAG_WEBSOCKET_CLOSE;
    parts.connection_id.data = NULL;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);

    parts = none;
    parts.path = apigw_string_from("/a\xff");
    fails(&parts, APIGW_E_INVALID_UTF8, 2, "path");
    parts = none;
    parts.headers = list(NULL, 1);
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    parts.headers = list(pairs, 1);
    pairs[0] = pair("a", "\xff");
    fails(&parts, APIGW_E_INVALID_UTF8, 0, "headers");
    pairs[0].name.data = NULL;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    memset(name, 'a', APIGW_MAX_NAME + 1);
    name[APIGW_MAX_NAME + 1] = 0;
    pairs[0] = pair(name, "");
    fails(&parts, APIGW_E_NAME_TOO_LONG, 0, NULL);
    parts = none;
    parts.body = apigw_string_from("a\xff");
    parts.body_encoding = APIGW_BODY_TEXT;
    fails(&parts, APIGW_E_INVALID_UTF8, 1, "body");
    parts.body_encoding = APIGW_BODY_STREAM;
    fails(&parts, APIGW_E_NO_RESPONSE, 0, NULL);
    parts.body_encoding = APIGW_BODY_STREAM + 1;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    parts = none;
    parts.flags = APIGW_FLAG_BODY_JSON;
    fails(&parts, APIGW_E_ARGUMENT, 0, NULL);
    parts.body = apigw_string_from("{]");
    fails(&parts, APIGW_E_UNEXPECTED_BYTE, 1, NULL);
    apigw_encoder_free(encoder);
    free(name);
}

int main(void) {
    api_gateway();
    bodies();
    other_dialects();
    other_vendors();
    faults();
    puts("events: as described");
    return 0;
}
