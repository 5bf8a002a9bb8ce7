/* Decoding with and without borrowing a long body. */
#include "test.h"

enum { BODY_LEN = 64 << 10 };

static const char BEFORE[] = "{\"path\":\"/a\",\"isBase64Encoded\":true,\"body\":\"";
static const char AFTER[] = "\",\"headers\":{\"cookie\":\"a=b\",\"x-path\":\"\\u002f\"}}";

/* An event with a body of `len` bytes of `byte`, in a block of exactly its length. */
static char *event_of(char byte, size_t len, size_t *total) {
    char *input;
    *total = sizeof BEFORE - 1 + len + sizeof AFTER - 1;
    input = (char *)malloc(*total);
    CHECK(input != NULL);
    memcpy(input, BEFORE, sizeof BEFORE - 1);
    memset(input + sizeof BEFORE - 1, byte, len);
    memcpy(input + sizeof BEFORE - 1 + len, AFTER, sizeof AFTER - 1);
    return input;
}

/* Everything but the body is in the text; the body is where `body_text` says. */
static void check_event(apigw_decoder *decoder, const apigw_event *event, char byte, size_t len) {
    apigw_string body = apigw_event_body(event);
    apigw_event cookies;
    size_t i;
    CHECK(body.len == len);
    for (i = 0; i < len; i++) CHECK(body.data[i] == byte);
    CHECK(is_text(apigw_event_string(event, event->table->path), "/a"));
    CHECK(is_text(apigw_event_header(event, "X-Path"), "/"));
    CHECK(apigw_event_read_cookies(event, decoder, &cookies) == APIGW_OK);
    CHECK(is_text(apigw_event_value(&cookies, 0), "b"));
}

/* Reads the body in every way. */
static void check_body(apigw_decoder *decoder, const apigw_event *event) {
    apigw_event form;
    char *out = (char *)malloc(BODY_LEN / 4 * 3);
    size_t need = 0, i;
    CHECK(out != NULL);
    CHECK(apigw_event_read_body(event, decoder, NULL, 0, &need) == APIGW_E_BUFFER);
    CHECK(need == BODY_LEN / 4 * 3);
    CHECK(apigw_event_read_body(event, decoder, out, need, &need) == APIGW_OK);
    for (i = 0; i < need; i++) CHECK(out[i] == 0);
    CHECK(apigw_event_read_form(event, decoder, &form) == APIGW_OK);
    CHECK(form.table->pair_count == 1 && apigw_event_name(&form, 0).len == need);
    free(out);
}

static void with_a_borrow(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event;
    size_t len;
    char *input = event_of('A', BODY_LEN, &len);
    CHECK(apigw_decoder_decode_borrowed(decoder, input, len, &event) == APIGW_OK);
    CHECK(event.body_text == input && event.text != input);
    CHECK(apigw_event_body(&event).data == input + sizeof BEFORE - 1);
    CHECK(event.text_len < BODY_LEN);
    check_event(decoder, &event, 'A', BODY_LEN);
    check_body(decoder, &event);
    free(input);
    apigw_decoder_free(decoder);
}

static void without_a_borrow(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event;
    size_t len;
    char *input = event_of('A', BODY_LEN, &len);
    CHECK(apigw_decoder_decode(decoder, input, len, &event) == APIGW_OK);
    free(input);
    CHECK(event.body_text == event.text);
    check_event(decoder, &event, 'A', BODY_LEN);
    check_body(decoder, &event);

    /* A short body, and one with escapes, are copied in any case. */
    input = event_of('A', 64, &len);
    CHECK(apigw_decoder_decode_borrowed(decoder, input, len, &event) == APIGW_OK);
    free(input);
    CHECK(event.body_text == event.text);
    check_event(decoder, &event, 'A', 64);
    input = event_of('\\', BODY_LEN, &len);
    CHECK(apigw_decoder_decode_borrowed(decoder, input, len, &event) == APIGW_OK);
    free(input);
    CHECK(event.body_text == event.text);
    check_event(decoder, &event, '\\', BODY_LEN / 2);
    apigw_decoder_free(decoder);
}

int main(void) {
    with_a_borrow();
    without_a_borrow();
    puts("borrowed: as described");
    return 0;
}
