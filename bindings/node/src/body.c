#include "addon.h"
#include "apigw_headers.h"

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
    decoder_clear(d);
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
    napi_value argv[2];
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes body;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 0, &body)) return NULL;
    apigw_event event = with_body(APIGW_FLAG_BODY_BASE64, 0, body.len);
    apigw_view view = {&event, NULL, body.data, body.len};
    size_t len = base64_size(body.data, body.len);
    void *out;
    napi_value buffer = new_buffer(env, len, &out);
    if (buffer == NULL) return NULL;
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

/* The document that a string or its bytes are. */
static bool json_of(napi_env env, decoder *d, napi_value source, apigw_json *document) {
    bytes text;
    if (!bytes_of(env, source, &d->input, 0, &text)) return false;
    if (d->has_json) forget(d);
    d->has_json = true;
    d->changes++;
    return apigw_json_parse(d->c, text.data, text.len, document) == APIGW_OK;
}

/* json(decoder, text): true if it is a JSON document */
napi_value body_json(napi_env env, napi_callback_info info) {
    napi_value argv[2], value;
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    apigw_json document;
    if (d == NULL || !json_of(env, d, argv[1], &document)) return NULL;
    napi_get_boolean(env, true, &value);
    return value;
}

static void finalize_values(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    values_free(data);
}

/* createValues(tape, numbers): what reads values into an Int32Array and a Float64Array, which are kept */
napi_value values_create(napi_env env, napi_callback_info info) {
    napi_value argv[2], value = NULL;
    arguments(env, info, 2, argv);
    void *tape = kept_array(env, argv[0], napi_int32_array, VALUE_WORDS);
    void *numbers = kept_array(env, argv[1], napi_float64_array, VALUE_NUMBERS);
    if (tape == NULL || numbers == NULL) return NULL;
    values *values = calloc(1, sizeof *values);
    if (values == NULL) return out_of_memory(env);
    values->tape = tape;
    values->numbers = numbers;
    if (napi_create_external(env, values, finalize_values, NULL, &value) != napi_ok) values_free(values);
    return value;
}

/* The next piece of a document: its strings, or an array of them and those that are not ASCII. */
static napi_value next_piece(napi_env env, values *values) {
    napi_value strings = NULL, wide, array;
    if (!values_write(values)) return out_of_memory(env);
    size_t wide_len = values->wide_len;
    if (napi_create_string_latin1(env, values->strings.data, values->strings_len, &strings) != napi_ok) return NULL;
    if (wide_len > 0 && napi_create_string_utf16(env, values->wide.data, wide_len, &wide) != napi_ok) return NULL;
    memory_trim(&values->strings);
    memory_trim(&values->wide);
    if (wide_len == 0) return strings;
    napi_create_array_with_length(env, 2, &array);
    napi_set_element(env, array, 0, strings);
    napi_set_element(env, array, 1, wide);
    return array;
}

/* readValue(decoder, values, source): the first piece of the JSON document that a string or its bytes are */
napi_value values_read(napi_env env, napi_callback_info info) {
    napi_value argv[3];
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    values *values = external_of(env, argv[1]);
    apigw_json document;
    if (d == NULL || values == NULL || !json_of(env, d, argv[2], &document)) return NULL;
    values_start(values, &document);
    values->changes = d->changes;
    return next_piece(env, values);
}

/* moreValues(decoder, values): the next piece. Throws if the decoder has been asked for something else meanwhile. */
napi_value values_more(napi_env env, napi_callback_info info) {
    napi_value argv[2];
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    values *values = external_of(env, argv[1]);
    if (d == NULL || values == NULL) return NULL;
    if (values->changes == d->changes) return next_piece(env, values);
    napi_throw_error(env, NULL, "apigw: an event was decoded while a JSON text was read");
    return NULL;
}

/* valueNames(values, number): the names of the objects with this number */
napi_value values_names(napi_env env, napi_callback_info info) {
    napi_value argv[2], array, name;
    arguments(env, info, 2, argv);
    values *values = external_of(env, argv[0]);
    if (values == NULL) return NULL;
    value_shape *shape = &values->shapes[number_of(env, argv[1]) % VALUE_SHAPES];
    const char *at = shape->names;
    shape->is_known = true;
    napi_create_array_with_length(env, shape->count, &array);
    for (uint32_t i = 0; i < shape->count; i++) {
        uint16_t len;
        memcpy(&len, at, sizeof len);
        if (napi_create_string_utf8(env, at + sizeof len, len, &name) != napi_ok) return NULL;
        napi_set_element(env, array, i, name);
        at += sizeof len + len;
    }
    return array;
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
