/* Responses: encoded and decoded, arguments at and beyond their borders. */
#include "test.h"

#include <apigw_headers.h>

static const char HTML[] = "{\"isBase64Encoded\":false,\"statusCode\":404,\"headers\":{\"content-type\":\"text/html\","
                           "\"Set-Cookie\":[\"a=1\",\"b=2\"]},\"body\":\"<p class=\\\"x\\\">\\n\"}";
static const char EMPTY[] = "{\"isBase64Encoded\":false,\"statusCode\":200,\"headers\":{},\"body\":\"\"}";
enum { HTML_LEN = sizeof HTML - 1 };

static apigw_header header(const char *name, const char *value) {
    apigw_header header;
    header.name = name;
    header.name_len = strlen(name);
    header.value = value;
    header.value_len = strlen(value);
    return header;
}

/* The response that HTML is. `headers` has room for three. */
static apigw_response html(apigw_header *headers) {
    apigw_response response = APIGW_RESPONSE_INIT;
    headers[0] = header("content-type", "text/html");
    headers[1] = header("Set-Cookie", "a=1");
    headers[2] = header("set-cookie", "b=2");
    response.status = 404;
    response.headers = headers;
    response.header_count = 3;
    response.body = "<p class=\"x\">\n";
    response.body_len = 14;
    return response;
}

static apigw_status fails(const apigw_decoder *decoder, apigw_status status, size_t offset, const char *member) {
    const apigw_error *error = apigw_decoder_error(decoder);
    CHECK(error->status == status && error->offset == offset);
    CHECK(member ? error->member != NULL && strcmp(error->member, member) == 0 : error->member == NULL);
    return status;
}

/* Every size of the output, in blocks of exactly that size. */
static void rooms(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_header headers[3];
    apigw_response response = html(headers);
    uint32_t words[12] = {0, 12, 12, 9, 21, 10, 31, 3, 34, 10, 44, 3};
    const char text[] = "content-typetext/htmlSet-Cookiea=1set-cookieb=2";
    size_t size;
    for (size = 0; size <= HTML_LEN + 2; size++) {
        char *out = (char *)malloc(size ? size : 1);
        size_t need = 0;
        apigw_status expected = size < HTML_LEN ? APIGW_E_BUFFER : APIGW_OK;
        CHECK(out != NULL);
        CHECK(apigw_response_encode(decoder, &response, size ? out : NULL, size, &need) == expected);
        CHECK(fails(decoder, expected, 0, NULL) == expected && need == HTML_LEN);
        CHECK(expected != APIGW_OK || memcmp(out, HTML, HTML_LEN) == 0);
        need = 0;
        memset(out, 0, size);
        CHECK(apigw_response_encode_table(decoder, 404, APIGW_DIALECT_API_GATEWAY, APIGW_BODY_AUTO, text,
                                          sizeof text - 1, words, 3, response.body, response.body_len, out, size,
                                          &need) == expected);
        CHECK(need == HTML_LEN && (expected != APIGW_OK || memcmp(out, HTML, HTML_LEN) == 0));
        free(out);
    }
    apigw_decoder_free(decoder);
}

/* Every pointer argument in turn, and what else cannot be. */
static void arguments(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_header headers[3];
    apigw_response response = html(headers);
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    const uint32_t words[4] = {0, 1, 1, 1};
    char out[512];
    size_t need = 7;
    apigw_view view;

    CHECK(apigw_response_encode(NULL, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode(decoder, NULL, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode(decoder, &response, NULL, sizeof out, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, NULL) == APIGW_E_ARGUMENT);
    response.size--;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    response = html(headers);
    response.body = NULL;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    response = html(headers);
    response.headers = NULL;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    response = html(headers);
    headers[1].name = NULL;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    response = html(headers);
    headers[1].value = NULL;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    response = html(headers);
    response.body_encoding = 3;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_E_ARGUMENT);

    CHECK(apigw_response_encode_table(NULL, 200, 1, 0, "ab", 2, words, 1, "", 0, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode_table(decoder, 200, 1, 0, NULL, 2, words, 1, "", 0, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode_table(decoder, 200, 1, 0, "ab", 2, NULL, 1, "", 0, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode_table(decoder, 200, 1, 0, "ab", 2, words, 1, NULL, 1, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_response_encode_table(decoder, 200, 1, 0, "ab", 1, words, 1, "", 0, out, sizeof out, &need) ==
          APIGW_E_ARGUMENT);

    CHECK(apigw_websocket_reply_encode(decoder, NULL, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_websocket_reply_encode(decoder, &reply, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    reply.connection_id = "id";
    reply.connection_id_len = 2;
    reply.size = 0;
    CHECK(apigw_websocket_reply_encode(decoder, &reply, out, sizeof out, &need) == APIGW_E_ARGUMENT);

    CHECK(apigw_response_decode(NULL, HTML, HTML_LEN, APIGW_RULES_STRICT, &view) == APIGW_E_ARGUMENT);
    CHECK(apigw_response_decode(decoder, NULL, 1, APIGW_RULES_STRICT, &view) == APIGW_E_ARGUMENT);
    CHECK(apigw_response_decode(decoder, HTML, HTML_LEN, APIGW_RULES_STRICT, NULL) == APIGW_E_ARGUMENT);
    CHECK(apigw_response_decode(decoder, HTML, HTML_LEN, 4, &view) == APIGW_E_ARGUMENT);
    CHECK(need == 7);

    /* Nothing where there is nothing. */
    CHECK(apigw_response_encode_table(decoder, 200, 1, 0, NULL, 0, NULL, 0, NULL, 0, out, sizeof out, &need) ==
          APIGW_OK);
    CHECK(need == sizeof EMPTY - 1 && memcmp(out, EMPTY, need) == 0);
    apigw_decoder_free(decoder);
}

static void faults(void) {
    apigw_options options = APIGW_OPTIONS_INIT;
    apigw_decoder *decoder = new_decoder();
    apigw_header headers[3];
    apigw_response response = html(headers);
    char out[512];
    size_t need = 7;

    response.status = 99;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) ==
          fails(decoder, APIGW_E_INVALID_STATUS, 0, "statusCode"));
    response.status = 65536 + 200;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) ==
          fails(decoder, APIGW_E_INVALID_STATUS, 0, "statusCode"));
    response = html(headers);
    headers[1] = header("x split\r\n", "");
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) ==
          fails(decoder, APIGW_E_INVALID_HEADER_NAME, 1, "headers.x split\\r\\n"));
    headers[1] = header("x-split", "a\r\nb: c");
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) ==
          fails(decoder, APIGW_E_INVALID_HEADER_VALUE, 1, "headers.x-split"));
    response = html(headers);
    response.body = "ab\xff";
    response.body_len = 3;
    response.body_encoding = APIGW_BODY_TEXT;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) ==
          fails(decoder, APIGW_E_INVALID_UTF8, 2, "body"));
    CHECK(need == 7);
    response.body_encoding = APIGW_BODY_AUTO;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_OK);
    CHECK(need > 4 && memcmp(out + need - 7, "\"YWL/\"}", 7) == 0);
    apigw_decoder_free(decoder);

    for (options.max_response = HTML_LEN - 1; options.max_response <= HTML_LEN; options.max_response++) {
        apigw_status expected = options.max_response < HTML_LEN ? APIGW_E_RESPONSE_TOO_LONG : APIGW_OK;
        CHECK(apigw_decoder_create(APIGW_ABI, &options, &decoder) == APIGW_OK);
        response = html(headers);
        CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == expected);
        apigw_decoder_free(decoder);
    }
}

static void decoding(void) {
    apigw_decoder *decoder = new_decoder();
    char *input = (char *)copy_of(HTML, HTML_LEN);
    apigw_view view;
    CHECK(apigw_response_decode(decoder, input, HTML_LEN, APIGW_RULES_STRICT, &view) == APIGW_OK);
    free(input);
    CHECK(view.event->status == 404 && view.event->flags == (APIGW_FLAG_INTEGRATED | APIGW_FLAG_ASCII));
    CHECK(is_text(apigw_event_header(&view, "Content-Type"), "text/html"));
    CHECK(is_text(apigw_event_header_by_id(&view, APIGW_HEADER_SET_COOKIE), "a=1"));
    CHECK(view.event->headers.count == 3 && view.event->path.off == APIGW_NONE);
    CHECK(is_text(apigw_event_string(&view, view.event->body), "<p class=\"x\">\n"));

    CHECK(apigw_response_decode(decoder, "{\"statusCode\":\"200\"}", 20, APIGW_RULES_STRICT, &view) ==
          fails(decoder, APIGW_E_WRONG_TYPE, 14, "statusCode"));
    CHECK(apigw_response_decode(decoder, "{\"statusCode\":\"200\"}", 20, APIGW_RULES_GATEWAY, &view) == APIGW_OK);
    CHECK(view.event->status == 200);
    CHECK(apigw_response_decode(decoder, "hello", 5, APIGW_RULES_PASS_THROUGH, &view) == APIGW_OK);
    CHECK(view.event->status == 200 && !(view.event->flags & APIGW_FLAG_INTEGRATED));
    CHECK(is_text(apigw_event_string(&view, view.event->body), "hello"));
    CHECK(apigw_response_decode(decoder, "{\"a\":1}", 7, APIGW_RULES_FUNCTION_URL, &view) == APIGW_OK);
    CHECK(view.event->status == 200 && (view.event->flags & APIGW_FLAG_BODY_JSON));
    CHECK(is_text(apigw_event_string(&view, view.event->body), "{\"a\":1}"));
    apigw_decoder_free(decoder);
}

/* An event's strings can be answered with, and its view stays. */
static void echo(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_response response = APIGW_RESPONSE_INIT;
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    const char connect[] = "{\"websocket\":{\"action\":\"connecting\",\"secConnectionID\":\"a\\/b\"},\"body\":\"hi\"}";
    const char accepted[] =
        "{\"errNo\":0,\"errMsg\":\"ok\",\"websocket\":{\"action\":\"connecting\",\"secConnectionID\":\"a/b\"}}";
    apigw_view view;
    apigw_string text;
    char out[256];
    size_t need;
    CHECK(apigw_decode(decoder, connect, sizeof connect - 1, &view) == APIGW_OK);
    CHECK(view.event->flags & APIGW_FLAG_WEBSOCKET_CONNECT);
    text = apigw_event_string(&view, view.event->connection_id);
    reply.connection_id = text.data;
    reply.connection_id_len = text.len;
    CHECK(apigw_websocket_reply_encode(decoder, &reply, out, sizeof out, &need) == APIGW_OK);
    CHECK(need == sizeof accepted - 1 && memcmp(out, accepted, need) == 0);
    text = apigw_event_string(&view, view.event->body);
    response.body = text.data;
    response.body_len = text.len;
    response.dialect = view.event->dialect;
    CHECK(apigw_response_encode(decoder, &response, out, sizeof out, &need) == APIGW_OK);
    CHECK(is_text(apigw_event_string(&view, view.event->connection_id), "a/b"));
    apigw_decoder_free(decoder);
}

int main(void) {
    rooms();
    arguments();
    faults();
    decoding();
    echo();
    puts("responses: as described");
    return 0;
}
