/*
 * The native methods of apigw.Native. All of them work in one piece of memory that Java has given,
 * a `scratch`, so that no call needs a function of JNI to read or write an array.
 */
#include <apigw.h>
#include <apigw_headers.h>
#include <jni.h>
#include <stdlib.h>

#include "handle.h"

/* Returns a status, and leaves the offset of the error where Java reads it. */
static jint report(apigw_status status, const apigw_error *error, scratch *memory) {
    if (status != APIGW_OK) memory->result = error->offset;
    return (jint)status;
}

static jint report_decoder(apigw_status status, const handle *self, scratch *memory) {
    return report(status, apigw_decoder_error(self->decoder), memory);
}

JNIEXPORT jint JNICALL Java_apigw_Native_textOffset(JNIEnv *env, jclass type) {
    (void)env, (void)type;
    return (jint)offsetof(scratch, text);
}

JNIEXPORT jlong JNICALL Java_apigw_Native_address(JNIEnv *env, jclass type, jobject buffer) {
    (void)type;
    return (jlong)(intptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}

JNIEXPORT void JNICALL Java_apigw_Native_close(JNIEnv *env, jclass type, jlong number) {
    (void)env, (void)type;
    handle *self = handle_of(number);
    if (self == NULL) return;
    apigw_decoder_free(self->decoder);
    apigw_encoder_free(self->encoder);
    free(self);
}

/* Returns 0 if there is no memory. */
JNIEXPORT jlong JNICALL Java_apigw_Native_open(JNIEnv *env, jclass type) {
    handle *self = calloc(1, sizeof *self);
    if (self == NULL) return 0;
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    options.max_pairs = MAX_PAIRS;
    if (apigw_decoder_new(APIGW_ABI, &options, &self->decoder) != APIGW_OK ||
        apigw_encoder_new(APIGW_ABI, NULL, &self->encoder) != APIGW_OK) {
        Java_apigw_Native_close(env, type, (jlong)(intptr_t)self);
        return 0;
    }
    return (jlong)(intptr_t)self;
}

JNIEXPORT void JNICALL Java_apigw_Native_trim(JNIEnv *env, jclass type, jlong number) {
    (void)env, (void)type;
    apigw_decoder_trim(handle_of(number)->decoder);
}

JNIEXPORT jint JNICALL Java_apigw_Native_decode(JNIEnv *env, jclass type, jlong number,
                                                jlong address, jlong len, jlong size) {
    (void)env, (void)type;
    handle *self = handle_of(number);
    scratch *memory = scratch_of(address);
    size_t need;
    apigw_status status =
        apigw_decoder_decode_table(self->decoder, memory->text, (size_t)len, memory->text,
                                   (size_t)size, memory->words, WORDS, &need);
    if (status != APIGW_OK) return report_decoder(status, self, memory);
    apigw_event event = apigw_event_from_table(memory->words, memory->text, (size_t)len);
    memory->result = text_end(&event, (size_t)len);
    return APIGW_OK;
}

/* The table of an event that has nothing. */
static apigw_event_table nothing(void) {
    apigw_event_table table;
    memset(&table, 0xff, sizeof table);
    table.size = sizeof table;
    table.dialect = table.method_id = table.flags = table.pair_count = table.status = 0;
    table.time_low = table.time_high = 0;
    return table;
}

/* The library keeps what it has found in bodies until it decodes the next event. */
static void forget(const handle *self) {
    apigw_event event;
    apigw_status status = apigw_decoder_decode(self->decoder, "{}", 2, &event);
    (void)status;
}

/* Puts the pairs of an event that the library has made where those of a decoded event are. */
static jint store(const apigw_event *found, scratch *memory, size_t size) {
    size_t table_words = found->table->size / sizeof(uint32_t);
    if (found->table->pair_count > MAX_PAIRS || found->text_len > size) {
        memory->result = 0;
        return APIGW_E_BUFFER;
    }
    memcpy(memory->words, found->table, found->table->size);
    memcpy(memory->words + table_words, found->pairs,
           found->table->pair_count * sizeof(apigw_pair));
    memmove(memory->text, found->text, found->text_len);
    memory->result = found->text_len;
    return APIGW_OK;
}

/* Reads the fields of the form in the text. */
JNIEXPORT jint JNICALL Java_apigw_Native_form(JNIEnv *env, jclass type, jlong number, jlong address,
                                              jlong len, jlong size) {
    (void)env, (void)type;
    handle *self = handle_of(number);
    scratch *memory = scratch_of(address);
    apigw_event_table table = nothing();
    table.body = (apigw_span){0, (uint32_t)len};
    apigw_event event = {&table, NULL, memory->text, (size_t)len, memory->text}, found;
    forget(self);
    apigw_status status = apigw_event_read_form(&event, self->decoder, &found);
    if (status != APIGW_OK) return report_decoder(status, self, memory);
    return store(&found, memory, (size_t)size);
}

/* Reads the cookies of the header in the text, after which there is room for the header's name. */
JNIEXPORT jint JNICALL Java_apigw_Native_cookies(JNIEnv *env, jclass type, jlong number,
                                                 jlong address, jlong len, jlong size) {
    (void)env, (void)type;
    static const char NAME[] = "cookie";
    enum { NAME_LEN = sizeof NAME - 1 };
    handle *self = handle_of(number);
    scratch *memory = scratch_of(address);
    apigw_event_table table = nothing();
    table.headers = (apigw_range){0, 1};
    table.pair_count = 1;
    memcpy(memory->text + len, NAME, NAME_LEN);
    uint32_t value_len = (uint32_t)len;
    apigw_pair pair = {value_len, NAME_LEN, APIGW_HEADER_COOKIE, 0, value_len};
    apigw_event event = {&table, &pair, memory->text, (size_t)len + NAME_LEN, memory->text}, found;
    forget(self);
    apigw_status status = apigw_event_read_cookies(&event, self->decoder, &found);
    if (status != APIGW_OK) return report_decoder(status, self, memory);
    return store(&found, memory, (size_t)size);
}

/* Replaces the base64 in the text by the bytes that it encodes. */
JNIEXPORT jint JNICALL Java_apigw_Native_base64(JNIEnv *env, jclass type, jlong number,
                                                jlong address, jlong len) {
    (void)env, (void)type;
    handle *self = handle_of(number);
    scratch *memory = scratch_of(address);
    apigw_event_table table = nothing();
    table.flags = APIGW_FLAG_BODY_BASE64;
    table.body = (apigw_span){0, (uint32_t)len};
    apigw_event event = {&table, NULL, memory->text, (size_t)len, memory->text};
    size_t need;
    apigw_status status =
        apigw_event_read_body(&event, self->decoder, memory->text, (size_t)len, &need);
    if (status != APIGW_OK) return report_decoder(status, self, memory);
    memory->result = need;
    return APIGW_OK;
}

/* Reads the JSON document in the text, and leaves there the text that contains its strings. Returns
 * the nodes, two numbers each; NULL after an error, which is then in `words[0]`. */
JNIEXPORT jlongArray JNICALL Java_apigw_Native_json(JNIEnv *env, jclass type, jlong number,
                                                    jlong address, jlong len, jlong size) {
    (void)type;
    handle *self = handle_of(number);
    scratch *memory = scratch_of(address);
    apigw_json document;
    forget(self);
    apigw_status status = apigw_json_parse(self->decoder, memory->text, (size_t)len, &document);
    memory->words[0] = (uint32_t)report_decoder(status, self, memory);
    if (status != APIGW_OK) return NULL;
    if (document.text_len > (size_t)size) {
        memory->words[0] = APIGW_E_BUFFER;
        return NULL;
    }
    _Static_assert(sizeof(apigw_json_node) == 2 * sizeof(jlong), "a node is two numbers");
    memmove(memory->text, document.text, document.text_len);
    memory->result = document.text_len;
    jsize count = (jsize)(2 * document.count);
    jlongArray nodes = (*env)->NewLongArray(env, count);
    if (nodes != NULL)
        (*env)->SetLongArrayRegion(env, nodes, 0, count, (const void *)document.nodes);
    return nodes;
}

/* Encodes the response whose parts are in the text: four words for each header, the names and
 * values that they refer to, and the body. The output follows. `result` becomes its length, or the
 * length that it needs. */
JNIEXPORT jint JNICALL Java_apigw_Native_encode(JNIEnv *env, jclass type, jlong number,
                                                jlong address, jint status_code, jint header_count,
                                                jlong names_len, jlong body_len, jlong size,
                                                jint encoding, jint dialect) {
    (void)env, (void)type;
    handle *self = handle_of(number);
    scratch *memory = scratch_of(address);
    size_t words_len = 4 * sizeof(uint32_t) * (size_t)header_count;
    size_t used = words_len + (size_t)names_len + (size_t)body_len, need;
    apigw_response_table response = APIGW_RESPONSE_TABLE_INIT;
    response.status = (uint32_t)status_code;
    response.headers = (const uint32_t *)(const void *)memory->text;
    response.header_count = (size_t)header_count;
    response.text = (apigw_string){memory->text + words_len, (size_t)names_len};
    response.body = (apigw_string){response.text.data + names_len, (size_t)body_len};
    response.body_encoding = (uint32_t)encoding;
    response.dialect = (uint32_t)dialect;
    apigw_status status = apigw_encoder_encode_response_table(
        self->encoder, &response, memory->text + used, (size_t)size - used, &need);
    if (status == APIGW_OK || status == APIGW_E_BUFFER) {
        memory->result = need;
        return (jint)status;
    }
    return report(status, apigw_encoder_error(self->encoder), memory);
}

/* The member that has the error of the last call, in UTF-8; NULL if that is not known. */
JNIEXPORT jbyteArray JNICALL Java_apigw_Native_member(JNIEnv *env, jclass type, jlong number,
                                                      jboolean is_encoder) {
    (void)type;
    const handle *self = handle_of(number);
    const char *member = is_encoder ? apigw_encoder_error(self->encoder)->member
                                    : apigw_decoder_error(self->decoder)->member;
    if (member == NULL) return NULL;
    jsize len = (jsize)strlen(member);
    jbyteArray bytes = (*env)->NewByteArray(env, len);
    if (bytes != NULL) (*env)->SetByteArrayRegion(env, bytes, 0, len, (const jbyte *)member);
    return bytes;
}
