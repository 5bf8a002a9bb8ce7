#include "skeleton.h"

#include <stdio.h>
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

/* A bit for each of the 64 bytes that is a quote or a backslash. */
static inline uint64_t marks_of(const char *bytes) {
    uint64_t bits = 0;
    for (int i = 0; i < STEP; i += 16) {
        vector part = *(const vector *)(bytes + i);
        bits |= bits_of((vector)((part == '"') | (part == '\\'))) << i;
    }
    return bits;
}

static inline uint32_t ones(uint64_t bits) {
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return (uint32_t)(((bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * UINT64_C(0x0101010101010101) >> 56);
}

/* Writes where the quotes and backslashes of a document are, with the document's length behind them. Answers their end,
 * or NULL if there are too many. */
static const uint32_t *find_marks(const document *document, uint32_t *marks) {
    uint32_t *out = marks, *out_end = marks + SKELETON_MOST_MARKS;
    for (size_t at = 0; at < document->len; at += STEP) {
        uint64_t bits = marks_of(document->bytes + at);
        if (document->len - at < STEP) bits &= (UINT64_C(1) << (document->len - at)) - 1;
        uint32_t *next = out + ones(bits);
        if (next > out_end) return NULL;
        /* Eight without a branch that depends on how many there are. */
        for (int i = 0; i < 8; i++, bits &= bits - 1)
            out[i] = (uint32_t)at + (uint32_t)(bits ? __builtin_ctzll(bits) : 0);
        for (out += 8; bits != 0; bits &= bits - 1) *out++ = (uint32_t)at + (uint32_t)__builtin_ctzll(bits);
        out = next;
    }
    *out = (uint32_t)document->len;
    return out;
}

/* Short pieces, to room for a vector more. */
static inline char *copy(char *out, const char *from, size_t len) {
    for (size_t i = 0; i < len; i += sizeof(vector)) memcpy(out + i, from + i, sizeof(vector));
    return out + len;
}

/* Short pieces, with a vector more behind them. */
static inline bool is_same(const char *a, const char *b, size_t len) {
    for (size_t i = 0; i < len; i += sizeof(vector)) {
        uint64_t same = bits_of((vector)(*(const vector *)(a + i) == *(const vector *)(b + i)));
        if (len - i < sizeof(vector)) same |= UINT64_MAX << (len - i);
        if ((uint16_t)~same != 0) return false;
    }
    return true;
}

static inline void put_span(const document *document, size_t start, size_t stop, bool is_escaped, int32_t *span) {
    int32_t from = (int32_t)start, to = (int32_t)stop;
    if (is_escaped) {
        from = ~(from + document->base) - document->base;
        to = ~(to + document->base) - document->base;
        for (uint32_t i = 0; i < document->moved_count; i++) {
            const moved *moved = &document->moved[i];
            if (moved->from != start) continue;
            from = (int32_t)moved->to;
            to = (int32_t)(moved->to + moved->len);
            break;
        }
    }
    span[0] = from + document->base;
    span[1] = to + document->base;
}

/* Makes the skeleton. Answers its length, or 0 if there is none. */
static size_t reduce(shapes *shapes, const document *document) {
    if (document->len > SKELETON_MOST_BYTES) return 0;
    const char *bytes = document->bytes;
    const uint32_t *mark = shapes->marks, *end = find_marks(document, shapes->marks);
    if (end == NULL) return 0;
    char *out = shapes->skeleton;
    size_t copied = 0;
    uint32_t value_count = 0;
    while (mark < end) {
        size_t start = *mark++, stop = *mark++;
        if (mark > end) return 0;
        bool is_escaped = bytes[stop] == '\\';
        if (is_escaped) {
            stop = block_quote_after(bytes, document->len, stop + 1);
            while (mark < end && *mark <= stop) mark++;
        }
        /* A name is copied with what is behind it. With white space there, nothing tells a name from a value. */
        char next = bytes[stop + 1];
        if (next == ':') continue;
        if (next != ',' && next != '}' && next != ']') return 0;
        if (value_count == SKELETON_MOST_VALUES) return 0;
        start++;
        put_span(document, start, stop, is_escaped, shapes->spans + 2 * value_count);
        shapes->gaps[value_count++] = (gap){(uint16_t)(start - copied), (uint16_t)(stop - start)};
        out = copy(out, bytes + copied, start - copied);
        if (is_escaped) *out++ = 'e';
        copied = stop;
    }
    shapes->value_count = value_count;
    shapes->last_gap = (uint32_t)(document->len - copied);
    return (size_t)(copy(out, bytes + copied, shapes->last_gap) - shapes->skeleton);
}

/* Whether a value ends with a quote after so many bytes, none of which is a quote or a backslash. Behind the document
 * are as many bytes as a step has. */
static inline bool is_plain_value(const char *start, const char *end, size_t len) {
    if (len >= (size_t)(end - start) || start[len] != '"') return false;
    for (; len >= STEP; start += STEP, len -= STEP) {
        if (marks_of(start) != 0) return false;
    }
    return len == 0 || marks_of(start) << (STEP - len) == 0;
}

/* How far a document has the skeleton of a shape: up to a place between two values. */
typedef struct walk {
    const char *at;
    size_t skeleton_len;
    uint32_t value_count;
} walk;

/* Goes on as far as the document has the skeleton of a shape, and answers whether it has all of it. Only what stands
 * between the values is compared. */
static bool follow(const shape *shape, const document *document, int32_t *spans, walk *walk) {
    const char *at = walk->at, *end = document->bytes + document->len, *gap = shape->bytes + walk->skeleton_len;
    for (uint32_t i = walk->value_count; i < shape->value_count; i++) {
        size_t len = shape->gaps[i].len;
        if (len > (size_t)(end - at) || !is_same(at, gap, len)) return false;
        at += len;
        gap += len;
        const char *start = at;
        bool is_escaped = *gap == 'e';
        /* As long as the last one, it need not be waited for. */
        if (!is_escaped && is_plain_value(start, end, shape->gaps[i].value_len)) {
            at += shape->gaps[i].value_len;
        } else {
            uint64_t marks;
            while ((marks = marks_of(at)) == 0) {
                at += STEP;
                if (at >= end) return false;
            }
            at += __builtin_ctzll(marks);
            if (at >= end || is_escaped != (*at == '\\')) return false;
            if (is_escaped) {
                size_t place = (size_t)(at - document->bytes);
                at = document->bytes + block_quote_after(document->bytes, document->len, place + 1);
                gap++;
            }
            shape->gaps[i].value_len = (uint16_t)(at - start);
        }
        put_span(document, (size_t)(start - document->bytes), (size_t)(at - document->bytes), is_escaped,
                 spans + 2 * i);
        walk->at = at;
        walk->skeleton_len = (size_t)(gap - shape->bytes);
        walk->value_count = i + 1;
    }
    size_t len = (size_t)(shape->bytes + shape->len - gap);
    return len == (size_t)(end - at) && is_same(at, gap, len);
}

/* The place in `recent` of the document's shape, or SKELETON_RECENT. A shape that begins as the one before does goes on
 * where that one ends. */
static uint32_t find_recent(shapes *shapes, const document *document) {
    walk walk = {.at = document->bytes};
    const shape *followed = NULL;
    for (uint32_t i = 0; i < shapes->recent_count; i++) {
        const shape *shape = &shapes->all[shapes->recent[i]];
        size_t len = walk.skeleton_len;
        if (len > 0 && (shape->len < len || memcmp(shape->bytes, followed->bytes, len) != 0)) continue;
        followed = shape;
        if (follow(shape, document, shapes->spans, &walk)) return i;
    }
    return SKELETON_RECENT;
}

/* Puts a shape before the other recent ones, behind which it stood at `place`. */
static void move_to_front(shapes *shapes, uint8_t shape, uint32_t place) {
    if (place == SKELETON_RECENT && shapes->recent_count < SKELETON_RECENT) shapes->recent_count++;
    if (place >= shapes->recent_count) place = shapes->recent_count - 1;
    memmove(shapes->recent + 1, shapes->recent, place);
    shapes->recent[0] = shape;
}

/* Puts the skeleton at hand in the place of one that was seen too seldom, if there is any. */
static void remember(shapes *shapes, size_t len) {
    for (uint32_t i = 0; i < SKELETON_SHAPES; i++) {
        shape *shape = &shapes->all[shapes->next];
        shapes->next = (shapes->next + 1) % SKELETON_SHAPES;
        if (shape->sightings >= SKELETON_SIGHTINGS) continue;
        size_t gaps_size = shapes->value_count * sizeof *shape->gaps;
        void *memory = realloc(shape->gaps, gaps_size + len + BLOCK_PADDING);
        if (memory == NULL) return;
        shape->gaps = memory;
        shape->bytes = (char *)memory + gaps_size;
        memcpy(shape->gaps, shapes->gaps, gaps_size);
        memcpy(shape->bytes, shapes->skeleton, len);
        shape->len = (uint32_t)len;
        shape->value_count = shapes->value_count;
        shape->last_gap = shapes->last_gap;
        shape->sightings = 1;
        return;
    }
}

int32_t shapes_find(shapes *shapes, const document *document) {
    uint32_t place = find_recent(shapes, document);
    if (place < SKELETON_RECENT) {
        uint8_t found = shapes->recent[place];
        move_to_front(shapes, found, place);
        return found;
    }
    size_t len = reduce(shapes, document);
    if (len == 0) return -1;
    for (uint32_t i = 0; i < SKELETON_SHAPES; i++) {
        shape *shape = &shapes->all[i];
        if (shape->len != len || memcmp(shape->bytes, shapes->skeleton, len) != 0) continue;
        if (++shape->sightings <= SKELETON_SIGHTINGS) return -1;
        shape->sightings = SKELETON_SIGHTINGS;
        move_to_front(shapes, (uint8_t)i, SKELETON_RECENT);
        return (int32_t)i;
    }
    remember(shapes, len);
    return -1;
}

enum { VALUE_SIZE = sizeof "values[4294967295]" };

size_t shape_source_size(const shape *shape) { return shape->len + VALUE_SIZE * (size_t)shape->value_count; }

size_t shape_source(const shape *shape, bool of_array, char *out) {
    const char *gap = shape->bytes, *start = out;
    for (uint32_t i = 0; i < shape->value_count; i++) {
        /* All but the quotes of the value. */
        size_t len = shape->gaps[i].len - 1U - (i > 0);
        memcpy(out, gap, len);
        out += len;
        out += snprintf(out, VALUE_SIZE, of_array ? "values[%u]" : "v%u", (unsigned)i);
        gap += len + 1;
        gap += 1 + (*gap == 'e');
    }
    size_t len = (size_t)(shape->bytes + shape->len - gap);
    memcpy(out, gap, len);
    return (size_t)(out + len - start);
}

uint64_t shapes_note(shapes *shapes, const char *block, int32_t shape) {
    /* Decoders count their other blocks from 1 on. */
    uint64_t number = UINT64_C(1) << 63 | ++shapes->last_number;
    memcpy(shapes->spans + SPANS_NUMBER, &number, sizeof number);
    shapes->spans[SPANS_SHAPE] = shape;
    shapes->block = block;
    return number;
}

void shapes_forget(shapes *shapes) { memset(shapes->spans + SPANS_NUMBER, 0, sizeof(uint64_t)); }

void shapes_release(shapes *shapes) {
    if (--shapes->holders > 0) return;
    for (uint32_t i = 0; i < SKELETON_SHAPES; i++) free(shapes->all[i].gaps);
    free(shapes);
}
