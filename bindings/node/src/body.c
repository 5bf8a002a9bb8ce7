#include "addon.h"
#include "apigw_headers.h"

#include <string.h>

/* The table of an event that has nothing. */
static apigw_event_table nothing(void) {
    apigw_event_table table;
    memset(&table, 0xff, sizeof table);
    table.size = sizeof table;
    table.dialect = table.method_id = table.flags = table.pair_count = table.status = 0;
    table.time_low = table.time_high = 0;
    return table;
}

/* The table of an event that has only a body, of this length, at the beginning of its text. */
static apigw_event_table with_body(uint32_t flags, size_t len) {
    apigw_event_table table = nothing();
    table.flags = flags;
    table.body = (apigw_span){0, (uint32_t)len};
    return table;
}

/* The bytes of a body or a header, of which offsets have 32 bits. */
static bool part_of(call *call, napi_value value, size_t room, bytes *out) {
    if (!bytes_of(call, value, UINT32_MAX - room, room, out)) return false;
    if (out->len <= UINT32_MAX - room) return true;
    called_wrongly(call);
    return false;
}

/* The library keeps what it has found in bodies until it decodes the next event. */
static void forget(const call *call) {
    apigw_event event;
    apigw_status status = apigw_decoder_decode(call->decoder->c, "{}", 2, &event);
    (void)status;
}

/* form(decoder, bytes): the fields, as a block */
napi_value body_form(call *call) {
    bytes body;
    if (!part_of(call, call->argv[1], 0, &body)) return NULL;
    apigw_event_table table = with_body(0, body.len);
    apigw_event event = {&table, NULL, body.data, body.len, body.data}, found;
    forget(call);
    if (apigw_event_read_form(&event, call->decoder->c, &found) != APIGW_OK) return NULL;
    return event_value(call, &found);
}

/* cookies(decoder, header): the cookies, as a block */
napi_value body_cookies(call *call) {
    bytes header;
    static const char NAME[] = "cookie";
    enum { NAME_LEN = sizeof NAME - 1 };
    if (!part_of(call, call->argv[1], NAME_LEN, &header)) return NULL;
    apigw_event_table table = nothing();
    table.headers = (apigw_range){0, 1};
    table.pair_count = 1;
    char *text = call->scratch->input.data;
    memcpy(text + header.len, NAME, NAME_LEN);
    uint32_t len = (uint32_t)header.len;
    apigw_pair pair = {len, NAME_LEN, APIGW_HEADER_COOKIE, 0, len};
    apigw_event event = {&table, &pair, text, header.len + NAME_LEN, text}, found;
    forget(call);
    if (apigw_event_read_cookies(&event, call->decoder->c, &found) != APIGW_OK) return NULL;
    return event_value(call, &found);
}

size_t base64_size(const char *text, size_t len) {
    size_t size = len / 4 * 3;
    if (len >= 4 && text[len - 1] == '=') size -= text[len - 2] == '=' ? 2 : 1;
    return size;
}

/* base64(decoder, text): the bytes that the text encodes, in a Buffer */
napi_value body_base64(call *call) {
    bytes body;
    if (!part_of(call, call->argv[1], 0, &body)) return NULL;
    apigw_event_table table = with_body(APIGW_FLAG_BODY_BASE64, body.len);
    apigw_event event = {&table, NULL, body.data, body.len, body.data};
    size_t need, len = base64_size(body.data, body.len);
    void *out;
    napi_value buffer = new_buffer(call, len, &out);
    if (buffer == NULL) return NULL;
    if (len == 0) out = NULL;
    return apigw_event_read_body(&event, call->decoder->c, out, len, &need) == APIGW_OK ? buffer
                                                                                        : NULL;
}

/* json(decoder, text): true if it is a JSON document */
napi_value body_json(call *call) {
    bytes text;
    apigw_json document;
    if (!part_of(call, call->argv[1], 0, &text)) return NULL;
    forget(call);
    if (apigw_json_parse(call->decoder->c, text.data, text.len, &document) != APIGW_OK) return NULL;
    napi_value value;
    napi_get_boolean(call->env, true, &value);
    return value;
}

/* utf16(bytes): the string of valid UTF-8 */
napi_value body_utf16(call *call) {
    memory *units = &call->scratch->block.wide;
    void *data;
    size_t size;
    if (napi_get_buffer_info(call->env, call->argv[0], &data, &size) != napi_ok)
        return called_wrongly(call);
    if (!memory_reserve(units, sizeof(uint16_t) * (size + 1))) return out_of_memory(call);
    uint16_t *out = (uint16_t *)(void *)units->data;
    size_t count = block_transcode(data, size, out);
    napi_value value;
    return napi_create_string_utf16(call->env, out, count, &value) == napi_ok ? value
                                                                              : out_of_memory(call);
}
