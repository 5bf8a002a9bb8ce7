/*
 * The functions that lib/ calls. lib/ checks the arguments of users. A function that fails returns
 * undefined, and `fault` says why; a function that is called wrongly throws.
 */
#ifndef APIGW_NODE_ADDON_H
#define APIGW_NODE_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include "block.h"

enum { MAX_ARGUMENTS = 8 };

/* Memory of a call, of one thread of JavaScript. Nothing in it outlives the call. */
typedef struct scratch {
    /* A string as UTF-8, or shared memory as it was when the call began. */
    memory input;
    /* What the library has decoded. */
    memory text, words;
    block block;
    /* The number of bytes that V8 has been told of. */
    size_t reported;
} scratch;

/* A decoder and an encoder of the library, with the limits of the decoder. */
typedef struct decoder {
    apigw_decoder *c;
    apigw_encoder *encoder;
    uint32_t max_input, max_pairs;
    /* Why the last call failed. */
    const apigw_error *error;
} decoder;

/* A call from JavaScript. Arguments that are missing are undefined. */
typedef struct call {
    napi_env env;
    scratch *scratch;
    /* The first argument, of functions that have a decoder. */
    decoder *decoder;
    napi_value argv[MAX_ARGUMENTS];
} call;

/* Bytes of the caller. */
typedef struct bytes {
    const char *data;
    size_t len;
} bytes;

/* The bytes of a Uint8Array, or those of a string in UTF-8. Strings, and memory that other threads
 * may change during the call, are copied to the scratch, which then has room for `room` bytes more.
 * What is longer than `limit` is not copied: its length is above the limit, and the library, which
 * is given the same limit, does not read it. Returns false, with an error thrown, if there is no
 * memory or the value is something else. */
bool bytes_of(call *call, napi_value value, size_t limit, size_t room, bytes *out);

/* 0 if a value is no number. */
uint32_t number_of(call *call, napi_value value);

/* Each throws, and returns NULL. */
napi_value out_of_memory(call *call);
napi_value called_wrongly(call *call);

/* A Buffer of `size` bytes, which are not initialised. NULL, with an error thrown, if there is no
 * memory. */
napi_value new_buffer(call *call, size_t size, void **data);

/* The block in the scratch as JavaScript has it: a string, or an array of it, the wide strings, and
 * the Buffer of a long body, if there is one. */
napi_value block_value(call *call, napi_value body);

/* The block of what the library has found in something else than an event. */
napi_value event_value(call *call, const apigw_event *event);

/* The number of bytes that base64 of this length decodes to, if it is valid. */
size_t base64_size(const char *text, size_t len);

/* Events: event.c. */
napi_value event_decode(call *call);
napi_value event_lease(call *call);

/* Bodies and cookies: body.c. */
napi_value body_form(call *call);
napi_value body_cookies(call *call);
napi_value body_base64(call *call);
napi_value body_json(call *call);
napi_value body_utf16(call *call);

/* Responses: response.c. */
napi_value response_decode(call *call);
napi_value response_encode(call *call);
napi_value response_encode_reply(call *call);

#endif
