/*
 * What Node loads: functions for lib/, which checks what users hand over. A function that fails answers undefined, and
 * `fault` tells why; one that is called wrongly throws.
 */
#define NAPI_VERSION 8
#include <node_api.h>

#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "skeleton.h"

enum {
    /* From this length on, a document is unescaped in memory that the event keeps if its body is long. */
    LONG_DOCUMENT = 16384,
};

/* A decoder, with the memory that outlives a call. */
typedef struct decoder {
    apigw_decoder *c;
    uint32_t max_input, max_pairs;
    memory text, words, input;
    block block;
} decoder;

static void decoder_free(decoder *d) {
    apigw_decoder_free(d->c);
    memory_free(&d->text);
    memory_free(&d->words);
    memory_free(&d->input);
    block_free(&d->block);
    free(d);
}

static decoder *decoder_new(uint32_t max_input, uint32_t max_pairs, uint32_t max_response) {
    decoder *d = calloc(1, sizeof *d);
    if (d == NULL) return NULL;
    apigw_options options = APIGW_OPTIONS_INIT;
    options.max_input = max_input;
    options.max_pairs = max_pairs;
    options.max_response = max_response;
    if (apigw_decoder_create(APIGW_ABI, &options, &d->c) != APIGW_OK) {
        free(d);
        return NULL;
    }
    d->max_input = max_input;
    d->max_pairs = max_pairs;
    return d;
}

/* Arguments that are fewer than wanted are undefined. */
static void arguments(napi_env env, napi_callback_info info, size_t count, napi_value *out) {
    napi_get_cb_info(env, info, &count, out, NULL, NULL);
}

static decoder *decoder_of(napi_env env, napi_value value) {
    void *d = NULL;
    if (napi_get_value_external(env, value, &d) != napi_ok) napi_throw_type_error(env, NULL, "apigw: no decoder");
    return d;
}

static napi_value out_of_memory(napi_env env) {
    napi_throw_error(env, NULL, "apigw: out of memory");
    return NULL;
}

/* Bytes of the caller's. */
typedef struct bytes {
    const char *data;
    size_t len;
} bytes;

/* The bytes of a Uint8Array, or those of a string in UTF-8. Answers false, with nothing thrown, for anything else.
 * Memory that other threads may change meanwhile is copied, as strings are. */
static bool bytes_of(napi_env env, napi_value value, memory *memory, size_t room, bytes *out) {
    napi_typedarray_type type;
    napi_value buffer;
    void *data;
    if (napi_get_typedarray_info(env, value, &type, &out->len, &data, &buffer, NULL) == napi_ok) {
        if (type != napi_uint8_array) return false;
        bool is_private = false;
        napi_is_arraybuffer(env, buffer, &is_private);
        if (!is_private) {
            if (!memory_reserve(memory, out->len + room)) return false;
            if (out->len > 0) memcpy(memory->data, data, out->len);
            data = memory->data;
        }
        out->data = data;
        return true;
    }
    size_t units;
    if (napi_get_value_string_latin1(env, value, NULL, 0, &units) != napi_ok) return false;
    if (!memory_reserve(memory, 3 * units + 1 + room)) return false;
    napi_get_value_string_utf8(env, value, memory->data, memory->size, &out->len);
    out->data = memory->data;
    return true;
}

static uint32_t number_of(napi_env env, napi_value value) {
    uint32_t number = 0;
    napi_get_value_uint32(env, value, &number);
    return number;
}

static napi_value string_of(napi_env env, const char *text) {
    napi_value value = NULL;
    if (text != NULL) napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

/* The block as JavaScript has it: a string, or an array of it, the wide strings, and the memory in which the body
 * stands. */
static napi_value block_value(napi_env env, decoder *d, napi_value text) {
    napi_value block, wide, array;
    if (napi_create_string_latin1(env, d->block.text, d->block.len, &block) != napi_ok) return NULL;
    if (d->block.wide_len == 0 && !d->block.is_cut) return block;
    napi_create_array_with_length(env, 3, &array);
    napi_set_element(env, array, 0, block);
    if (napi_create_string_utf16(env, d->block.wide, d->block.wide_len, &wide) != napi_ok) return NULL;
    napi_set_element(env, array, 1, wide);
    if (d->block.is_cut) napi_set_element(env, array, 2, text);
    return array;
}

/* A string of the block that was written last; NULL if it is absent. */
static napi_value block_string(napi_env env, const decoder *d, size_t at) {
    uint32_t words[2];
    napi_value value = NULL;
    memcpy(words, d->block.text + BLOCK_HEADER + at, sizeof words);
    if (words[0] == APIGW_NONE) return NULL;
    if (words[0] & BLOCK_WIDE) {
        napi_create_string_utf16(env, d->block.wide + (words[0] & ~BLOCK_WIDE), words[1], &value);
        return value;
    }
    uint32_t base;
    memcpy(&base, d->block.text, sizeof base);
    napi_create_string_latin1(env, d->block.text + base + words[0], words[1], &value);
    return value;
}

static napi_value early_value(napi_env env, decoder *d, napi_value text) {
    napi_value array, values[6] = {0};
    if (napi_create_string_latin1(env, d->block.text, d->block.len, &values[0]) != napi_ok) return NULL;
    if (d->block.wide_len > 0 && napi_create_string_utf16(env, d->block.wide, d->block.wide_len, &values[1]) != napi_ok)
        return NULL;
    if (d->block.is_cut) values[2] = text;
    values[3] = block_string(env, d, offsetof(apigw_event, method));
    values[4] = block_string(env, d, offsetof(apigw_event, path));
    if (!d->block.is_cut) values[5] = block_string(env, d, offsetof(apigw_event, body));
    napi_create_array_with_length(env, 6, &array);
    for (uint32_t i = 0; i < 6; i++) {
        if (values[i] != NULL) napi_set_element(env, array, i, values[i]);
    }
    return array;
}

static napi_value view_value(napi_env env, decoder *d, const apigw_view *view) {
    if (!block_write(&d->block, view, NULL, 0, false)) return out_of_memory(env);
    napi_value value = block_value(env, d, NULL);
    block_trim(&d->block);
    return value;
}

/* The decoder and the document are those of decode. `early` tells what it answers. */
static napi_value decode_input(napi_env env, napi_callback_info info, bool early) {
    napi_value argv[2], buffer = NULL;
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    bytes input;
    if (!bytes_of(env, argv[1], &d->input, 0, &input)) {
        napi_throw_type_error(env, NULL, "apigw: an event is a Buffer, a Uint8Array or a string");
        return NULL;
    }
    apigw_view view;
    if (input.len > d->max_input) {
        /* Refused unread, whatever it holds. */
        apigw_status status = apigw_decode(d->c, input.data, input.len, &view);
        (void)status;
        return NULL;
    }
    bool is_long = input.len >= LONG_DOCUMENT;
    size_t text_size = input.len + APIGW_PADDING, need;
    size_t pairs = input.len / 2 < d->max_pairs ? input.len / 2 : d->max_pairs;
    size_t words_size = sizeof(apigw_event) / 4 + 4 * pairs;
    void *text;
    if (!memory_reserve(&d->words, 4 * words_size)) return out_of_memory(env);
    if (is_long) {
        if (napi_create_buffer(env, text_size, &text, &buffer) != napi_ok) return NULL;
    } else {
        if (!memory_reserve(&d->text, text_size)) return out_of_memory(env);
        text = d->text.data;
    }
    if (apigw_decode_table(d->c, input.data, input.len, text, text_size, d->words.data, words_size, &need) != APIGW_OK)
        return NULL;
    view = apigw_table_view(d->words.data, text, input.len);
    if (!block_write(&d->block, &view, input.data, input.len, is_long)) return out_of_memory(env);
    napi_value value = early ? early_value(env, d, buffer) : block_value(env, d, buffer);
    if (is_long) {
        block_trim(&d->block);
        memory_trim(&d->input);
    }
    return value;
}

/* decode(decoder, input) */
static napi_value decode(napi_env env, napi_callback_info info) { return decode_input(env, info, false); }

/* decodeEarly(decoder, input): an array of the block, the wide strings, the memory of the body, the method, the path,
 * and the body if it is in the block */
static napi_value decode_early(napi_env env, napi_callback_info info) { return decode_input(env, info, true); }

/* Whether two names of headers are the same, in which letters of ASCII have no case. */
static bool is_name(const char *a, const char *b, size_t len) {
    for (size_t i = 0; i < len; i++) {
        char letter = (char)(a[i] | 0x20);
        if (a[i] != b[i] && (letter != (b[i] | 0x20) || letter < 'a' || letter > 'z')) return false;
    }
    return true;
}

/* findHeader(decoder, block, name): the value of the first of the request's headers with this name; null if there is
 * none, and nothing if only JavaScript can tell. All strings of the block are ASCII. */
static napi_value find_header(napi_env env, napi_callback_info info) {
    napi_value argv[3], value = NULL;
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    size_t len = 0, name_len = 0;
    char name[256];
    if (!memory_reserve(&d->input, LONG_DOCUMENT)) return out_of_memory(env);
    char *block = d->input.data;
    napi_get_value_string_latin1(env, argv[1], block, d->input.size, &len);
    napi_get_value_string_utf8(env, argv[2], name, sizeof name, &name_len);
    /* One that fills the room may be longer. */
    if (len == d->input.size - 1 || name_len == sizeof name - 1) return NULL;
    apigw_range headers;
    uint32_t base;
    const char *pairs = block + BLOCK_HEADER + BLOCK_EVENT;
    if (len < BLOCK_HEADER + BLOCK_EVENT) return NULL;
    memcpy(&base, block, sizeof base);
    memcpy(&headers, block + BLOCK_HEADER + offsetof(apigw_event, headers), sizeof headers);
    napi_get_null(env, &value);
    if (headers.first == APIGW_NONE) return value;
    uint64_t end = (uint64_t)headers.first + headers.count;
    if (base > len || BLOCK_HEADER + BLOCK_EVENT + end * sizeof(apigw_pair) > base) return NULL;
    size_t text_len = len - base;
    for (uint64_t i = headers.first; i < end; i++) {
        apigw_pair pair;
        memcpy(&pair, pairs + i * sizeof pair, sizeof pair);
        if ((uint64_t)pair.name_off + pair.name_len > text_len) return NULL;
        if (pair.name_len != name_len || !is_name(block + base + pair.name_off, name, name_len)) continue;
        if (pair.value_off == APIGW_NONE) pair.value_off = pair.value_len = 0;
        if ((uint64_t)pair.value_off + pair.value_len > text_len) return NULL;
        napi_create_string_latin1(env, block + base + pair.value_off, pair.value_len, &value);
        return value;
    }
    return value;
}

/* fault(decoder): why the last call failed, as [code, offset, member] */
static napi_value fault(napi_env env, napi_callback_info info) {
    napi_value argv[1], array, code, offset;
    arguments(env, info, 1, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    const apigw_error *error = apigw_decoder_error(d->c);
    napi_create_array_with_length(env, 3, &array);
    napi_create_uint32(env, error->status, &code);
    napi_create_double(env, (double)error->offset, &offset);
    napi_set_element(env, array, 0, code);
    napi_set_element(env, array, 1, offset);
    if (error->member != NULL) napi_set_element(env, array, 2, string_of(env, error->member));
    return array;
}

static void finalize(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    decoder_free(data);
}

/* create(maxInput, maxPairs, maxResponse): a decoder */
static napi_value create(napi_env env, napi_callback_info info) {
    napi_value argv[3], value;
    arguments(env, info, 3, argv);
    decoder *d = decoder_new(number_of(env, argv[0]), number_of(env, argv[1]), number_of(env, argv[2]));
    if (d == NULL) return out_of_memory(env);
    if (napi_create_external(env, d, finalize, NULL, &value) != napi_ok) {
        decoder_free(d);
        return NULL;
    }
    return value;
}

static napi_value kernel(napi_env env, napi_callback_info info) {
    napi_value argv[1];
    arguments(env, info, 1, argv);
    decoder *d = decoder_of(env, argv[0]);
    return d == NULL ? NULL : string_of(env, apigw_decoder_kernel(d->c));
}

/* An event that has nothing but a body, or a map of headers. */
static apigw_event nothing(void) {
    apigw_event event;
    memset(&event, 0xff, sizeof event);
    event.size = sizeof event;
    event.dialect = event.method_id = event.flags = event.pair_count = event.status = 0;
    return event;
}

/* What a decoder has made of a body it keeps until it decodes the next event. */
static void forget(decoder *d) {
    apigw_view view;
    apigw_status status = apigw_decode(d->c, "{}", 2, &view);
    (void)status;
}

/* form(decoder, bytes): the fields, as a block */
static napi_value form(napi_env env, napi_callback_info info) {
    napi_value argv[2];
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes body;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 0, &body)) return NULL;
    apigw_event event = nothing();
    event.body.off = 0;
    event.body.len = (uint32_t)body.len;
    apigw_view view = {&event, NULL, body.data, body.len}, found;
    forget(d);
    if (apigw_body_form(d->c, &view, &found) != APIGW_OK) return NULL;
    return view_value(env, d, &found);
}

/* cookies(decoder, header): the cookies, as a block */
static napi_value cookies(napi_env env, napi_callback_info info) {
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

/* base64(decoder, text): the bytes that the text stands for, in a Buffer */
static napi_value base64(napi_env env, napi_callback_info info) {
    napi_value argv[2], buffer;
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    bytes body;
    if (d == NULL || !bytes_of(env, argv[1], &d->input, 0, &body)) return NULL;
    apigw_event event = nothing();
    event.flags = APIGW_FLAG_BODY_BASE64;
    event.body.off = 0;
    event.body.len = (uint32_t)body.len;
    apigw_view view = {&event, NULL, body.data, body.len};
    size_t len = body.len / 4 * 3;
    if (len >= 1 && body.len >= 4 && body.data[body.len - 1] == '=') len -= body.data[body.len - 2] == '=' ? 2 : 1;
    void *out;
    if (napi_create_buffer(env, len, &out, &buffer) != napi_ok) return NULL;
    size_t need;
    return apigw_body_bytes(d->c, &view, len == 0 ? NULL : out, len, &need) == APIGW_OK ? buffer : NULL;
}

/* base64InPlace(decoder, bytes, offset, length): how many bytes now stand in the place of the text that stood for them
 */
static napi_value base64_in_place(napi_env env, napi_callback_info info) {
    napi_value argv[4], count = NULL;
    arguments(env, info, 4, argv);
    decoder *d = decoder_of(env, argv[0]);
    void *data;
    size_t size, offset = number_of(env, argv[2]), len = number_of(env, argv[3]), need;
    if (d == NULL || napi_get_buffer_info(env, argv[1], &data, &size) != napi_ok) return NULL;
    if (offset > size || len > size - offset) return NULL;
    apigw_event event = nothing();
    event.flags = APIGW_FLAG_BODY_BASE64;
    event.body.off = (uint32_t)offset;
    event.body.len = (uint32_t)len;
    apigw_view view = {&event, NULL, data, size};
    if (apigw_body_bytes(d->c, &view, (char *)data + offset, len, &need) != APIGW_OK) return NULL;
    napi_create_uint32(env, (uint32_t)need, &count);
    return count;
}

/* json(decoder, text): true if it is a JSON document */
static napi_value json(napi_env env, napi_callback_info info) {
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
static napi_value utf16(napi_env env, napi_callback_info info) {
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

static void finalize_shapes(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    shapes_free(data);
}

/* createShapes(): shapes of documents */
static napi_value create_shapes(napi_env env, napi_callback_info info) {
    (void)info;
    napi_value value = NULL;
    shapes *shapes = calloc(1, sizeof *shapes);
    if (shapes == NULL) return out_of_memory(env);
    if (napi_create_external(env, shapes, finalize_shapes, NULL, &value) != napi_ok) shapes_free(shapes);
    return value;
}

/* shape(decoder, shapes, block, spans): the number of the shape of the document in a block that is ASCII, or -1. Spans
 * are an Int32Array for where its values begin and end in the block. */
static napi_value shape_of(napi_env env, napi_callback_info info) {
    napi_value argv[4], value = NULL, buffer;
    arguments(env, info, 4, argv);
    decoder *d = decoder_of(env, argv[0]);
    void *found, *spans;
    napi_typedarray_type type;
    size_t count, len;
    if (d == NULL || napi_get_value_external(env, argv[1], &found) != napi_ok) return NULL;
    if (napi_get_typedarray_info(env, argv[3], &type, &count, &spans, &buffer, NULL) != napi_ok) return NULL;
    if (type != napi_int32_array || count < 2 * SKELETON_MOST_VALUES) return NULL;
    if (napi_get_value_string_latin1(env, argv[2], NULL, 0, &len) != napi_ok) return NULL;
    if (!memory_reserve(&d->input, len + SKELETON_PADDING)) return out_of_memory(env);
    napi_get_value_string_latin1(env, argv[2], d->input.data, d->input.size, &len);
    const char *block = d->input.data;
    uint32_t at[2];
    if (len < sizeof at) return NULL;
    memcpy(at, block, sizeof at);
    if (at[0] > len || at[1] > len - at[0]) return NULL;
    napi_create_int32(env, shapes_find(found, block + at[0], at[1], (int32_t)at[0], spans), &value);
    return value;
}

/* skeleton(shapes, number): the skeleton of a shape */
static napi_value skeleton(napi_env env, napi_callback_info info) {
    napi_value argv[2], value = NULL;
    arguments(env, info, 2, argv);
    void *found;
    if (napi_get_value_external(env, argv[0], &found) != napi_ok) return NULL;
    const shape *shape = &((shapes *)found)->all[number_of(env, argv[1]) % SKELETON_SHAPES];
    napi_create_string_latin1(env, shape->bytes, shape->len, &value);
    return value;
}

/* decodeResponse(decoder, input, rules): a block */
static napi_value decode_response(napi_env env, napi_callback_info info) {
    napi_value argv[3];
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    bytes input;
    if (!bytes_of(env, argv[1], &d->input, 0, &input)) {
        napi_throw_type_error(env, NULL, "apigw: a response is a Buffer, a Uint8Array or a string");
        return NULL;
    }
    apigw_view view;
    if (apigw_response_decode(d->c, input.data, input.len, number_of(env, argv[2]), &view) != APIGW_OK) return NULL;
    return view_value(env, d, &view);
}

/* Appends a string to the text of an encoder, and answers its offset and length in two words. */
static bool append(napi_env env, memory *text, size_t *used, napi_value value, uint32_t words[2]) {
    size_t units, len;
    if (napi_get_value_string_latin1(env, value, NULL, 0, &units) != napi_ok) return false;
    size_t size = *used + 3 * units + 1;
    if (size > text->size) {
        void *data = realloc(text->data, size + size / 2);
        if (data == NULL) return false;
        text->data = data;
        text->size = size + size / 2;
    }
    napi_get_value_string_utf8(env, value, (char *)text->data + *used, text->size - *used, &len);
    words[0] = (uint32_t)*used;
    words[1] = (uint32_t)len;
    *used += len;
    return true;
}

/* Encodes with more room until there is enough, and makes a Buffer of what was written. */
typedef apigw_status (*encode_step)(const void *what, void *out, size_t size, size_t *need);

static napi_value encoded(napi_env env, decoder *d, size_t guess, encode_step step, const void *what) {
    size_t need = guess;
    napi_value buffer = NULL;
    apigw_status status = APIGW_E_BUFFER;
    while (status == APIGW_E_BUFFER) {
        if (!memory_reserve(&d->block.out, need)) return out_of_memory(env);
        status = step(what, d->block.out.data, d->block.out.size, &need);
    }
    if (status == APIGW_OK) napi_create_buffer_copy(env, need, d->block.out.data, NULL, &buffer);
    block_trim(&d->block);
    return buffer;
}

typedef struct response {
    decoder *decoder;
    uint32_t status, dialect, encoding;
    size_t text_len, header_count;
    bytes body;
} response;

static apigw_status encode_response_step(const void *what, void *out, size_t size, size_t *need) {
    const response *r = what;
    decoder *d = r->decoder;
    return apigw_response_encode_table(d->c, r->status, r->dialect, r->encoding, d->text.data, r->text_len,
                                       d->words.data, r->header_count, r->body.data, r->body.len, out, size, need);
}

/* encodeResponse(decoder, status, dialect, encoding, [name, value, ...], body) */
static napi_value encode_response(napi_env env, napi_callback_info info) {
    napi_value argv[6];
    arguments(env, info, 6, argv);
    response r = {.decoder = decoder_of(env, argv[0])};
    decoder *d = r.decoder;
    if (d == NULL) return NULL;
    r.status = number_of(env, argv[1]);
    r.dialect = number_of(env, argv[2]);
    r.encoding = number_of(env, argv[3]);
    uint32_t count;
    if (napi_get_array_length(env, argv[4], &count) != napi_ok) return NULL;
    if (!memory_reserve(&d->words, sizeof(uint32_t) * 2 * count + 1)) return out_of_memory(env);
    uint32_t *words = d->words.data;
    for (uint32_t i = 0; i < count; i++) {
        napi_value value;
        napi_get_element(env, argv[4], i, &value);
        if (!append(env, &d->text, &r.text_len, value, words + 2 * i)) return out_of_memory(env);
    }
    r.header_count = count / 2;
    if (!bytes_of(env, argv[5], &d->input, 0, &r.body)) return out_of_memory(env);
    return encoded(env, d, r.text_len + 32 * count + r.body.len + r.body.len / 4 + 128, encode_response_step, &r);
}

typedef struct reply {
    decoder *decoder;
    apigw_websocket_reply c;
} reply;

static apigw_status encode_reply_step(const void *what, void *out, size_t size, size_t *need) {
    const reply *r = what;
    return apigw_websocket_reply_encode(r->decoder->c, &r->c, out, size, need);
}

/* encodeWebSocketReply(decoder, errorNumber, errorMessage, connectionId, protocol, extensions) */
static napi_value encode_reply(napi_env env, napi_callback_info info) {
    napi_value argv[6];
    arguments(env, info, 6, argv);
    reply r = {decoder_of(env, argv[0]), APIGW_WEBSOCKET_REPLY_INIT};
    decoder *d = r.decoder;
    if (d == NULL) return NULL;
    uint32_t words[4][2];
    size_t used = 0;
    napi_get_value_int32(env, argv[1], &r.c.error_number);
    for (int i = 0; i < 4; i++) {
        if (!append(env, &d->text, &used, argv[2 + i], words[i])) return out_of_memory(env);
    }
    const char *text = d->text.data;
    r.c.error_message = text + words[0][0], r.c.error_message_len = words[0][1];
    r.c.connection_id = text + words[1][0], r.c.connection_id_len = words[1][1];
    if (words[2][1] > 0) r.c.protocol = text + words[2][0], r.c.protocol_len = words[2][1];
    if (words[3][1] > 0) r.c.extensions = text + words[3][0], r.c.extensions_len = words[3][1];
    return encoded(env, d, 2 * used + 128, encode_reply_step, &r);
}

/* names(kind, number): what the library calls a header, a status, or a dialect, or what a status means; for the tests
 * of the tables in lib/ */
static napi_value names(napi_env env, napi_callback_info info) {
    static const char *(*const functions[])(uint32_t) = {
        apigw_header_name,
        apigw_status_name,
        apigw_status_text,
        apigw_dialect_name,
    };
    napi_value argv[2];
    arguments(env, info, 2, argv);
    return string_of(env, functions[number_of(env, argv[0]) % 4](number_of(env, argv[1])));
}

NAPI_MODULE_INIT() {
    static const struct {
        const char *name;
        napi_callback function;
    } functions[] = {
        {"create", create},
        {"decode", decode},
        {"decodeEarly", decode_early},
        {"findHeader", find_header},
        {"fault", fault},
        {"kernel", kernel},
        {"names", names},
        {"form", form},
        {"cookies", cookies},
        {"base64", base64},
        {"base64InPlace", base64_in_place},
        {"json", json},
        {"utf16", utf16},
        {"createShapes", create_shapes},
        {"shape", shape_of},
        {"skeleton", skeleton},
        {"decodeResponse", decode_response},
        {"encodeResponse", encode_response},
        {"encodeWebSocketReply", encode_reply},
    };
    if (apigw_abi() != APIGW_ABI) {
        napi_throw_error(env, NULL, "apigw: header and library do not fit together");
        return NULL;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        napi_value function;
        napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function);
        napi_set_named_property(env, exports, functions[i].name, function);
    }
    napi_set_named_property(env, exports, "version", string_of(env, apigw_version()));
    return exports;
}
