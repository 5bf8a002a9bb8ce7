#include "skeleton.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Vectors of GCC and Clang. */
typedef char vector __attribute__((vector_size(16), may_alias, aligned(1)));
enum { STEP = 64 };

/* A bit for each byte of a vector, all of whose bits are the same. */
static inline uint64_t bits_of(vector found) {
#ifdef __SSE2__
    return (uint64_t)_mm_movemask_epi8((__m128i)found);
#else
    uint64_t halves[2], bits = 0;
    memcpy(halves, &found, sizeof halves);
    for (int i = 0; i < 2; i++) {
        bits |= ((halves[i] & UINT64_C(0x8080808080808080)) * UINT64_C(0x0002040810204081) >> 56) << (8 * i);
    }
    return bits;
#endif
}

/* Writes where the quotes and backslashes of a document are, with the document's length behind them. Answers their end,
 * or NULL if there are too many. */
static const uint32_t *find_marks(const char *document, size_t len, uint32_t *marks) {
    uint32_t *out = marks, *out_end = marks + SKELETON_MOST_MARKS;
    for (size_t at = 0; at < len; at += STEP) {
        uint64_t bits = 0;
        for (int i = 0; i < STEP; i += 16) {
            vector bytes = *(const vector *)(document + at + i);
            bits |= bits_of((vector)((bytes == '"') | (bytes == '\\'))) << i;
        }
        if (len - at < STEP) bits &= (UINT64_C(1) << (len - at)) - 1;
        uint32_t *next = out + __builtin_popcountll(bits);
        if (next > out_end) return NULL;
        /* Eight without a branch that depends on how many there are. */
        for (int i = 0; i < 8; i++, bits &= bits - 1)
            out[i] = (uint32_t)at + (uint32_t)(bits ? __builtin_ctzll(bits) : 0);
        for (out += 8; bits != 0; bits &= bits - 1) *out++ = (uint32_t)at + (uint32_t)__builtin_ctzll(bits);
        out = next;
    }
    *out = (uint32_t)len;
    return out;
}

/* Short pieces, to room for a vector more. */
static inline char *copy(char *out, const char *from, size_t len) {
    for (size_t i = 0; i < len; i += sizeof(vector)) memcpy(out + i, from + i, sizeof(vector));
    return out + len;
}

/* The length of the skeleton, or 0 if there is none. */
static size_t reduce(shapes *shapes, const char *document, size_t len, int32_t base, int32_t *spans) {
    if (len > SKELETON_MOST_BYTES) return 0;
    const uint32_t *mark = shapes->marks, *end = find_marks(document, len, shapes->marks);
    if (end == NULL) return 0;
    char *out = shapes->skeleton;
    int32_t *span = spans, *spans_end = spans + 2 * SKELETON_MOST_VALUES;
    size_t copied = 0;
    while (mark < end) {
        size_t start = *mark++, stop = *mark++;
        if (mark > end) return 0;
        bool is_escaped = document[stop] == '\\';
        if (is_escaped) {
            stop = block_quote_after(document, len, stop + 1);
            while (mark < end && *mark <= stop) mark++;
        }
        /* A name is copied with what is behind it. */
        if (document[stop + 1] == ':') continue;
        if (span == spans_end) return 0;
        *span++ = (int32_t)start + 1 + base;
        *span++ = (int32_t)stop + base;
        out = copy(out, document + copied, start + 1 - copied);
        if (is_escaped) *out++ = 'e';
        copied = stop;
    }
    return (size_t)(copy(out, document + copied, len - copied) - shapes->skeleton);
}

static bool is_of(const shape *shape, const char *skeleton, size_t len) {
    return shape->len == len && memcmp(shape->bytes, skeleton, len) == 0;
}

/* Puts a skeleton in the place of one that was seen too seldom, if there is any. */
static void remember(shapes *shapes, const char *skeleton, size_t len) {
    for (uint32_t i = 0; i < SKELETON_SHAPES; i++) {
        shape *shape = &shapes->all[shapes->next];
        shapes->next = (shapes->next + 1) % SKELETON_SHAPES;
        if (shape->sightings >= SKELETON_SIGHTINGS) continue;
        char *bytes = realloc(shape->bytes, len);
        if (bytes == NULL) return;
        memcpy(bytes, skeleton, len);
        shape->bytes = bytes;
        shape->len = (uint32_t)len;
        shape->sightings = 1;
        return;
    }
}

int32_t shapes_find(shapes *shapes, const char *document, size_t len, int32_t base,
                    int32_t spans[2 * SKELETON_MOST_VALUES]) {
    size_t size = reduce(shapes, document, len, base, spans);
    if (size == 0) return -1;
    uint32_t index = shapes->last;
    for (uint32_t i = 0; i < SKELETON_SHAPES; i++, index = (index + 1) % SKELETON_SHAPES) {
        shape *shape = &shapes->all[index];
        if (!is_of(shape, shapes->skeleton, size)) continue;
        shapes->last = index;
        if (shape->sightings >= SKELETON_SIGHTINGS) return (int32_t)index;
        shape->sightings++;
        return -1;
    }
    remember(shapes, shapes->skeleton, size);
    return -1;
}

void shapes_free(shapes *shapes) {
    for (uint32_t i = 0; i < SKELETON_SHAPES; i++) free(shapes->all[i].bytes);
    free(shapes);
}
