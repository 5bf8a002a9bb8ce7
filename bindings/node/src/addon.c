#include "addon.h"

#include <stdlib.h>
#include <string.h>

static void decoder_free(decoder *d) {
    apigw_decoder_free(d->c);
    memory_free(&d->text);
    memory_free(&d->words);
    memory_free(&d->input);
    block_free(&d->block);
    if (d->shapes != NULL) shapes_release(d->shapes);
    plans_free(&d->plans);
    free(d);
}

static decoder *decoder_new(uint32_t max_input, uint32_t max_pairs, uint32_t max_response) {
    decoder *d = calloc(1, sizeof *d);
    if (d == NULL) return NULL;
    apigw_options options = APIGW_OPTIONS_INIT;
    options.max_input = max_input;
    options.max_pairs = max_pairs;
    options.max_response = max_response;
    if (apigw_decoder_create(APIGW_ABI, &options, &d->c) != APIGW_OK) {
        free(d);
        return NULL;
    }
    d->max_input = max_input;
    d->max_pairs = max_pairs;
    d->early_left = EARLY_EVENTS;
    return d;
}

void decoder_forget(decoder *d) {
    d->early = d->block.number = 0;
    if (d->shapes != NULL) shapes_forget(d->shapes);
}

void decoder_clear(decoder *d) {
    d->has_json = false;
    d->changes++;
}

void arguments(napi_env env, napi_callback_info info, size_t count, napi_value *out) {
    napi_get_cb_info(env, info, &count, out, NULL, NULL);
}

decoder *decoder_of(napi_env env, napi_value value) {
    void *d = NULL;
    if (napi_get_value_external(env, value, &d) != napi_ok) napi_throw_type_error(env, NULL, "apigw: no decoder");
    return d;
}

void *external_of(napi_env env, napi_value value) {
    void *data = NULL;
    napi_get_value_external(env, value, &data);
    return data;
}

void *kept_array(napi_env env, napi_value array, napi_typedarray_type type, size_t count) {
    napi_typedarray_type has_type;
    size_t has;
    void *data;
    napi_value buffer;
    napi_ref kept;
    if (napi_get_typedarray_info(env, array, &has_type, &has, &data, &buffer, NULL) != napi_ok) return NULL;
    if (has_type != type || has < count) return NULL;
    return napi_create_reference(env, array, 1, &kept) == napi_ok ? data : NULL;
}

napi_value out_of_memory(napi_env env) {
    napi_throw_error(env, NULL, "apigw: out of memory");
    return NULL;
}

bool bytes_of(napi_env env, napi_value value, memory *memory, size_t room, bytes *out) {
    napi_typedarray_type type;
    napi_value buffer;
    void *data;
    if (napi_get_typedarray_info(env, value, &type, &out->len, &data, &buffer, NULL) == napi_ok) {
        if (type != napi_uint8_array) return false;
        bool is_private = false;
        napi_is_arraybuffer(env, buffer, &is_private);
        if (!is_private) {
            if (!memory_reserve(memory, out->len + room)) return false;
            if (out->len > 0) memcpy(memory->data, data, out->len);
            data = memory->data;
        }
        out->data = data;
        return true;
    }
    size_t units;
    if (napi_get_value_string_latin1(env, value, NULL, 0, &units) != napi_ok) return false;
    if (!memory_reserve(memory, 3 * units + 1 + room)) return false;
    napi_get_value_string_utf8(env, value, memory->data, memory->size, &out->len);
    out->data = memory->data;
    return true;
}

uint32_t number_of(napi_env env, napi_value value) {
    uint32_t number = 0;
    napi_get_value_uint32(env, value, &number);
    return number;
}

uint64_t number_of_block(napi_env env, napi_value block) {
    char start[BLOCK_HEADER + 1];
    size_t len;
    uint64_t number;
    if (napi_get_value_string_latin1(env, block, start, sizeof start, &len) != napi_ok || len < BLOCK_HEADER) return 0;
    memcpy(&number, start + BLOCK_NUMBER, sizeof number);
    return number;
}

napi_value new_buffer(napi_env env, size_t size, void **data) {
    napi_value buffer;
    if (napi_create_buffer(env, size, data, &buffer) != napi_ok) return NULL;
    memory_populate(*data, size);
    return buffer;
}

napi_value block_value(napi_env env, decoder *d, napi_value text) {
    napi_value block, wide, array;
    if (napi_create_string_latin1(env, d->block.text, d->block.len, &block) != napi_ok) return NULL;
    if (d->block.wide_len == 0 && !d->block.is_cut) return block;
    napi_create_array_with_length(env, 3, &array);
    napi_set_element(env, array, 0, block);
    if (napi_create_string_utf16(env, d->block.wide, d->block.wide_len, &wide) != napi_ok) return NULL;
    napi_set_element(env, array, 1, wide);
    if (d->block.is_cut) napi_set_element(env, array, 2, text);
    return array;
}

napi_value view_value(napi_env env, decoder *d, const apigw_view *view) {
    decoder_forget(d);
    if (!block_write(&d->block, view, NULL, 0, BLOCK_WHOLE)) return out_of_memory(env);
    napi_value value = block_value(env, d, NULL);
    block_trim(&d->block);
    return value;
}

static napi_value string_of(napi_env env, const char *text) {
    napi_value value = NULL;
    if (text != NULL) napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

/* fault(decoder): why the last call failed, as [code, offset, member] */
static napi_value fault(napi_env env, napi_callback_info info) {
    napi_value argv[1], array, code, offset;
    arguments(env, info, 1, argv);
    decoder *d = decoder_of(env, argv[0]);
    if (d == NULL) return NULL;
    const apigw_error *error = apigw_decoder_error(d->c);
    napi_create_array_with_length(env, 3, &array);
    napi_create_uint32(env, error->status, &code);
    napi_create_double(env, (double)error->offset, &offset);
    napi_set_element(env, array, 0, code);
    napi_set_element(env, array, 1, offset);
    if (error->member != NULL) napi_set_element(env, array, 2, string_of(env, error->member));
    return array;
}

static void finalize(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    decoder_free(data);
}

/* create(maxInput, maxPairs, maxResponse): a decoder */
static napi_value create(napi_env env, napi_callback_info info) {
    napi_value argv[3], value;
    arguments(env, info, 3, argv);
    decoder *d = decoder_new(number_of(env, argv[0]), number_of(env, argv[1]), number_of(env, argv[2]));
    if (d == NULL) return out_of_memory(env);
    if (napi_create_external(env, d, finalize, NULL, &value) != napi_ok) {
        decoder_free(d);
        return NULL;
    }
    return value;
}

static napi_value kernel(napi_env env, napi_callback_info info) {
    napi_value argv[1];
    arguments(env, info, 1, argv);
    decoder *d = decoder_of(env, argv[0]);
    return d == NULL ? NULL : string_of(env, apigw_decoder_kernel(d->c));
}

static void finalize_shapes(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    shapes_release(data);
}

/* createShapes(spans): shapes of documents. Spans are an Int32Array that is kept, for where the values of a document
 * begin and end in its block: with all bits inverted for a value that stands there with its escapes alone. Behind them
 * stand the number of the block, if its shape was found with the event, and that shape. */
static napi_value create_shapes(napi_env env, napi_callback_info info) {
    napi_value argv[1], value = NULL;
    arguments(env, info, 1, argv);
    void *spans = kept_array(env, argv[0], napi_int32_array, SPANS_SIZE);
    if (spans == NULL) return NULL;
    shapes *shapes = calloc(1, sizeof *shapes);
    if (shapes == NULL) return out_of_memory(env);
    shapes->holders = 1;
    shapes->spans = spans;
    if (napi_create_external(env, shapes, finalize_shapes, NULL, &value) != napi_ok) shapes_release(shapes);
    return value;
}

int32_t last_shape(decoder *d, shapes *shapes) {
    const block *block = &d->block;
    const plan *plan = plans_find(&d->plans, shapes, block);
    if (plan != NULL && plan_follow(plan, shapes, block)) return plan->shape;
    document document = {block->text + block->base, block->document_len, (int32_t)block->base, block->moved,
                         block->moved_count};
    int32_t shape = shapes_find(shapes, &document);
    if (shape >= 0 && plan == NULL) plans_add(&d->plans, shapes, shape, block);
    return shape;
}

/* The shape of the document in a block that was written earlier: -1 also if it is no block. */
static int32_t earlier_shape(const char *block, size_t len, shapes *shapes) {
    uint32_t base, document_len;
    memcpy(&base, block, sizeof base);
    memcpy(&document_len, block + sizeof base, sizeof document_len);
    if (base > len || document_len > len - base) return -1;
    document document = {block + base, document_len, (int32_t)base, NULL, 0};
    return shapes_find(shapes, &document);
}

/* The number of the shape of the document in a block that is ASCII, or -1. If there is one, the spans of the shapes are
 * those of the document. */
static int32_t shape_of_block(napi_env env, decoder *d, shapes *shapes, napi_value block) {
    size_t len;
    /* Whoever wants whole events has no use for early ones, and is likely to want more. */
    d->early_left = 0;
    d->objects_expected = EXPECTED_OBJECTS;
    uint64_t number = number_of_block(env, block);
    if (d->shapes != shapes) {
        if (d->shapes != NULL) shapes_release(d->shapes);
        d->shapes = shapes;
        shapes->holders++;
    } else if (number != 0 && memcmp(shapes->spans + SPANS_NUMBER, &number, sizeof number) == 0) {
        return shapes->spans[SPANS_SHAPE];
    }
    shapes_forget(shapes);
    if (number != 0 && number == d->block.number) {
        shapes->block = d->block.text;
        return last_shape(d, shapes);
    }
    if (napi_get_value_string_latin1(env, block, NULL, 0, &len) != napi_ok || len < BLOCK_HEADER) return -1;
    if (!memory_reserve(&d->input, len + BLOCK_PADDING)) return out_of_memory(env), -1;
    napi_get_value_string_latin1(env, block, d->input.data, d->input.size, &len);
    shapes->block = d->input.data;
    return earlier_shape(d->input.data, len, shapes);
}

/* shape(decoder, shapes, block): the number of the shape of the document in a block that is ASCII, or -1. If there is
 * one, the spans of the shapes are those of the document. */
static napi_value shape_of(napi_env env, napi_callback_info info) {
    napi_value argv[3], value = NULL;
    arguments(env, info, 3, argv);
    decoder *d = decoder_of(env, argv[0]);
    shapes *shapes = external_of(env, argv[1]);
    if (d == NULL || shapes == NULL) return NULL;
    napi_create_int32(env, shape_of_block(env, d, shapes, argv[2]), &value);
    return value;
}

/* build(decoder, shapes, block, builders): what the builder of the document's shape, which is a function of its values,
 * makes of them. The number of the shape, or -1, if there is no builder, or a value stands only with its escapes. */
static napi_value build(napi_env env, napi_callback_info info) {
    napi_value argv[4], builder, undefined, values[SKELETON_MOST_VALUES], value = NULL;
    arguments(env, info, 4, argv);
    decoder *d = decoder_of(env, argv[0]);
    shapes *shapes = external_of(env, argv[1]);
    if (d == NULL || shapes == NULL) return NULL;
    int32_t number = shape_of_block(env, d, shapes, argv[2]);
    napi_create_int32(env, number, &value);
    if (number < 0) return value;
    napi_valuetype type = napi_undefined;
    napi_get_element(env, argv[3], (uint32_t)number, &builder);
    napi_typeof(env, builder, &type);
    if (type != napi_function) return value;
    uint32_t count = shapes->all[number].value_count;
    for (uint32_t i = 0; i < count; i++) {
        int32_t from = shapes->spans[2 * i], to = shapes->spans[2 * i + 1];
        if (from < 0) return value;
        if (napi_create_string_latin1(env, shapes->block + from, (size_t)(to - from), &values[i]) != napi_ok)
            return NULL;
    }
    napi_get_undefined(env, &undefined);
    napi_call_function(env, undefined, builder, count, values, &value);
    return value;
}

/* skeleton(shapes, number, ofArray): the skeleton of a shape, the source of an object of it, and how many values that
 * has
 */
static napi_value skeleton(napi_env env, napi_callback_info info) {
    napi_value argv[3], array, skeleton, source, count;
    arguments(env, info, 3, argv);
    const shapes *shapes = external_of(env, argv[0]);
    if (shapes == NULL) return NULL;
    const shape *shape = &shapes->all[number_of(env, argv[1]) % SKELETON_SHAPES];
    bool of_array = false;
    napi_get_value_bool(env, argv[2], &of_array);
    char *text = malloc(shape_source_size(shape));
    if (text == NULL) return out_of_memory(env);
    napi_create_array_with_length(env, 3, &array);
    napi_create_string_latin1(env, shape->bytes, shape->len, &skeleton);
    napi_create_string_latin1(env, text, shape_source(shape, of_array, text), &source);
    free(text);
    napi_set_element(env, array, 0, skeleton);
    napi_set_element(env, array, 1, source);
    napi_create_uint32(env, shape->value_count, &count);
    napi_set_element(env, array, 2, count);
    return array;
}

/* names(kind, number): what the library calls a header, a status, or a dialect, or what a status means; for the tests
 * of the tables in lib/ */
static napi_value names(napi_env env, napi_callback_info info) {
    static const char *(*const functions[])(uint32_t) = {
        apigw_header_name,
        apigw_status_name,
        apigw_status_text,
        apigw_dialect_name,
    };
    napi_value argv[2];
    arguments(env, info, 2, argv);
    return string_of(env, functions[number_of(env, argv[0]) % 4](number_of(env, argv[1])));
}

NAPI_MODULE_INIT() {
    static const struct {
        const char *name;
        napi_callback function;
    } functions[] = {
        {"create", create},
        {"decode", event_decode},
        {"decodeAhead", event_decode_ahead},
        {"findHeader", event_find_header},
        {"lease", event_lease},
        {"leased", event_leased},
        {"fault", fault},
        {"kernel", kernel},
        {"names", names},
        {"form", body_form},
        {"cookies", body_cookies},
        {"base64", body_base64},
        {"base64InPlace", body_base64_in_place},
        {"json", body_json},
        {"utf16", body_utf16},
        {"createValues", values_create},
        {"readValue", values_read},
        {"moreValues", values_more},
        {"valueNames", values_names},
        {"createShapes", create_shapes},
        {"shape", shape_of},
        {"skeleton", skeleton},
        {"build", build},
        {"decodeResponse", response_decode},
        {"encodeResponse", response_encode},
        {"encodeWebSocketReply", response_encode_reply},
    };
    if (apigw_abi() != APIGW_ABI) {
        napi_throw_error(env, NULL, "apigw: header and library do not fit together");
        return NULL;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        napi_value function;
        napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function);
        napi_set_named_property(env, exports, functions[i].name, function);
    }
    napi_set_named_property(env, exports, "version", string_of(env, apigw_version()));
    return exports;
}
