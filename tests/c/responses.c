/* Responses: encoded and decoded, arguments at and beyond their borders. */
#include "test.h"

#include <apigw_headers.h>

static const char HTML[] =
    "{\"isBase64Encoded\":false,\"statusCode\":404,\"headers\":{\"content-type\":\"text/html\","
    "\"Set-Cookie\":[\"a=1\",\"b=2\"]},\"body\":\"<p class=\\\"x\\\">\\n\"}";
static const char EMPTY[] =
    "{\"isBase64Encoded\":false,\"statusCode\":200,\"headers\":{},\"body\":\"\"}";
enum { HTML_LEN = sizeof HTML - 1 };

static apigw_string_pair header(const char *name, const char *value) {
    apigw_string_pair header;
    header.name = apigw_string_from(name);
    header.value = apigw_string_from(value);
    return header;
}

/* The response that HTML is. `headers` has room for three. */
static apigw_response html(apigw_string_pair *headers) {
    apigw_response response = APIGW_RESPONSE_INIT;
    headers[0] = header("content-type", "text/html");
    headers[1] = header("Set-Cookie", "a=1");
    headers[2] = header("set-cookie", "b=2");
    response.status = 404;
    response.headers.pairs = headers;
    response.headers.count = 3;
    response.body = apigw_string_from("<p class=\"x\">\n");
    return response;
}

static apigw_status fails(const apigw_encoder *encoder, apigw_status status, size_t offset,
                          const char *member) {
    return has_failed(apigw_encoder_error(encoder), status, offset, member);
}

/* Every size of the output, in blocks of exactly that size. */
static void rooms(void) {
    apigw_encoder *encoder = new_encoder();
    apigw_string_pair headers[3];
    apigw_response response = html(headers);
    apigw_response_table table = APIGW_RESPONSE_TABLE_INIT;
    const uint32_t words[12] = {0, 12, 12, 9, 21, 10, 31, 3, 34, 10, 44, 3};
    size_t size;
    table.status = 404;
    table.text = apigw_string_from("content-typetext/htmlSet-Cookiea=1set-cookieb=2");
    table.headers = words;
    table.header_count = 3;
    table.body = response.body;
    for (size = 0; size <= HTML_LEN + 2; size++) {
        char *out = (char *)malloc(size ? size : 1);
        size_t need = 0;
        apigw_status expected = size < HTML_LEN ? APIGW_E_BUFFER : APIGW_OK;
        CHECK(out != NULL);
        CHECK(apigw_encoder_encode_response(encoder, &response, size ? out : NULL, size, &need) ==
              expected);
        CHECK(fails(encoder, expected, 0, NULL) == expected && need == HTML_LEN);
        CHECK(expected != APIGW_OK || memcmp(out, HTML, HTML_LEN) == 0);
        need = 0;
        memset(out, 0, size);
        CHECK(apigw_encoder_encode_response_table(encoder, &table, out, size, &need) == expected);
        CHECK(need == HTML_LEN && (expected != APIGW_OK || memcmp(out, HTML, HTML_LEN) == 0));
        free(out);
    }
    apigw_encoder_free(encoder);
}

/* Every pointer argument in turn, and other impossible values. */
static void arguments(void) {
    apigw_encoder *encoder = new_encoder();
    apigw_string_pair headers[3];
    apigw_response response = html(headers);
    char out[512];
    size_t need = 7;

    CHECK(apigw_encoder_encode_response(NULL, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_response(encoder, NULL, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_response(encoder, &response, NULL, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, NULL) ==
          APIGW_E_ARGUMENT);
    response.size--;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    response = html(headers);
    response.body.data = NULL;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    response = html(headers);
    response.headers.pairs = NULL;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    response = html(headers);
    headers[1].name.data = NULL;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    response = html(headers);
    headers[1].value.data = NULL;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    response = html(headers);
    response.body_encoding = 4;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(need == 7);
    apigw_encoder_free(encoder);
}

static void table_arguments(void) {
    static const apigw_response_table valid = {sizeof valid,
                                               200,
                                               {"ab", 2},
                                               NULL,
                                               1,
                                               {NULL, 0},
                                               APIGW_BODY_AUTO,
                                               APIGW_DIALECT_TENCENT_API_GATEWAY};
    apigw_encoder *encoder = new_encoder();
    const uint32_t words[4] = {0, 1, 1, 1};
    apigw_response_table table = valid;
    char out[512];
    size_t need = 7;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    table.headers = words;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) == APIGW_OK);
    CHECK(apigw_encoder_encode_response_table(NULL, &table, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_response_table(encoder, NULL, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    table.text.len = 1;
    need = 7;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    table = valid;
    table.headers = words;
    table.text.data = NULL;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    table = valid;
    table.headers = words;
    table.body.len = 1;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    table = valid;
    table.headers = words;
    table.size--;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(need == 7);

    /* Nothing in, nothing out. */
    table = valid;
    table.text.data = NULL;
    table.text.len = table.header_count = 0;
    CHECK(apigw_encoder_encode_response_table(encoder, &table, out, sizeof out, &need) == APIGW_OK);
    CHECK(need == sizeof EMPTY - 1 && memcmp(out, EMPTY, need) == 0);
    apigw_encoder_free(encoder);
}

static void reply_arguments(void) {
    apigw_encoder *encoder = new_encoder();
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    char out[512];
    size_t need = 7;
    CHECK(apigw_encoder_encode_websocket_reply(encoder, NULL, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_encoder_encode_websocket_reply(encoder, &reply, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    reply.connection_id = apigw_string_from("id");
    reply.size = 0;
    CHECK(apigw_encoder_encode_websocket_reply(encoder, &reply, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    reply.size = sizeof reply;
    reply.protocol = apigw_string_from("a\xff");
    CHECK(apigw_encoder_encode_websocket_reply(encoder, &reply, out, sizeof out, &need) ==
          fails(encoder, APIGW_E_INVALID_UTF8, 1, "protocol"));
    CHECK(need == 7);
    apigw_encoder_free(encoder);
}

static void faults(void) {
    apigw_encoder_options options = APIGW_ENCODER_OPTIONS_INIT;
    apigw_encoder *encoder = new_encoder();
    apigw_string_pair headers[3];
    apigw_response response = html(headers);
    char out[512];
    size_t need = 7;

    response.status = 99;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          fails(encoder, APIGW_E_INVALID_STATUS, 0, "statusCode"));
    response.status = 65536 + 200;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          fails(encoder, APIGW_E_INVALID_STATUS, 0, "statusCode"));
    response = html(headers);
    headers[1] = header("x split\r\n", "");
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          fails(encoder, APIGW_E_INVALID_HEADER_NAME, 1, "headers.x split\\r\\n"));
    headers[1] = header("x-split", "a\r\nb: c");
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          fails(encoder, APIGW_E_INVALID_HEADER_VALUE, 1, "headers.x-split"));
    response = html(headers);
    response.body = apigw_string_from("ab\xff");
    response.body_encoding = APIGW_BODY_TEXT;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
          fails(encoder, APIGW_E_INVALID_UTF8, 2, "body"));
    CHECK(need == 7);
    response.body_encoding = APIGW_BODY_AUTO;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) == APIGW_OK);
    CHECK(need > 4 && memcmp(out + need - 7, "\"YWL/\"}", 7) == 0);
    apigw_encoder_free(encoder);

    for (options.max_output = HTML_LEN - 1; options.max_output <= HTML_LEN; options.max_output++) {
        apigw_status expected =
            options.max_output < HTML_LEN ? APIGW_E_RESPONSE_TOO_LONG : APIGW_OK;
        CHECK(apigw_encoder_new(APIGW_ABI, &options, &encoder) == APIGW_OK);
        response = html(headers);
        CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) ==
              expected);
        apigw_encoder_free(encoder);
    }
}

static void decoding(void) {
    apigw_decoder *decoder = new_decoder();
    char *input = (char *)copy_of(HTML, HTML_LEN);
    apigw_event event;
    CHECK(apigw_decoder_decode_response(decoder, input, HTML_LEN, APIGW_RULES_STRICT, &event) ==
          APIGW_OK);
    free(input);
    CHECK(event.table->status == 404 &&
          event.table->flags == (APIGW_FLAG_INTEGRATED | APIGW_FLAG_ASCII));
    CHECK(is_text(apigw_event_header(&event, "Content-Type"), "text/html"));
    CHECK(is_text(apigw_event_header_by_id(&event, APIGW_HEADER_SET_COOKIE), "a=1"));
    CHECK(event.table->headers.count == 3 && event.table->path.off == APIGW_NONE);
    CHECK(is_text(apigw_event_body(&event), "<p class=\"x\">\n"));

    CHECK(apigw_decoder_decode_response(NULL, HTML, HTML_LEN, APIGW_RULES_STRICT, &event) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_response(decoder, NULL, 1, APIGW_RULES_STRICT, &event) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_response(decoder, HTML, HTML_LEN, APIGW_RULES_STRICT, NULL) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_response(decoder, HTML, HTML_LEN, 99, &event) == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_response(decoder, "{\"statusCode\":\"200\"}", 20, APIGW_RULES_STRICT,
                                        &event) ==
          has_failed(apigw_decoder_error(decoder), APIGW_E_WRONG_TYPE, 14, "statusCode"));
    CHECK(apigw_decoder_decode_response(decoder, "{\"statusCode\":\"200\"}", 20,
                                        APIGW_RULES_GATEWAY, &event) == APIGW_OK);
    CHECK(event.table->status == 200);
    CHECK(apigw_decoder_decode_response(decoder, "hello", 5, APIGW_RULES_PASS_THROUGH, &event) ==
          APIGW_OK);
    CHECK(event.table->status == 200 && !(event.table->flags & APIGW_FLAG_INTEGRATED));
    CHECK(is_text(apigw_event_body(&event), "hello"));
    CHECK(apigw_decoder_decode_response(decoder, "{\"a\":1}", 7, APIGW_RULES_FUNCTION_URL,
                                        &event) == APIGW_OK);
    CHECK(event.table->status == 200 && (event.table->flags & APIGW_FLAG_BODY_JSON));
    CHECK(is_text(apigw_event_body(&event), "{\"a\":1}"));
    apigw_decoder_free(decoder);
}

/* A response may contain strings of an event, which stays valid. */
static void echo(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_encoder *encoder = new_encoder();
    apigw_response response = APIGW_RESPONSE_INIT;
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    const char connect[] =
        "{\"websocket\":{\"action\":\"connecting\",\"secConnectionID\":\"a\\/b\"},\"body\":\"hi\"}";
    const char accepted[] = "{\"errNo\":0,\"errMsg\":\"ok\",\"websocket\":{\"action\":"
                            "\"connecting\",\"secConnectionID\":\"a/b\"}}";
    apigw_event event;
    char out[256];
    size_t need;
    CHECK(apigw_decoder_decode(decoder, connect, sizeof connect - 1, &event) == APIGW_OK);
    CHECK(event.table->flags & APIGW_FLAG_WEBSOCKET_CONNECT);
    reply.connection_id = apigw_event_string(&event, event.table->connection_id);
    CHECK(apigw_encoder_encode_websocket_reply(encoder, &reply, out, sizeof out, &need) ==
          APIGW_OK);
    CHECK(need == sizeof accepted - 1 && memcmp(out, accepted, need) == 0);
    response.body = apigw_event_body(&event);
    response.dialect = event.table->dialect;
    CHECK(apigw_encoder_encode_response(encoder, &response, out, sizeof out, &need) == APIGW_OK);
    CHECK(is_text(apigw_event_string(&event, event.table->connection_id), "a/b"));
    apigw_decoder_free(decoder);
    apigw_encoder_free(encoder);
}

int main(void) {
    rooms();
    arguments();
    table_arguments();
    reply_arguments();
    faults();
    decoding();
    echo();
    puts("responses: as described");
    return 0;
}
