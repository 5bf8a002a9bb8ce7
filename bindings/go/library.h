/*
 * Functions of apigw.h in the form in which Go calls them best: each pointer an argument of its own, and to numbers,
 * since behind a void * Go looks for pointers of its own.
 */
#ifndef APIGW_GO_LIBRARY_H
#define APIGW_GO_LIBRARY_H

#if defined(__has_include)
#if !__has_include(<apigw.h>)
#error "apigw: the C library is missing: run `make go`, or install it and build with -tags apigw_system"
#endif
#endif
#include <apigw.h>
#include <stdbool.h>
#include <string.h>

/* The words tell how many they are, so that nothing but a status comes back. */
static inline apigw_status apigw_go_decode(apigw_decoder *decoder, const uint8_t *input, size_t len, uint8_t *text,
                                           size_t text_size, uint32_t *words, size_t words_size) {
    size_t need;
    return apigw_decode_table(decoder, input, len, text, text_size, words, words_size, &need);
}

static inline apigw_status apigw_go_encode(apigw_decoder *decoder, uint32_t status, uint32_t dialect, uint32_t encoding,
                                           const uint8_t *text, size_t text_len, const uint32_t *words,
                                           size_t header_count, const uint8_t *body, size_t body_len, uint8_t *out,
                                           size_t out_size, size_t *need) {
    return apigw_response_encode_table(decoder, status, dialect, encoding, (const char *)text, text_len, words,
                                       header_count, body, body_len, out, out_size, need);
}

static inline const char *apigw_go_optional(const uint8_t *text, size_t len) {
    return len == 0 ? NULL : (const char *)text;
}

static inline apigw_status apigw_go_reply(apigw_decoder *decoder, int32_t number, const uint8_t *message,
                                          size_t message_len, const uint8_t *connection, size_t connection_len,
                                          const uint8_t *protocol, size_t protocol_len, const uint8_t *extensions,
                                          size_t extensions_len, uint8_t *out, size_t out_size, size_t *need) {
    apigw_websocket_reply reply = APIGW_WEBSOCKET_REPLY_INIT;
    reply.error_number = number;
    reply.error_message = apigw_go_optional(message, message_len);
    reply.error_message_len = message_len;
    reply.connection_id = apigw_go_optional(connection, connection_len);
    reply.connection_id_len = connection_len;
    reply.protocol = apigw_go_optional(protocol, protocol_len);
    reply.protocol_len = protocol_len;
    reply.extensions = apigw_go_optional(extensions, extensions_len);
    reply.extensions_len = extensions_len;
    return apigw_websocket_reply_encode(decoder, &reply, out, out_size, need);
}

/* An event that has nothing. */
static inline apigw_event apigw_go_nothing(void) {
    apigw_event event;
    memset(&event, 0xff, sizeof event);
    event.size = sizeof event;
    event.dialect = event.method_id = event.flags = event.pair_count = event.status = 0;
    return event;
}

/* An event that is nothing but a body. */
static inline apigw_event apigw_go_only_body(uint32_t len, bool is_base64) {
    apigw_event event = apigw_go_nothing();
    event.flags = is_base64 ? APIGW_FLAG_BODY_BASE64 : 0;
    event.body.off = 0;
    event.body.len = len;
    return event;
}

static inline apigw_status apigw_go_body(apigw_decoder *decoder, const uint8_t *body, uint32_t len, uint8_t *out,
                                         size_t out_size, size_t *need) {
    apigw_event event = apigw_go_only_body(len, true);
    apigw_view view = {&event, NULL, (const char *)body, len};
    return apigw_body_bytes(decoder, &view, out, out_size, need);
}

/* What a decoder has made of a body it keeps until it decodes the next event. */
static inline apigw_status apigw_go_forget(apigw_decoder *decoder) {
    apigw_view view;
    return apigw_decode(decoder, "{}", 2, &view);
}

/* Pairs that C has made. Their text is NULL where it is that of the event: C must not hand out pointers to memory of
 * Go. */
typedef struct apigw_go_pairs {
    const apigw_pair *pairs;
    uint32_t count;
    const char *text;
    size_t text_len;
} apigw_go_pairs;

static inline void apigw_go_found(const apigw_view *view, const apigw_view *found, apigw_go_pairs *out) {
    out->pairs = found->pairs;
    out->count = found->event->pair_count;
    out->text = found->text == view->text ? NULL : found->text;
    out->text_len = found->text_len;
}

static inline apigw_status apigw_go_form(apigw_decoder *decoder, const uint8_t *body, uint32_t len, bool is_base64,
                                         apigw_go_pairs *out) {
    apigw_event event = apigw_go_only_body(len, is_base64);
    apigw_view view = {&event, NULL, (const char *)body, len}, found;
    apigw_status status = apigw_go_forget(decoder);
    if (status == APIGW_OK) status = apigw_body_form(decoder, &view, &found);
    if (status == APIGW_OK) apigw_go_found(&view, &found, out);
    return status;
}

/* Of an event that is nothing but headers. */
static inline apigw_status apigw_go_cookies(apigw_decoder *decoder, const uint32_t *headers, uint32_t count,
                                            const uint8_t *text, size_t text_len, apigw_go_pairs *out) {
    apigw_event event = apigw_go_nothing();
    event.pair_count = event.headers.count = count;
    event.headers.first = 0;
    apigw_view view = {&event, (const apigw_pair *)headers, (const char *)text, text_len}, found;
    apigw_status status = apigw_go_forget(decoder);
    if (status == APIGW_OK) status = apigw_cookies(decoder, &view, &found);
    if (status == APIGW_OK) apigw_go_found(&view, &found, out);
    return status;
}

static inline apigw_status apigw_go_json(apigw_decoder *decoder, const uint8_t *text, size_t len, apigw_json *out) {
    apigw_status status = apigw_go_forget(decoder);
    return status == APIGW_OK ? apigw_json_parse(decoder, (const char *)text, len, out) : status;
}

#endif
