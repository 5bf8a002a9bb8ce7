#include "addon.h"

#include <string.h>

/* Words for the table of any document of this length: a pair takes at least two bytes of it. */
static size_t words_for(const decoder *decoder, size_t len) {
    size_t pairs = len / 2 < decoder->max_pairs ? len / 2 : decoder->max_pairs;
    return sizeof(apigw_event_table) / 4 + 4 * pairs;
}

/* Has the library refuse a document that is too long, before any memory is made for it. */
static napi_value refuse(call *call, bytes input) {
    apigw_event event;
    apigw_status status = apigw_decoder_decode(call->decoder->c, input.data, input.len, &event);
    (void)status;
    return NULL;
}

/* A Buffer with the bytes of a long body; with its text, if that is not the base64 that it should
 * be. Writes the span that the block has for it. */
static napi_value long_body(call *call, const apigw_event *event, apigw_span *span) {
    apigw_string body = apigw_event_body(event);
    void *out;
    if ((event->table->flags & APIGW_FLAG_BODY_BASE64) != 0) {
        size_t need, size = base64_size(body.data, body.len);
        napi_value buffer = new_buffer(call, size, &out);
        if (buffer == NULL) return NULL;
        if (apigw_event_read_body(event, call->decoder->c, out, size, &need) == APIGW_OK) {
            *span = (apigw_span){BLOCK_DECODED, (uint32_t)body.len};
            return buffer;
        }
    }
    napi_value buffer = new_buffer(call, body.len, &out);
    if (buffer != NULL) memcpy(out, body.data, body.len);
    *span = (apigw_span){0, (uint32_t)body.len};
    return buffer;
}

/* decode(decoder, input): a block */
napi_value event_decode(call *call) {
    decoder *decoder = call->decoder;
    scratch *scratch = call->scratch;
    bytes input;
    if (!bytes_of(call, call->argv[1], decoder->max_input, 0, &input)) return NULL;
    if (input.len > decoder->max_input) return refuse(call, input);
    size_t text_size = input.len + APIGW_PADDING, words_size = words_for(decoder, input.len), need;
    if (!memory_reserve(&scratch->words, 4 * words_size)) return out_of_memory(call);
    if (!memory_reserve(&scratch->text, text_size)) return out_of_memory(call);
    void *text = scratch->text.data, *words = scratch->words.data;
    apigw_status status = apigw_decoder_decode_table(decoder->c, input.data, input.len, text,
                                                     text_size, words, words_size, &need);
    if (status == APIGW_E_BUFFER) {
        /* A query is decoded to the room after the document, which few events need. */
        text_size += input.len;
        if (!memory_reserve(&scratch->text, text_size)) return out_of_memory(call);
        text = scratch->text.data;
        status = apigw_decoder_decode_table(decoder->c, input.data, input.len, text, text_size,
                                            words, words_size, &need);
    }
    if (status != APIGW_OK) return NULL;
    apigw_event event = apigw_event_from_table(words, text, input.len);
    apigw_span span = {0};
    napi_value body = NULL;
    if (block_is_long_body(event.table)) {
        body = long_body(call, &event, &span);
        if (body == NULL) return NULL;
    }
    if (!block_write(&scratch->block, &event, input.data, input.len, span))
        return out_of_memory(call);
    return block_value(call, body);
}

/* What is before the event in leased memory: where its text begins, where its pairs do, and the
 * length of the document, which the text follows. */
typedef struct lease_header {
    uint32_t text, pairs, len;
} lease_header;
_Static_assert(sizeof(lease_header) == BLOCK_HEADER, "an event is where it is in a block");

/* lease(decoder, memory, input): whether the event was decoded into a Buffer, or is too long for
 * it. */
napi_value event_lease(call *call) {
    decoder *decoder = call->decoder;
    napi_value value = NULL;
    bytes input;
    if (!bytes_of(call, call->argv[2], decoder->max_input, 0, &input)) return NULL;
    if (input.len > decoder->max_input) return refuse(call, input);
    void *memory;
    size_t size, need, words_size = words_for(decoder, input.len);
    if (napi_get_buffer_info(call->env, call->argv[1], &memory, &size) != napi_ok)
        return called_wrongly(call);
    size_t document = BLOCK_HEADER + 4 * words_size, text = document + input.len;
    bool fits = text + input.len + APIGW_PADDING <= size;
    napi_get_boolean(call->env, fits, &value);
    if (!fits) return value;
    char *start = memory;
    uint32_t *words = (uint32_t *)(void *)(start + BLOCK_HEADER);
    apigw_status status = apigw_decoder_decode_table(
        decoder->c, input.data, input.len, start + text, size - text, words, words_size, &need);
    if (status == APIGW_E_BUFFER) {
        napi_get_boolean(call->env, false, &value);
        return value;
    }
    if (status != APIGW_OK) return NULL;
    lease_header header = {(uint32_t)text, BLOCK_HEADER + words[0], (uint32_t)input.len};
    memcpy(start, &header, sizeof header);
    memcpy(start + document, input.data, input.len);
    return value;
}
