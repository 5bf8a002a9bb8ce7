#include "addon.h"

#include <string.h>

enum {
    /* From this length on, a document is unescaped in memory that the event keeps if its body is long. */
    LONG_DOCUMENT = 16384,
};

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

static napi_value not_an_event(napi_env env) {
    napi_throw_type_error(env, NULL, "apigw: an event is a Buffer, a Uint8Array or a string");
    return NULL;
}

/* What is too long is refused whatever it holds. */
static napi_value refuse_unread(decoder *d, const bytes *input) {
    apigw_view view;
    apigw_status status = apigw_decode(d->c, input->data, input->len, &view);
    (void)status;
    return NULL;
}

/* Words for the table of a document of such a length. */
static size_t words_for(const decoder *d, size_t len) {
    size_t pairs = len / 2 < d->max_pairs ? len / 2 : d->max_pairs;
    return sizeof(apigw_event) / 4 + 4 * pairs;
}

/* The decoder and the document are those of decode. `early` tells what it answers. */
static napi_value decode_input(napi_env env, napi_callback_info info, bool early) {
    napi_value argv[3], buffer = NULL;
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    bytes input;
    if (!bytes_of(env, argv[1], &d->input, 0, &input)) return not_an_event(env);
    if (input.len > d->max_input) return refuse_unread(d, &input);
    bool is_long = input.len >= LONG_DOCUMENT;
    size_t text_size = input.len + APIGW_PADDING, words_size = words_for(d, input.len), need;
    void *text;
    if (!memory_reserve(&d->words, 4 * words_size)) return out_of_memory(env);
    if (is_long) {
        size_t size;
        if (napi_get_buffer_info(env, argv[2], &text, &size) == napi_ok && size >= text_size) {
            buffer = argv[2];
        } else if (napi_create_buffer(env, text_size, &text, &buffer) != napi_ok) {
            return NULL;
        }
    } else {
        if (!memory_reserve(&d->text, text_size)) return out_of_memory(env);
        text = d->text.data;
    }
    if (apigw_decode_table(d->c, input.data, input.len, text, text_size, d->words.data, words_size, &need) != APIGW_OK)
        return NULL;
    apigw_view view = apigw_table_view(d->words.data, text, input.len);
    if (!block_write(&d->block, &view, input.data, input.len, is_long)) return out_of_memory(env);
    d->block.skeleton = apigw_decoder_skeleton(d->c);
    napi_value value = early ? early_value(env, d, buffer) : block_value(env, d, buffer);
    if (is_long) {
        block_trim(&d->block);
        memory_trim(&d->input);
    }
    return value;
}

/* decode(decoder, input, buffer): a block. A long document is unescaped in the Buffer, if there is one that is large
 * enough. */
napi_value event_decode(napi_env env, napi_callback_info info) { return decode_input(env, info, false); }

/* decodeEarly(decoder, input): an array of the block, the wide strings, the memory of the body, the method, the path,
 * and the body if it is in the block */
napi_value event_decode_early(napi_env env, napi_callback_info info) { return decode_input(env, info, true); }

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
napi_value event_find_header(napi_env env, napi_callback_info info) {
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

/* What stands before the event in leased memory: where its text begins, where its pairs do, and how long it is. */
typedef struct lease_header {
    uint32_t text, pairs, len, unused[2];
} lease_header;
typedef char event_stands_as_in_blocks[sizeof(lease_header) == BLOCK_HEADER ? 1 : -1];

/* lease(decoder, memory, input): whether the event was decoded into a Buffer, or it is long. It stands there as in a
 * block, with its pairs and its text behind it, and the document. */
napi_value event_lease(napi_env env, napi_callback_info info) {
    napi_value argv[3], value = NULL;
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    bytes input;
    if (!bytes_of(env, argv[2], &d->input, 0, &input)) return not_an_event(env);
    if (input.len > d->max_input) return refuse_unread(d, &input);
    void *memory;
    size_t size, need, words_size = words_for(d, input.len), text_size = input.len + APIGW_PADDING;
    if (napi_get_buffer_info(env, argv[1], &memory, &size) != napi_ok) return NULL;
    size_t text = BLOCK_HEADER + 4 * words_size, document = text + text_size, all = document + input.len;
    bool fits = input.len < LONG_DOCUMENT && all <= size;
    napi_get_boolean(env, fits, &value);
    if (!fits) return value;
    char *start = memory;
    apigw_status status = apigw_decode_table(d->c, input.data, input.len, start + text, text_size,
                                             (uint32_t *)(start + BLOCK_HEADER), words_size, &need);
    if (status != APIGW_OK) return NULL;
    lease_header header = {(uint32_t)text, BLOCK_HEADER + sizeof(apigw_event), (uint32_t)input.len, {0}};
    memcpy(start, &header, sizeof header);
    memcpy(start + document, input.data, input.len);
    return value;
}

/* leased(decoder, memory): the block of the event that stands in leased memory */
napi_value event_leased(napi_env env, napi_callback_info info) {
    napi_value argv[2];
    arguments(env, info, 2, argv);
    decoder *d = decoder_of(env, argv[0]);
    void *memory;
    size_t size;
    lease_header header;
    if (d == NULL || napi_get_buffer_info(env, argv[1], &memory, &size) != napi_ok || size < sizeof header) return NULL;
    memcpy(&header, memory, sizeof header);
    size_t document = (size_t)header.text + header.len + APIGW_PADDING;
    if (document > size || header.len > size - document) return NULL;
    char *start = memory;
    apigw_view view = apigw_table_view((uint32_t *)(start + BLOCK_HEADER), start + header.text, header.len);
    if (!block_write(&d->block, &view, start + document, header.len, false)) return out_of_memory(env);
    napi_value value = block_value(env, d, NULL);
    block_trim(&d->block);
    return value;
}
