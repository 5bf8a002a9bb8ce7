#include "addon.h"

#include <string.h>

enum {
    /* From this length on, a document is unescaped in memory that the event keeps if its body is long. */
    LONG_DOCUMENT = 16384,
};

/* What `make` makes of an early event. */
static napi_value early_value(napi_env env, decoder *d, const apigw_view *view, napi_value self, napi_value make) {
    const apigw_span spans[] = {view->event->method, view->event->path, view->event->body};
    napi_value undefined, value = NULL, argv[5] = {self};
    if (napi_create_string_latin1(env, d->block.text, d->block.len, &argv[1]) != napi_ok) return NULL;
    napi_get_undefined(env, &undefined);
    for (int i = 0; i < 3; i++) {
        argv[2 + i] = undefined;
        if (spans[i].off != APIGW_NONE)
            napi_create_string_latin1(env, view->text + spans[i].off, spans[i].len, &argv[2 + i]);
    }
    d->early = d->block.number;
    d->early_left--;
    napi_call_function(env, undefined, make, 5, argv, &value);
    return value;
}

static napi_value not_an_event(napi_env env) {
    napi_throw_type_error(env, NULL, "apigw: an event is a Buffer, a Uint8Array or a string");
    return NULL;
}

/* What is too long is refused whatever it holds. */
static napi_value refuse_unread(decoder *d, const bytes *input) {
    apigw_view view;
    decoder_clear(d);
    apigw_status status = apigw_decode(d->c, input->data, input->len, &view);
    (void)status;
    return NULL;
}

/* Words for the table of a document of such a length. */
static size_t words_for(const decoder *d, size_t len) {
    size_t pairs = len / 2 < d->max_pairs ? len / 2 : d->max_pairs;
    return sizeof(apigw_event) / 4 + 4 * pairs;
}

/* A Buffer with what is asked of a long body: its bytes, or its text if it is not in base64. */
static napi_value body_value(napi_env env, decoder *d, const apigw_view *view) {
    apigw_span body = view->event->body, here = {0, body.len};
    const char *text = view->text + body.off;
    bool is_base64 = (view->event->flags & APIGW_FLAG_BODY_BASE64) != 0;
    size_t need, size = is_base64 ? base64_size(text, body.len) : body.len;
    void *out;
    napi_value buffer = new_buffer(env, size, &out);
    if (buffer == NULL) return NULL;
    if (!is_base64) {
        memcpy(out, text, size);
    } else if (apigw_body_bytes(d->c, view, out, size, &need) == APIGW_OK) {
        here = (apigw_span){BLOCK_DECODED, (uint32_t)size};
    } else if (napi_create_buffer_copy(env, body.len, text, NULL, &buffer) != napi_ok) {
        return NULL;
    }
    memcpy((char *)d->block.out.data + BLOCK_HEADER + offsetof(apigw_event, body), &here, sizeof here);
    return buffer;
}

/* Memory for the text of a long document: the Buffer in `*buffer` if it is one and large enough, or a new one. NULL if
 * there is none. */
static void *long_text(napi_env env, size_t size, napi_value *buffer) {
    void *text;
    size_t has;
    if (napi_get_buffer_info(env, *buffer, &text, &has) == napi_ok && has >= size) return text;
    *buffer = new_buffer(env, size, &text);
    return *buffer == NULL ? NULL : text;
}

/* Finds the shape of the event in the last block before anybody asks for it. */
static void find_shape(decoder *d, const apigw_view *view) {
    d->objects_expected--;
    if ((view->event->flags & APIGW_FLAG_ASCII) == 0) return;
    block_number(&d->block, shapes_note(d->shapes, d->block.text, last_shape(d, d->shapes)));
}

/* Whether to read ahead is what decodeAhead has to do. */
static napi_value decode_input(napi_env env, napi_callback_info info, bool ahead) {
    napi_value argv[3], value;
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    bytes input;
    if (!bytes_of(env, argv[1], &d->input, 0, &input)) return not_an_event(env);
    if (input.len > d->max_input) return refuse_unread(d, &input);
    bool is_long = input.len >= LONG_DOCUMENT;
    /* A text of which little is wanted stands in memory that is used again. */
    bool is_passing = !is_long || (ahead && d->had_base64);
    size_t text_size = input.len + APIGW_PADDING, words_size = words_for(d, input.len), need;
    decoder_forget(d);
    if (!memory_reserve(&d->words, 4 * words_size)) return out_of_memory(env);
    if (is_passing && !memory_reserve(&d->text, text_size)) return out_of_memory(env);
    void *text = is_passing ? d->text.data : long_text(env, text_size, &argv[2]);
    if (text == NULL) return NULL;
    decoder_clear(d);
    if (apigw_decode_table(d->c, input.data, input.len, text, text_size, d->words.data, words_size, &need) != APIGW_OK)
        return NULL;
    apigw_view view = apigw_table_view(d->words.data, text, input.len);
    bool is_early = ahead && d->early_left > 0 && !is_long && (view.event->flags & APIGW_FLAG_ASCII) != 0;
    block_kind kind = is_early ? BLOCK_EARLY : is_long ? BLOCK_CUT : BLOCK_WHOLE;
    if (!block_write(&d->block, &view, input.data, input.len, kind)) return out_of_memory(env);
    if (kind == BLOCK_WHOLE) d->block.skeleton = apigw_decoder_skeleton(d->c);
    if (kind == BLOCK_WHOLE && d->objects_expected > 0) find_shape(d, &view);
    if (is_early) {
        value = early_value(env, d, &view, argv[0], argv[2]);
    } else {
        if (is_passing && d->block.is_cut) argv[2] = body_value(env, d, &view);
        value = argv[2] == NULL ? NULL : block_value(env, d, argv[2]);
    }
    if (is_long) {
        d->had_base64 = d->block.is_cut && (view.event->flags & APIGW_FLAG_BODY_BASE64) != 0;
        block_trim(&d->block);
        memory_trim(&d->input);
        memory_trim(&d->text);
    }
    return value;
}

/* decode(decoder, input, buffer): a block. A long document is unescaped in the Buffer, if there is one that is large
 * enough. */
napi_value event_decode(napi_env env, napi_callback_info info) { return decode_input(env, info, false); }

/* decodeAhead(decoder, input, make): a block, and what else is asked for most. For the first events that are ASCII and
 * not long it is what make answers, to which go the decoder, an early block, the method, the path, and the body; for a
 * long body in base64 its bytes, in place of its text, if the long body before it was in base64, too. */
napi_value event_decode_ahead(napi_env env, napi_callback_info info) { return decode_input(env, info, true); }

/* Whether two names of headers are the same, in which letters of ASCII have no case. */
static bool is_name(const char *a, const char *b, size_t len) {
    for (size_t i = 0; i < len; i++) {
        char letter = (char)(a[i] | 0x20);
        if (a[i] != b[i] && (letter != (b[i] | 0x20) || letter < 'a' || letter > 'z')) return false;
    }
    return true;
}

/* findHeader(decoder, block, name): the value of the first of the request's headers with this name, null if there is
 * none, or nothing if the event of this early block is not the last one any more. */
napi_value event_find_header(napi_env env, napi_callback_info info) {
    napi_value argv[3], value = NULL;
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL || d->early == 0 || number_of_block(env, argv[1]) != d->early) return NULL;
    char name[256];
    size_t name_len = 0;
    napi_get_value_string_utf8(env, argv[2], name, sizeof name, &name_len);
    /* One that fills the room may be longer. */
    if (name_len == sizeof name - 1) return NULL;
    apigw_view view = apigw_table_view(d->words.data, d->text.data, 0);
    apigw_range headers = view.event->headers;
    napi_get_null(env, &value);
    if (headers.first == APIGW_NONE) return value;
    for (const apigw_pair *pair = view.pairs + headers.first; headers.count > 0; headers.count--, pair++) {
        if (pair->name_len != name_len || !is_name(view.text + pair->name_off, name, name_len)) continue;
        size_t len = pair->value_off == APIGW_NONE ? 0 : pair->value_len;
        napi_create_string_latin1(env, len == 0 ? "" : view.text + pair->value_off, len, &value);
        break;
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
    decoder_clear(d);
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
    decoder_forget(d);
    if (!block_write(&d->block, &view, start + document, header.len, BLOCK_WHOLE)) return out_of_memory(env);
    napi_value value = block_value(env, d, NULL);
    block_trim(&d->block);
    return value;
}
