#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* decodeResponse(decoder, input, rules): a block */
napi_value response_decode(napi_env env, napi_callback_info info) {
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
    decoder_clear(d);
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

/* Words of the strings that a joined one holds, with a line feed between them. False if these are not so many. */
static bool split(const char *text, size_t len, uint32_t count, uint32_t *words) {
    const char *at = text, *end = text + len;
    for (uint32_t i = 0; i < count; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if ((stop == NULL) != (i + 1 == count)) return false;
        if (stop == NULL) stop = end;
        words[2 * i] = (uint32_t)(at - text);
        words[2 * i + 1] = (uint32_t)(stop - at);
        at = stop + 1;
    }
    return true;
}

/* Writes a list of strings to the text of an encoder, and their offsets and lengths to its words. It is faster to get
 * them from one string that holds all of them, unless there are line feeds in them. */
static bool append_all(napi_env env, decoder *d, napi_value list, uint32_t count, napi_value joined, size_t *used) {
    if (!memory_reserve(&d->words, sizeof(uint32_t) * 2 * count + 1)) return false;
    uint32_t *words = d->words.data, whole[2];
    if (count > 0 && append(env, &d->text, used, joined, whole) && split(d->text.data, *used, count, words))
        return true;
    *used = 0;
    for (uint32_t i = 0; i < count; i++) {
        napi_value value;
        napi_get_element(env, list, i, &value);
        if (!append(env, &d->text, used, value, words + 2 * i)) return false;
    }
    return true;
}

/* Encodes with more room until there is enough. What was written goes to the Buffer `room`, and the answer is its
 * length; or it goes to a new Buffer, if there is none or it is too small. */
typedef apigw_status (*encode_step)(const void *what, void *out, size_t size, size_t *need);

static napi_value encoded(napi_env env, decoder *d, size_t guess, encode_step step, const void *what, napi_value room) {
    size_t need = guess, room_size;
    void *room_data;
    napi_value value = NULL;
    apigw_status status = APIGW_E_BUFFER;
    while (status == APIGW_E_BUFFER) {
        if (!memory_reserve(&d->block.out, need)) return out_of_memory(env);
        status = step(what, d->block.out.data, d->block.out.size, &need);
    }
    if (status == APIGW_OK) {
        bool fits =
            room != NULL && napi_get_buffer_info(env, room, &room_data, &room_size) == napi_ok && need <= room_size;
        if (fits)
            napi_create_uint32(env, (uint32_t)need, &value);
        else
            value = new_buffer(env, need, &room_data);
        if (value != NULL) memcpy(room_data, d->block.out.data, need);
    }
    block_trim(&d->block);
    return value;
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

/* encodeResponse(decoder, status, dialect, encoding, [name, value, ...], body, joined, room): joined may be
 * the names and values with line feeds between them, and is not looked at if there are others in them. A Buffer, or how
 * many bytes now stand in the Buffer room, if there is one that is large enough. */
napi_value response_encode(napi_env env, napi_callback_info info) {
    napi_value argv[8];
    arguments(env, info, 8, argv);
    response r = {.decoder = decoder_of(env, argv[0])};
    decoder *d = r.decoder;
    if (d == NULL) return NULL;
    decoder_forget(d);
    r.status = number_of(env, argv[1]);
    r.dialect = number_of(env, argv[2]);
    r.encoding = number_of(env, argv[3]);
    uint32_t count;
    if (napi_get_array_length(env, argv[4], &count) != napi_ok) return NULL;
    if (!append_all(env, d, argv[4], count, argv[6], &r.text_len)) return out_of_memory(env);
    r.header_count = count / 2;
    if (!bytes_of(env, argv[5], &d->input, 0, &r.body)) return out_of_memory(env);
    return encoded(env, d, r.text_len + 32 * count + r.body.len + r.body.len / 4 + 128, encode_response_step, &r,
                   argv[7]);
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
napi_value response_encode_reply(napi_env env, napi_callback_info info) {
    napi_value argv[6];
    arguments(env, info, 6, argv);
    reply r = {decoder_of(env, argv[0]), APIGW_WEBSOCKET_REPLY_INIT};
    decoder *d = r.decoder;
    if (d == NULL) return NULL;
    decoder_forget(d);
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
    return encoded(env, d, 2 * used + 128, encode_reply_step, &r, NULL);
}
