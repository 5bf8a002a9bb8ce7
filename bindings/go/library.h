/*
 * Functions of apigw.h in the form that suits cgo: every pointer is an argument of its own and
 * points to numbers, because Go searches memory that is passed as void * for its own pointers.
 */
#ifndef APIGW_GO_LIBRARY_H
#define APIGW_GO_LIBRARY_H

#if defined(__has_include)
#if !__has_include(<apigw.h>)
#error "apigw: the C library is missing: run `make go`, or install it: -tags apigw_system"
#endif
#endif
#include <apigw.h>
#include <string.h>

/* The table in the words has their number, so only the status is returned. */
static inline apigw_status apigw_go_decode(apigw_decoder *decoder, const uint8_t *input, size_t len,
                                           uint8_t *text, size_t text_size, uint32_t *words,
                                           size_t words_size) {
    size_t need;
    return apigw_decoder_decode_table(decoder, input, len, text, text_size, words, words_size,
                                      &need);
}

static inline apigw_string apigw_go_string(const uint8_t *data, size_t len) {
    apigw_string string = {(const char *)data, len};
    return string;
}

static inline apigw_status
apigw_go_encode(apigw_encoder *encoder, uint32_t status, uint32_t dialect, uint32_t encoding,
                const uint8_t *text, size_t text_len, const uint32_t *headers, size_t header_count,
                const uint8_t *body, size_t body_len, uint8_t *out, size_t out_size, size_t *need) {
    apigw_response_table response = APIGW_RESPONSE_TABLE_INIT;
    response.status = status;
    response.text = apigw_go_string(text, text_len);
    response.headers = headers;
    response.header_count = header_count;
    response.body = apigw_go_string(body, body_len);
    response.body_encoding = encoding;
    response.dialect = dialect;
    return apigw_encoder_encode_response_table(encoder, &response, out, out_size, need);
}

/* Returns a string that is absent if it is empty. */
static inline apigw_string apigw_go_optional(const uint8_t *data, size_t len) {
    return apigw_go_string(len == 0 ? NULL : data, len);
}

static inline apigw_status apigw_go_reply(apigw_encoder *encoder, int32_t number,
                                          const uint8_t *message, size_t message_len,
                                          const uint8_t *connection, size_t connection_len,
                                          const uint8_t *protocol, size_t protocol_len,
                                          const uint8_t *extensions, size_t extensions_len,
                                          uint8_t *out, size_t out_size, size_t *need) {
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    reply.error_number = number;
    reply.error_message = apigw_go_optional(message, message_len);
    reply.connection_id = apigw_go_optional(connection, connection_len);
    reply.protocol = apigw_go_optional(protocol, protocol_len);
    reply.extensions = apigw_go_optional(extensions, extensions_len);
    return apigw_encoder_encode_websocket_reply(encoder, &reply, out, out_size, need);
}

/* Returns the table of an event that has nothing. */
static inline apigw_event_table apigw_go_nothing(void) {
    apigw_event_table table;
    memset(&table, 0xff, sizeof table);
    table.size = sizeof table;
    table.dialect = table.method_id = table.flags = table.pair_count = table.status = 0;
    table.time_low = table.time_high = 0;
    return table;
}

/* Returns the table of an event that has only a body. */
static inline apigw_event_table apigw_go_only_body(uint32_t len, bool is_base64) {
    apigw_event_table table = apigw_go_nothing();
    table.flags = is_base64 ? APIGW_FLAG_BODY_BASE64 : 0;
    table.body.off = 0;
    table.body.len = len;
    return table;
}

static inline apigw_event apigw_go_event(const apigw_event_table *table, const apigw_pair *pairs,
                                         const uint8_t *text, size_t text_len) {
    apigw_event event = {table, pairs, (const char *)text, text_len, (const char *)text};
    return event;
}

static inline apigw_status apigw_go_body(apigw_decoder *decoder, const uint8_t *body, uint32_t len,
                                         uint8_t *out, size_t out_size, size_t *need) {
    apigw_event_table table = apigw_go_only_body(len, true);
    apigw_event event = apigw_go_event(&table, NULL, body, len);
    return apigw_event_read_body(&event, decoder, out, out_size, need);
}

/* Frees what the decoder has read of bodies, which it keeps until it decodes the next event. */
static inline apigw_status apigw_go_forget(apigw_decoder *decoder) {
    apigw_event event;
    return apigw_decoder_decode(decoder, "{}", 2, &event);
}

/* Pairs that C has made. Their text is NULL if it is the text of the event: C must not return
 * pointers to memory of Go. */
typedef struct apigw_go_pairs {
    const apigw_pair *pairs;
    uint32_t count;
    const char *text;
    size_t text_len;
} apigw_go_pairs;

static inline void apigw_go_found(const apigw_event *event, const apigw_event *found,
                                  apigw_go_pairs *out) {
    out->pairs = found->pairs;
    out->count = found->table->pair_count;
    out->text = found->text == event->text ? NULL : found->text;
    out->text_len = found->text_len;
}

static inline apigw_status apigw_go_form(apigw_decoder *decoder, const uint8_t *body, uint32_t len,
                                         bool is_base64, apigw_go_pairs *out) {
    apigw_event_table table = apigw_go_only_body(len, is_base64);
    apigw_event event = apigw_go_event(&table, NULL, body, len), found;
    apigw_status status = apigw_go_forget(decoder);
    if (status == APIGW_OK) status = apigw_event_read_form(&event, decoder, &found);
    if (status == APIGW_OK) apigw_go_found(&event, &found, out);
    return status;
}

/* Reads the cookies of an event that has only headers. */
static inline apigw_status apigw_go_cookies(apigw_decoder *decoder, const uint32_t *headers,
                                            uint32_t count, const uint8_t *text, size_t text_len,
                                            apigw_go_pairs *out) {
    apigw_event_table table = apigw_go_nothing();
    table.pair_count = table.headers.count = count;
    table.headers.first = 0;
    apigw_event event = apigw_go_event(&table, (const apigw_pair *)headers, text, text_len), found;
    apigw_status status = apigw_go_forget(decoder);
    if (status == APIGW_OK) status = apigw_event_read_cookies(&event, decoder, &found);
    if (status == APIGW_OK) apigw_go_found(&event, &found, out);
    return status;
}

static inline apigw_status apigw_go_json(apigw_decoder *decoder, const uint8_t *text, size_t len,
                                         apigw_json *out) {
    apigw_status status = apigw_go_forget(decoder);
    return status == APIGW_OK ? apigw_json_parse(decoder, (const char *)text, len, out) : status;
}

#endif
