/* What bodies, cookies and unknown members hold. */
#include "test.h"

static apigw_event decoded(apigw_decoder *decoder, const char *json) {
    apigw_event event;
    CHECK(apigw_decoder_decode(decoder, json, strlen(json), &event) == APIGW_OK);
    return event;
}

static apigw_status fails_at(const apigw_decoder *decoder, apigw_status status, size_t offset,
                             const char *member) {
    const apigw_error *error = apigw_decoder_error(decoder);
    CHECK(error->status == status && error->offset == offset);
    CHECK(member == NULL ? error->member == NULL
                         : error->member != NULL && strcmp(error->member, member) == 0);
    return status;
}

/* The body of an event has these bytes, wherever they are put and however little room there is. */
static void has_bytes(const char *json, const void *bytes, size_t len) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event = decoded(decoder, json);
    size_t size;
    for (size = 0; size <= len + 1; size++) {
        size_t need = 999;
        char *out = (char *)malloc(size ? size : 1);
        CHECK(out != NULL);
        if (size < len) {
            CHECK(apigw_event_read_body(&event, decoder, out, size, &need) ==
                  fails_at(decoder, APIGW_E_BUFFER, 0, NULL));
        } else {
            CHECK(apigw_event_read_body(&event, decoder, out, size, &need) == APIGW_OK);
            CHECK(memcmp(out, bytes, len) == 0);
        }
        CHECK(need == len);
        free(out);
    }
    if (event.table->body.off != APIGW_NONE) {
        size_t need = 999;
        char *place = (char *)apigw_event_body(&event).data;
        CHECK(apigw_event_read_body(&event, decoder, place, event.table->body.len, &need) ==
              APIGW_OK);
        CHECK(need == len && memcmp(place, bytes, len) == 0);
    }
    apigw_decoder_free(decoder);
}

static void bytes(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event;
    size_t need = 7;
    char out[8] = "unused";
    has_bytes("{}", "", 0);
    has_bytes("{\"body\":\"\"}", "", 0);
    has_bytes("{\"body\":\"caf\\u00e9\"}", "caf\xc3\xa9", 5);
    has_bytes("{\"body\":{\"a\": 1},\"isBase64Encoded\":true}", "{\"a\": 1}", 8);
    has_bytes("{\"body\":\"AAEC/w==\",\"isBase64Encoded\":true}", "\0\1\2\xff", 4);
    has_bytes("{\"body\":\"\",\"isBase64Encoded\":true}", "", 0);

    event = decoded(decoder, "{\"body\":\"AA*C\",\"isBase64Encoded\":true}");
    CHECK(apigw_event_read_body(&event, decoder, out, sizeof out, &need) ==
          fails_at(decoder, APIGW_E_INVALID_BASE64, 2, "body"));
    CHECK(need == 7 && strcmp(out, "unused") == 0);
    CHECK(apigw_event_read_body(&event, NULL, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_event_read_body(NULL, decoder, out, sizeof out, &need) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_event_read_body(&event, decoder, NULL, 1, &need) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_event_read_body(&event, decoder, out, sizeof out, NULL) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    apigw_decoder_free(decoder);
}

/* An event that the caller makes may have NULL for an empty body, but not for another one. */
static void empty_bodies(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event = decoded(decoder, "{\"body\":\"\"}"), form;
    apigw_event_table table = *event.table;
    char out[1];
    size_t need = 7;
    table.body.off = 0;
    event.table = &table;
    event.body_text = NULL;
    CHECK(apigw_event_read_body(&event, decoder, out, sizeof out, &need) == APIGW_OK && need == 0);
    CHECK(apigw_event_read_form(&event, decoder, &form) == APIGW_OK);
    CHECK(form.table->pair_count == 0);
    table.body.len = 1;
    CHECK(apigw_event_read_body(&event, decoder, out, sizeof out, &need) == APIGW_E_ARGUMENT);
    apigw_decoder_free(decoder);
}

static void has_pair(const apigw_event *event, uint32_t index, const char *name,
                     const char *value) {
    CHECK(index < event->table->pair_count);
    CHECK(is_text(apigw_event_name(event, index), name));
    if (value == NULL) {
        CHECK(apigw_event_value(event, index).data == NULL);
    } else {
        CHECK(is_text(apigw_event_value(event, index), value));
    }
}

static void forms_and_cookies(void) {
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    apigw_decoder *decoder = new_decoder();
    apigw_event event, form, cookies;
    event =
        decoded(decoder, "{\"headers\":{\"Cookie\":\"a=b; bare\"},\"body\":\"x=%41+b&y=%ff&x\"}");
    CHECK(apigw_event_read_form(&event, decoder, &form) == APIGW_OK);
    CHECK(apigw_event_read_cookies(&event, decoder, &cookies) == APIGW_OK);
    CHECK(form.table->size == sizeof *form.table && form.table->pair_count == 3);
    CHECK(form.table->path.off == APIGW_NONE && form.table->headers.first == APIGW_NONE);
    has_pair(&form, 0, "x", "A b");
    has_pair(&form, 1, "y", "\xef\xbf\xbd");
    has_pair(&form, 2, "x", "");
    CHECK(apigw_event_find(&form, apigw_event_all(&form), "x", 1, 1, false) == 2);
    CHECK(cookies.table->pair_count == 2);
    has_pair(&cookies, 0, "a", "b");
    has_pair(&cookies, 1, "bare", NULL);

    event = decoded(decoder, "{\"body\":\"YT1i\",\"isBase64Encoded\":true}");
    CHECK(apigw_event_read_form(&event, decoder, &form) == APIGW_OK);
    has_pair(&form, 0, "a", "b");
    CHECK(apigw_event_read_cookies(&event, decoder, &cookies) == APIGW_OK &&
          cookies.table->pair_count == 0);
    event = decoded(decoder, "{\"body\":\"YT1\",\"isBase64Encoded\":true}");
    CHECK(apigw_event_read_form(&event, decoder, &form) ==
          fails_at(decoder, APIGW_E_INVALID_BASE64, 3, "body"));
    event = decoded(decoder, "{}");
    CHECK(apigw_event_read_form(&event, decoder, &form) == APIGW_OK && form.table->pair_count == 0);

    CHECK(apigw_event_read_form(&event, NULL, &form) == APIGW_E_ARGUMENT);
    CHECK(apigw_event_read_form(NULL, decoder, &form) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_event_read_form(&event, decoder, NULL) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_event_read_cookies(&event, NULL, &form) == APIGW_E_ARGUMENT);
    CHECK(apigw_event_read_cookies(NULL, decoder, &form) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_event_read_cookies(&event, decoder, NULL) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    apigw_decoder_free(decoder);

    options.max_pairs = 2;
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_OK);
    event = decoded(decoder, "{\"headers\":{\"cookie\":\"a;b;c\"},\"body\":\"a&b&c\"}");
    CHECK(apigw_event_read_form(&event, decoder, &form) ==
          fails_at(decoder, APIGW_E_TOO_MANY_PAIRS, 4, "body"));
    CHECK(apigw_event_read_cookies(&event, decoder, &form) ==
          fails_at(decoder, APIGW_E_TOO_MANY_PAIRS, 4, "headers"));
    apigw_decoder_free(decoder);
}

static void json(void) {
    static const char TEXT[] =
        "{\"a\":[null,true,false,-7,18446744073709551615,1.5,\"\\u00e9\",{},[1]],\"b\":-0,\"a\":2}";
    static const uint32_t KINDS[] = {APIGW_JSON_NULL,   APIGW_JSON_BOOL,   APIGW_JSON_BOOL,
                                     APIGW_JSON_INT,    APIGW_JSON_UINT,   APIGW_JSON_FLOAT,
                                     APIGW_JSON_STRING, APIGW_JSON_OBJECT, APIGW_JSON_ARRAY};
    enum { KINDS_LEN = sizeof KINDS / sizeof *KINDS };
    apigw_decoder *decoder = new_decoder();
    apigw_json document;
    const apigw_json_node *array, *node;
    char *copy = (char *)copy_of(TEXT, sizeof TEXT - 1);
    size_t i;
    CHECK(apigw_json_parse(decoder, copy, sizeof TEXT - 1, &document) == APIGW_OK);
    free(copy);
    CHECK(document.count == 17 && document.nodes->kind == APIGW_JSON_OBJECT &&
          document.nodes->value.count == 3);
    CHECK(document.nodes->next == 17 && document.text_len == sizeof TEXT - 1);
    CHECK(is_text(apigw_json_string(&document, document.nodes + 1), "a"));
    CHECK(apigw_json_string(&document, document.nodes).data == NULL);

    array = apigw_json_find(&document, document.nodes, "a", 1);
    CHECK(array == document.nodes + 2 && array->kind == APIGW_JSON_ARRAY &&
          array->value.count == KINDS_LEN);
    for (i = 0, node = array + 1; i < KINDS_LEN; i++, node += node->next) {
        CHECK(apigw_json_at(array, i) == node && node->kind == KINDS[i]);
    }
    CHECK(node == array + array->next && apigw_json_at(array, KINDS_LEN) == NULL);
    CHECK(apigw_json_at(array, 1)->value.boolean == 1 &&
          apigw_json_at(array, 2)->value.boolean == 0);
    CHECK(apigw_json_at(array, 3)->value.integer == -7);
    CHECK(apigw_json_at(array, 4)->value.uinteger == UINT64_MAX);
    CHECK(apigw_json_at(array, 5)->value.real == 1.5);
    CHECK(is_text(apigw_json_string(&document, apigw_json_at(array, 6)), "\xc3\xa9"));
    node = apigw_json_find(&document, document.nodes, "b", 1);
    CHECK(node->kind == APIGW_JSON_FLOAT && 1 / node->value.real < 0);

    CHECK(apigw_json_find(&document, document.nodes, "c", 1) == NULL);
    CHECK(apigw_json_find(&document, array, "a", 1) == NULL);
    CHECK(apigw_json_find(&document, NULL, "a", 1) == NULL);
    CHECK(apigw_json_find(&document, document.nodes, NULL, 0) == NULL);
    CHECK(apigw_json_at(document.nodes, 0) == NULL && apigw_json_at(NULL, 0) == NULL);

    CHECK(apigw_json_parse(decoder, "[1,]", 4, &document) ==
          fails_at(decoder, APIGW_E_UNEXPECTED_BYTE, 3, NULL));
    CHECK(apigw_json_parse(decoder, "[1e999]", 7, &document) ==
          fails_at(decoder, APIGW_E_INVALID_NUMBER, 1, NULL));
    CHECK(apigw_json_parse(decoder, NULL, 0, &document) ==
          fails_at(decoder, APIGW_E_UNEXPECTED_END, 0, NULL));
    CHECK(apigw_json_parse(decoder, NULL, 1, &document) ==
          fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_json_parse(decoder, "1", 1, NULL) == fails_at(decoder, APIGW_E_ARGUMENT, 0, NULL));
    CHECK(apigw_json_parse(NULL, "1", 1, &document) == APIGW_E_ARGUMENT);
    apigw_decoder_free(decoder);
}

int main(void) {
    bytes();
    empty_bodies();
    forms_and_cookies();
    json();
    puts("bodies: as described");
    return 0;
}
