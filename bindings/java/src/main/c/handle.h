/* What the native methods share: the memory in which they work. */
#ifndef APIGW_JAVA_HANDLE_H
#define APIGW_JAVA_HANDLE_H

#include <apigw.h>
#include <jni.h>

enum {
    /* The limit of decoders for pairs, which is the default. */
    MAX_PAIRS = 4096,
    WORDS = sizeof(apigw_event_table) / sizeof(uint32_t) + 4 * MAX_PAIRS
};

typedef struct scratch {
    /* The offset of an error, or the length of what is in `text`. */
    uint64_t result;
    uint32_t words[WORDS];
    /* Documents and results. Its size is known to Java. */
    char text[];
} scratch;

typedef struct handle {
    apigw_decoder *decoder;
    apigw_encoder *encoder;
} handle;

/* Addresses and pointers have the same size on every platform of the package. */
static inline handle *handle_of(jlong number) { return (handle *)(intptr_t)number; }
static inline scratch *scratch_of(jlong number) { return (scratch *)(intptr_t)number; }

/* The end of the last string of an event: a query is decoded to the room after the document. */
static inline size_t text_end(const apigw_event *event, size_t len) {
    size_t end = len;
    for (size_t i = 0; i < event->table->pair_count; i++) {
        const apigw_pair *pair = &event->pairs[i];
        size_t name = (size_t)pair->name_off + pair->name_len;
        size_t value = (size_t)pair->value_off + pair->value_len;
        if (name > end) end = name;
        if (pair->value_off != APIGW_NONE && value > end) end = value;
    }
    return end;
}

#endif
