/*
 * The functions that lib/ calls, which checks what users hand over. A function that fails answers undefined, and
 * `fault` tells why; one that is called wrongly throws.
 */
#ifndef APIGW_NODE_ADDON_H
#define APIGW_NODE_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>

#include "plan.h"
#include "value.h"

enum {
    EARLY_EVENTS = 300,
    EXPECTED_OBJECTS = 64,
};

/* A decoder, with the memory that outlives a call. */
typedef struct decoder {
    apigw_decoder *c;
    uint32_t max_input, max_pairs;
    memory text, words, input;
    block block;
    /* Whether the last long document had a body in base64. */
    bool had_base64;
    /* How many more events may be early ones: until JavaScript has been compiled, and as long as each event touches
     * memory that is new, less of both takes less time. */
    uint32_t early_left;
    /* The number of the early block whose event still stands in words and text, or 0. */
    uint64_t early;
    /* The shapes that were asked for last, or NULL, and for how many more events they are looked for at once. */
    shapes *shapes;
    uint32_t objects_expected;
    plans plans;
    /* Whether the library keeps a JSON document, and how often what it kept has changed. */
    bool has_json;
    uint64_t changes;
} decoder;

/* Bytes of the caller's. */
typedef struct bytes {
    const char *data;
    size_t len;
} bytes;

/* Notes that what was decoded last does not stand in the decoder's memory any more. */
void decoder_forget(decoder *d);

/* Notes that the library gives up what it has made of bodies, as it does with every decode. */
void decoder_clear(decoder *d);

/* The shape of the document in the block that was written last, or -1. If there is one, the spans are those of the
 * document. */
int32_t last_shape(decoder *d, shapes *shapes);

/* Arguments that are fewer than wanted are undefined. */
void arguments(napi_env env, napi_callback_info info, size_t count, napi_value *out);

/* NULL, and an error is thrown, if a value is no decoder. */
decoder *decoder_of(napi_env env, napi_value value);

/* What C has made for JavaScript to hold; NULL, and nothing is thrown, if a value is something else. */
void *external_of(napi_env env, napi_value value);

/* Memory of a typed array that is kept. NULL if it is of another type or has fewer elements. */
void *kept_array(napi_env env, napi_value array, napi_typedarray_type type, size_t count);

/* 0 if a value is no number. */
uint32_t number_of(napi_env env, napi_value value);

/* The bytes of a Uint8Array, or those of a string in UTF-8. Answers false, with nothing thrown, for anything else.
 * Memory that other threads may change meanwhile is copied, as strings are, to memory with so much room more. */
bool bytes_of(napi_env env, napi_value value, memory *memory, size_t room, bytes *out);

/* The number of a block, or 0 if it is none. */
uint64_t number_of_block(napi_env env, napi_value block);

/* Throws, and answers NULL. */
napi_value out_of_memory(napi_env env);

/* A Buffer of so many bytes, which are anything. NULL if there is none. */
napi_value new_buffer(napi_env env, size_t size, void **data);

/* The block that was written last as JavaScript has it: a string, or an array of it, the wide strings, and the memory
 * in which the body stands. */
napi_value block_value(napi_env env, decoder *d, napi_value text);

/* The block of what was found in a body. */
napi_value view_value(napi_env env, decoder *d, const apigw_view *view);

/* Of events: event.c. */
napi_value event_decode(napi_env env, napi_callback_info info);
napi_value event_decode_ahead(napi_env env, napi_callback_info info);
napi_value event_find_header(napi_env env, napi_callback_info info);
napi_value event_lease(napi_env env, napi_callback_info info);
napi_value event_leased(napi_env env, napi_callback_info info);

/* Of bodies and of what is in them: body.c. */
napi_value body_form(napi_env env, napi_callback_info info);
napi_value body_cookies(napi_env env, napi_callback_info info);
napi_value body_base64(napi_env env, napi_callback_info info);
napi_value body_base64_in_place(napi_env env, napi_callback_info info);
napi_value body_json(napi_env env, napi_callback_info info);
napi_value body_utf16(napi_env env, napi_callback_info info);
napi_value values_create(napi_env env, napi_callback_info info);
napi_value values_read(napi_env env, napi_callback_info info);
napi_value values_more(napi_env env, napi_callback_info info);
napi_value values_names(napi_env env, napi_callback_info info);

/* How many bytes a text in base64 stands for, if it is one. */
size_t base64_size(const char *text, size_t len);

/* Of responses: response.c. */
napi_value response_decode(napi_env env, napi_callback_info info);
napi_value response_encode(napi_env env, napi_callback_info info);
napi_value response_encode_reply(napi_env env, napi_callback_info info);

#endif
