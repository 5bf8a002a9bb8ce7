#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* An event that has nothing but a body, or a map of headers. */
static apigw_event nothing(void) {
    apigw_event event;
    memset(&event, 0xff, sizeof event);
    event.size = sizeof event;
    event.dialect = event.method_id = event.flags = event.pair_count = event.status = 0;
    return event;
}

/* An event whose body stands in a text. */
static apigw_event with_body(uint32_t flags, size_t off, size_t len) {
    apigw_event event = nothing();
    event.flags = flags;
    event.body.off = (uint32_t)off;
    event.body.len = (uint32_t)len;
    return event;
}

/* What a decoder has made of a body it keeps until it decodes the next event. */
static void forget(decoder *d) {
    apigw_view view;
    apigw_status status = apigw_decode(d->c, "{}", 2, &view);
    (void)status;
}

/* form(decoder, bytes): the fields, as a block */
napi_value body_form(napi_env env, napi_callback_info info) {
    napi_value argv[2];
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes body;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 0, &body)) return NULL;
    apigw_event event = with_body(0, 0, body.len);
    apigw_view view = {&event, NULL, body.data, body.len}, found;
    forget(d);
    if (apigw_body_form(d->c, &view, &found) != APIGW_OK) return NULL;
    return view_value(env, d, &found);
}

/* cookies(decoder, header): the cookies, as a block */
napi_value body_cookies(napi_env env, napi_callback_info info) {
    napi_value argv[2];
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes header;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 6, &header)) return NULL;
    apigw_event event = nothing();
    event.headers.first = 0;
    event.headers.count = event.pair_count = 1;
    char *text = d->input.data;
    memcpy(text + header.len, "cookie", 6);
    apigw_pair pair = {(uint32_t)header.len, 6, APIGW_HEADER_COOKIE, 0, (uint32_t)header.len};
    apigw_view view = {&event, &pair, text, header.len + 6}, found;
    forget(d);
    if (apigw_cookies(d->c, &view, &found) != APIGW_OK) return NULL;
    return view_value(env, d, &found);
}

size_t base64_size(const char *text, size_t len) {
    size_t size = len / 4 * 3;
    if (len >= 4 && text[len - 1] == '=') size -= text[len - 2] == '=' ? 2 : 1;
    return size;
}

/* base64(decoder, text): the bytes that the text stands for, in a Buffer */
napi_value body_base64(napi_env env, napi_callback_info info) {
    napi_value argv[2], buffer;
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes body;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 0, &body)) return NULL;
    apigw_event event = with_body(APIGW_FLAG_BODY_BASE64, 0, body.len);
    apigw_view view = {&event, NULL, body.data, body.len};
    size_t len = base64_size(body.data, body.len);
    void *out;
    if (napi_create_buffer(env, len, &out, &buffer) != napi_ok) return NULL;
    size_t need;
    return apigw_body_bytes(d->c, &view, len == 0 ? NULL : out, len, &need) == APIGW_OK ? buffer : NULL;
}

/* base64InPlace(decoder, bytes, offset, length): how many bytes now stand in the place of the text that stood for them
 */
napi_value body_base64_in_place(napi_env env, napi_callback_info info) {
    napi_value argv[4], count = NULL;
    arguments(env, info, 4, argv);
    decoder *d = decoder_of(env, argv[0]);
    void *data;
    size_t size, offset = number_of(env, argv[2]), len = number_of(env, argv[3]), need;
    if (d == NULL || napi_get_buffer_info(env, argv[1], &data, &size) != napi_ok) return NULL;
    if (offset > size || len > size - offset) return NULL;
    apigw_event event = with_body(APIGW_FLAG_BODY_BASE64, offset, len);
    apigw_view view = {&event, NULL, data, size};
    if (apigw_body_bytes(d->c, &view, (char *)data + offset, len, &need) != APIGW_OK) return NULL;
    napi_create_uint32(env, (uint32_t)need, &count);
    return count;
}

/* json(decoder, text): true if it is a JSON document */
napi_value body_json(napi_env env, napi_callback_info info) {
    napi_value argv[2], value;
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes text;
    apigw_json document;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 0, &text)) return NULL;
    forget(d);
    if (apigw_json_parse(d->c, text.data, text.len, &document) != APIGW_OK) return NULL;
    napi_get_boolean(env, true, &value);
    return value;
}

/* utf16(bytes, offset, length): a string of UTF-8 that is valid */
napi_value body_utf16(napi_env env, napi_callback_info info) {
    napi_value argv[3], value = NULL;
    arguments(env, info, 3, argv);
    void *data;
    size_t size, offset = number_of(env, argv[1]), len = number_of(env, argv[2]);
    if (napi_get_buffer_info(env, argv[0], &data, &size) != napi_ok || offset > size || len > size - offset)
        return NULL;
    uint16_t *units = malloc(2 * len + 2);
    if (units == NULL) return out_of_memory(env);
    size_t count = block_transcode((const char *)data + offset, len, units);
    napi_create_string_utf16(env, units, count, &value);
    free(units);
    return value;
}
