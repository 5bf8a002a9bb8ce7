#include "addon.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* About what the library allocates for a decoder, which it does not report. */
    DECODER_BYTES = 48 << 10,
};

/* Reports to V8 how the number of bytes of native memory has changed, because V8 schedules garbage
 * collection by it. */
static void adjust(napi_env env, int64_t change) {
    int64_t total;
    if (change != 0) napi_adjust_external_memory(env, change, &total);
}

/* Frees what is unusually large, and reports what is kept. */
static void settle(napi_env env, scratch *scratch) {
    memory *all[] = {&scratch->input, &scratch->text, &scratch->words, &scratch->block.bytes,
                     &scratch->block.wide};
    size_t sum = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        memory_trim(all[i]);
        sum += all[i]->size;
    }
    adjust(env, (int64_t)sum - (int64_t)scratch->reported);
    scratch->reported = sum;
}

static void free_scratch(napi_env env, void *data, void *hint) {
    scratch *scratch = data;
    (void)hint;
    memory_free(&scratch->input);
    memory_free(&scratch->text);
    memory_free(&scratch->words);
    memory_free(&scratch->block.bytes);
    memory_free(&scratch->block.wide);
    adjust(env, -(int64_t)scratch->reported);
    free(scratch);
}

static void free_decoder(napi_env env, void *data, void *hint) {
    decoder *decoder = data;
    (void)hint;
    apigw_decoder_free(decoder->c);
    apigw_encoder_free(decoder->encoder);
    free(decoder);
    adjust(env, -DECODER_BYTES);
}

napi_value out_of_memory(call *call) {
    napi_throw_error(call->env, NULL, "apigw: out of memory");
    return NULL;
}

napi_value called_wrongly(call *call) {
    napi_throw_type_error(call->env, NULL, "apigw: the addon was called with wrong arguments");
    return NULL;
}

bool bytes_of(call *call, napi_value value, size_t limit, size_t room, bytes *out) {
    memory *copy = &call->scratch->input;
    napi_typedarray_type type;
    napi_value buffer;
    void *data;
    if (napi_get_typedarray_info(call->env, value, &type, &out->len, &data, &buffer, NULL) ==
        napi_ok) {
        if (type != napi_uint8_array) return called_wrongly(call), false;
        bool is_private = false;
        napi_is_arraybuffer(call->env, buffer, &is_private);
        if ((!is_private || room > 0) && out->len <= limit) {
            if (!memory_reserve(copy, out->len + room)) return out_of_memory(call), false;
            if (out->len > 0) memcpy(copy->data, data, out->len);
            data = copy->data;
        }
        out->data = data;
        return true;
    }
    size_t units;
    if (napi_get_value_string_latin1(call->env, value, NULL, 0, &units) != napi_ok)
        return called_wrongly(call), false;
    /* A unit becomes one byte or more. */
    if (units > limit) {
        *out = (bytes){"", units};
        return true;
    }
    if (!memory_reserve(copy, 3 * units + 1 + room)) return out_of_memory(call), false;
    napi_get_value_string_utf8(call->env, value, copy->data, copy->size, &out->len);
    out->data = copy->data;
    return true;
}

uint32_t number_of(call *call, napi_value value) {
    uint32_t number = 0;
    napi_get_value_uint32(call->env, value, &number);
    return number;
}

napi_value new_buffer(call *call, size_t size, void **data) {
    napi_value buffer;
    if (napi_create_buffer(call->env, size, data, &buffer) != napi_ok) return out_of_memory(call);
    memory_populate(*data, size);
    return buffer;
}

napi_value block_value(call *call, napi_value body) {
    const block *block = &call->scratch->block;
    napi_value bytes, wide, array;
    if (napi_create_string_latin1(call->env, block->bytes.data, block->len, &bytes) != napi_ok)
        return out_of_memory(call);
    if (block->wide_len == 0 && body == NULL) return bytes;
    const void *units = block->wide_len == 0 ? (const void *)u"" : block->wide.data;
    if (napi_create_string_utf16(call->env, units, block->wide_len, &wide) != napi_ok)
        return out_of_memory(call);
    napi_create_array_with_length(call->env, body == NULL ? 2 : 3, &array);
    napi_set_element(call->env, array, 0, bytes);
    napi_set_element(call->env, array, 1, wide);
    if (body != NULL) napi_set_element(call->env, array, 2, body);
    return array;
}

napi_value event_value(call *call, const apigw_event *event) {
    if (!block_write(&call->scratch->block, event, NULL, 0, (apigw_span){0}))
        return out_of_memory(call);
    return block_value(call, NULL);
}

static napi_value string_of(napi_env env, const char *text) {
    napi_value value = NULL;
    if (text != NULL) napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

/* create(maxInput, maxPairs, maxResponse): a decoder */
static napi_value create(call *call) {
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    apigw_encoder_options encoder_options = APIGW_ENCODER_OPTIONS_INIT;
    options.max_input = number_of(call, call->argv[0]);
    options.max_pairs = number_of(call, call->argv[1]);
    encoder_options.max_output = number_of(call, call->argv[2]);
    decoder *decoder = calloc(1, sizeof *decoder);
    napi_value value;
    if (decoder == NULL) return out_of_memory(call);
    adjust(call->env, DECODER_BYTES);
    decoder->max_input = options.max_input;
    decoder->max_pairs = options.max_pairs;
    if (apigw_decoder_new(APIGW_ABI, &options, &decoder->c) != APIGW_OK ||
        apigw_encoder_new(APIGW_ABI, &encoder_options, &decoder->encoder) != APIGW_OK ||
        napi_create_external(call->env, decoder, free_decoder, NULL, &value) != napi_ok) {
        free_decoder(call->env, decoder, NULL);
        return out_of_memory(call);
    }
    decoder->error = apigw_decoder_error(decoder->c);
    return value;
}

/* fault(decoder): why the last call failed, as [number, offset, member] */
static napi_value fault(call *call) {
    napi_value array, number, offset;
    const apigw_error *error = call->decoder->error;
    napi_create_array_with_length(call->env, 3, &array);
    napi_create_uint32(call->env, error->status, &number);
    napi_create_double(call->env, (double)error->offset, &offset);
    napi_set_element(call->env, array, 0, number);
    napi_set_element(call->env, array, 1, offset);
    if (error->member != NULL)
        napi_set_element(call->env, array, 2, string_of(call->env, error->member));
    return array;
}

static napi_value kernel(call *call) {
    return string_of(call->env, apigw_decoder_kernel(call->decoder->c));
}

/* names(kind, number): the library's name of a header, a status or a dialect, or the text of a
 * status. Tests compare it with the tables in lib/. */
static napi_value names(call *call) {
    static const char *(*const functions[])(uint32_t) = {
        apigw_header_name,
        apigw_status_name,
        apigw_status_text,
        apigw_dialect_name,
    };
    uint32_t kind = number_of(call, call->argv[0]) % 4, number = number_of(call, call->argv[1]);
    return string_of(call->env, functions[kind](number));
}

/* What a function uses of its first argument. */
typedef enum uses {
    USES_NOTHING,
    /* The decoder, without a call that can fail. */
    USES_STATE,
    USES_DECODER,
    USES_ENCODER,
} uses;

typedef struct function {
    const char *name;
    napi_value (*run)(call *call);
    uses uses;
} function;

static const function FUNCTIONS[] = {
    {"create", create, USES_NOTHING},
    {"names", names, USES_NOTHING},
    {"utf16", body_utf16, USES_NOTHING},
    {"fault", fault, USES_STATE},
    {"kernel", kernel, USES_STATE},
    {"decode", event_decode, USES_DECODER},
    {"lease", event_lease, USES_DECODER},
    {"form", body_form, USES_DECODER},
    {"cookies", body_cookies, USES_DECODER},
    {"base64", body_base64, USES_DECODER},
    {"json", body_json, USES_DECODER},
    {"decodeResponse", response_decode, USES_DECODER},
    {"encodeResponse", response_encode, USES_ENCODER},
    {"encodeWebSocketReply", response_encode_reply, USES_ENCODER},
};

/* What Node calls, for each of the functions. */
static napi_value run(napi_env env, napi_callback_info info) {
    call call = {.env = env};
    size_t count = MAX_ARGUMENTS;
    void *data, *scratch, *first = NULL;
    napi_get_cb_info(env, info, &count, call.argv, NULL, &data);
    napi_get_instance_data(env, &scratch);
    const function *function = data;
    if (function->uses != USES_NOTHING &&
        napi_get_value_external(env, call.argv[0], &first) != napi_ok)
        return called_wrongly(&call);
    call.scratch = scratch;
    decoder *decoder = call.decoder = first;
    if (function->uses == USES_DECODER) decoder->error = apigw_decoder_error(decoder->c);
    if (function->uses == USES_ENCODER) decoder->error = apigw_encoder_error(decoder->encoder);
    napi_value value = function->run(&call);
    settle(env, scratch);
    return value;
}

NAPI_MODULE_INIT() {
    scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL || napi_set_instance_data(env, scratch, free_scratch, NULL) != napi_ok) {
        free(scratch);
        napi_throw_error(env, NULL, "apigw: out of memory");
        return NULL;
    }
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
        const function *function = &FUNCTIONS[i];
        napi_value value;
        napi_create_function(env, function->name, NAPI_AUTO_LENGTH, run, (void *)function, &value);
        napi_set_named_property(env, exports, function->name, value);
    }
    napi_set_named_property(env, exports, "version", string_of(env, apigw_version()));
    return exports;
}
