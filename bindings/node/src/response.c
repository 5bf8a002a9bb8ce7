#include "addon.h"

#include <string.h>

/* decodeResponse(decoder, input, rules): a block */
napi_value response_decode(call *call) {
    bytes input;
    apigw_event event;
    uint32_t rules = number_of(call, call->argv[2]);
    if (!bytes_of(call, call->argv[1], call->decoder->max_input, 0, &input)) return NULL;
    if (apigw_decoder_decode_response(call->decoder->c, input.data, input.len, rules, &event) !=
        APIGW_OK)
        return NULL;
    return event_value(call, &event);
}

/* A string among others in the text of the scratch. */
typedef struct place {
    uint32_t off, len;
} place;

/* Appends a string to the first `*used` bytes of the text. Returns false, with an error thrown, if
 * there is no memory, or more than 32 bits can count. */
static bool append(call *call, size_t *used, napi_value value, place *out) {
    memory *text = &call->scratch->text;
    size_t units, len;
    if (napi_get_value_string_latin1(call->env, value, NULL, 0, &units) != napi_ok)
        return called_wrongly(call), false;
    size_t room = 3 * units + 1;
    if (room > UINT32_MAX - *used || !memory_append(text, *used, room))
        return out_of_memory(call), false;
    napi_get_value_string_utf8(call->env, value, text->data + *used, room, &len);
    *out = (place){(uint32_t)*used, (uint32_t)len};
    *used += len;
    return true;
}

/* Finds the strings in a joined one, with a line feed between them. Returns false if there are not
 * `count`. */
static bool split(const char *text, size_t len, uint32_t count, place *out) {
    const char *at = text, *end = text + len;
    for (uint32_t i = 0; i < count; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if ((stop == NULL) != (i + 1 == count)) return false;
        if (stop == NULL) stop = end;
        out[i] = (place){(uint32_t)(at - text), (uint32_t)(stop - at)};
        at = stop + 1;
    }
    return true;
}

/* Appends a list of strings to the empty text, and their places to the words. One string that holds
 * all of them is read faster than each of them, unless there are line feeds in them. */
static bool append_all(call *call, napi_value list, uint32_t count, napi_value joined,
                       size_t *used) {
    if (!memory_reserve(&call->scratch->words, sizeof(place) * ((size_t)count + 1)))
        return out_of_memory(call), false;
    place *places = (place *)(void *)call->scratch->words.data;
    if (count == 0) return true;
    if (!append(call, used, joined, &places[count])) return false;
    if (split(call->scratch->text.data, *used, count, places)) return true;
    *used = 0;
    for (uint32_t i = 0; i < count; i++) {
        napi_value value;
        napi_get_element(call->env, list, i, &value);
        if (!append(call, used, value, &places[i])) return false;
    }
    return true;
}

/* Encodes to `out`, which has room for `size` bytes, and writes how many there are to `*need`. */
typedef apigw_status (*encode_step)(const void *what, void *out, size_t size, size_t *need);

/* Encodes, with more room until there is enough. Returns the length of what was written to the
 * Buffer `room`, or a new Buffer if there is none or it is too small. */
static napi_value encoded(call *call, size_t guess, encode_step step, const void *what,
                          napi_value room) {
    memory *out = &call->scratch->block.bytes;
    size_t need = guess, size;
    void *data;
    napi_value value;
    apigw_status status = APIGW_E_BUFFER;
    while (status == APIGW_E_BUFFER) {
        if (!memory_reserve(out, need)) return out_of_memory(call);
        status = step(what, out->data, out->size, &need);
    }
    if (status != APIGW_OK) return NULL;
    if (napi_get_buffer_info(call->env, room, &data, &size) == napi_ok && need <= size) {
        napi_create_double(call->env, (double)need, &value);
    } else {
        value = new_buffer(call, need, &data);
        if (value == NULL) return NULL;
    }
    memcpy(data, out->data, need);
    return value;
}

typedef struct response {
    apigw_encoder *encoder;
    apigw_response_table c;
} response;

static apigw_status encode_response_step(const void *what, void *out, size_t size, size_t *need) {
    const response *r = what;
    return apigw_encoder_encode_response_table(r->encoder, &r->c, out, size, need);
}

/* encodeResponse(decoder, status, dialect, encoding, [name, value, ...], body, joined, room):
 * `joined` is the names and values with line feeds between them. Returns a Buffer, or the number of
 * bytes that were written to the Buffer `room`, if there is one that is large enough. */
napi_value response_encode(call *call) {
    napi_value *argv = call->argv;
    response r = {call->decoder->encoder, APIGW_RESPONSE_TABLE_INIT};
    r.c.status = number_of(call, argv[1]);
    r.c.dialect = number_of(call, argv[2]);
    r.c.body_encoding = number_of(call, argv[3]);
    uint32_t count;
    if (napi_get_array_length(call->env, argv[4], &count) != napi_ok) return called_wrongly(call);
    if (!append_all(call, argv[4], count, argv[6], &r.c.text.len)) return NULL;
    r.c.text.data = call->scratch->text.data;
    r.c.headers = (const uint32_t *)(const void *)call->scratch->words.data;
    r.c.header_count = count / 2;
    bytes body;
    if (!bytes_of(call, argv[5], SIZE_MAX, 0, &body)) return NULL;
    r.c.body = (apigw_string){body.data, body.len};
    size_t guess = r.c.text.len + 32 * (size_t)count + body.len + body.len / 4 + 128;
    return encoded(call, guess, encode_response_step, &r, argv[7]);
}

typedef struct reply {
    apigw_encoder *encoder;
    apigw_websocket_reply c;
} reply;

static apigw_status encode_reply_step(const void *what, void *out, size_t size, size_t *need) {
    const reply *r = what;
    return apigw_encoder_encode_websocket_reply(r->encoder, &r->c, out, size, need);
}

/* encodeWebSocketReply(decoder, errorNumber, errorMessage, connectionId, protocol, extensions) */
napi_value response_encode_reply(call *call) {
    reply r = {call->decoder->encoder, APIGW_WEBSOCKET_REPLY_INIT};
    place places[4];
    size_t used = 0;
    napi_get_value_int32(call->env, call->argv[1], &r.c.error_number);
    for (int i = 0; i < 4; i++) {
        if (!append(call, &used, call->argv[2 + i], &places[i])) return NULL;
    }
    const char *text = call->scratch->text.data;
    apigw_string strings[4];
    for (int i = 0; i < 4; i++) strings[i] = (apigw_string){text + places[i].off, places[i].len};
    r.c.error_message = strings[0];
    r.c.connection_id = strings[1];
    if (strings[2].len > 0) r.c.protocol = strings[2];
    if (strings[3].len > 0) r.c.extensions = strings[3];
    return encoded(call, 2 * used + 128, encode_reply_step, &r, call->argv[6]);
}
