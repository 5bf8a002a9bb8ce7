#include "value.h"

#include <stdlib.h>
#include <string.h>

#include "block.h"

typedef apigw_json_node node;

enum {
    LEAST_INTEGER = -(1 << 28),
    MOST_INTEGER = (1 << 28) - 1,
    MOST_WORTH = 255,
    /* Words that a node may take, and the end. */
    MOST_WORDS = 3,
};

void values_start(values *values, const apigw_json *document) {
    values->text = document->text;
    values->next = document->nodes;
    values->end = document->nodes + document->count;
    values->depth = 0;
    values->open[0] = (value_open){1, false, false};
}

void values_free(values *values) {
    for (uint32_t i = 0; i < VALUE_SHAPES; i++) free(values->shapes[i].names);
    memory_free(&values->strings);
    memory_free(&values->wide);
    free(values);
}

static inline uint32_t load4(const char *at) {
    uint32_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* Names are short: calling memcmp takes longer. */
static inline bool is_same(const char *a, const char *b, size_t len) {
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        if (block_load(a + at) != block_load(b + at)) return false;
    }
    if (len >= 8) return block_load(a + len - 8) == block_load(b + len - 8);
    if (len >= 4) return load4(a) == load4(b) && load4(a + len - 4) == load4(b + len - 4);
    for (; at < len; at++) {
        if (a[at] != b[at]) return false;
    }
    return true;
}

/* Copies a string, and answers whether it is ASCII. Most are short, too. */
static inline bool copy_ascii(char *out, const char *from, size_t len) {
    uint64_t bits = 0;
    if (len >= 8) {
        for (size_t at = 0; at + 8 < len; at += 8) {
            bits |= block_load(from + at);
            memcpy(out + at, from + at, 8);
        }
        bits |= block_load(from + len - 8);
        memcpy(out + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        bits = load4(from) | load4(from + len - 4);
        memcpy(out, from, 4);
        memcpy(out + len - 4, from + len - 4, 4);
    } else if (len > 0) {
        bits = (uint8_t)(from[0] | from[len / 2] | from[len - 1]);
        out[0] = from[0], out[len / 2] = from[len / 2], out[len - 1] = from[len - 1];
    }
    return (bits & BLOCK_HIGH_BITS) == 0;
}

/* The name behind a name and its value. */
static inline const node *next_name(const node *name) { return name + 1 + name[1].next; }

/* Whether an object has the names of a shape. */
static bool matches(const value_shape *shape, const node *object, const char *text) {
    const char *at = shape->names;
    const node *name = object + 1;
    for (uint32_t i = 0; i < shape->count; i++) {
        apigw_span span = name->value.string;
        uint16_t len;
        memcpy(&len, at, sizeof len);
        at += sizeof len;
        if (len != span.len || !is_same(at, text + span.off, len)) return false;
        at += len;
        name = next_name(name);
    }
    return true;
}

/* Where the shape of an object has its place, if it has one. 0 if it cannot have one. */
static uint32_t hash_names(const node *object, const char *text, uint32_t *size) {
    const node *name = object + 1;
    uint32_t hash = 2166136261u, count = (uint32_t)object->value.number;
    *size = 0;
    for (uint32_t i = 0; i < count; i++) {
        apigw_span span = name->value.string;
        const char *bytes = text + span.off;
        if (span.len > VALUE_MOST_NAME || (span.len == 9 && memcmp(bytes, "__proto__", 9) == 0)) return 0;
        for (uint32_t j = 0; j < span.len; j++) hash = (hash ^ (uint8_t)bytes[j]) * 16777619u;
        hash = (hash ^ span.len) * 16777619u;
        *size += (uint32_t)sizeof(uint16_t) + span.len;
        name = next_name(name);
    }
    return (hash ^ hash >> 16) | 1u << 31;
}

/* Makes the names of an object those of a shape. False if there is no memory. */
static bool name_shape(value_shape *shape, const node *object, const char *text, uint32_t size) {
    char *names = realloc(shape->names, size);
    if (names == NULL) return false;
    *shape = (value_shape){.names = names, .count = (uint32_t)object->value.number, .worth = 1};
    const node *name = object + 1;
    for (uint32_t i = 0; i < shape->count; i++) {
        apigw_span span = name->value.string;
        uint16_t len = (uint16_t)span.len;
        memcpy(names, &len, sizeof len);
        memcpy(names + sizeof len, text + span.off, len);
        names += sizeof len + len;
        name = next_name(name);
    }
    return true;
}

/* The shape of an object, or NULL. One that was not seen before takes the place of another, if that has lost its worth.
 */
static value_shape *shape_of(values *values, const node *object) {
    uint64_t count = object->value.number;
    if (count == 0 || count > VALUE_MOST_NAMES) return NULL;
    value_shape *shape = &values->shapes[values->recent[count]];
    if (shape->count == count && matches(shape, object, values->text)) return shape;
    uint32_t size, hash = hash_names(object, values->text, &size);
    if (hash == 0) return NULL;
    uint32_t places[] = {hash % VALUE_SHAPES, (hash >> 16) % VALUE_SHAPES};
    for (int i = 0; i < 2; i++) {
        shape = &values->shapes[places[i]];
        if (shape->count != count || !matches(shape, object, values->text)) continue;
        values->recent[count] = (uint16_t)places[i];
        return shape;
    }
    uint32_t place = places[values->shapes[places[1]].worth < values->shapes[places[0]].worth];
    shape = &values->shapes[place];
    if (shape->worth > 0) {
        shape->worth--;
        return NULL;
    }
    /* JavaScript may ask for the names of objects of this piece. */
    if (shape->piece == values->piece || !name_shape(shape, object, values->text, size)) return NULL;
    values->recent[count] = (uint16_t)place;
    /* Names that come only once are not worth a number. */
    return NULL;
}

/* Writes a string. False if there is no room for it in this piece. A text has fewer than 2^28 bytes, so a word has room
 * for each length. */
static bool put_string(values *values, apigw_span span, int32_t *word) {
    if (values->most_text - values->strings_len < span.len || values->most_text - values->wide_len < span.len)
        return false;
    const char *from = values->text + span.off;
    if (copy_ascii((char *)values->strings.data + values->strings_len, from, span.len)) {
        values->strings_len += span.len;
        *word = (int32_t)(span.len << 3 | VALUE_STRING);
        return true;
    }
    size_t units = block_transcode(from, span.len, (uint16_t *)values->wide.data + values->wide_len);
    values->wide_len += units;
    *word = (int32_t)(units << 3 | VALUE_WIDE);
    return true;
}

/* Room for the first string of a piece, whatever its length. */
static bool reserve(values *values) {
    size_t len = values->next->kind == APIGW_JSON_STRING ? values->next->value.string.len : 0;
    values->most_text = len < VALUE_TEXT ? VALUE_TEXT : len;
    return memory_reserve(&values->strings, values->most_text) && memory_reserve(&values->wide, 2 * values->most_text);
}

/* The word of a value that is neither a string nor holds others. */
static inline int32_t put_scalar(const node *node, double **numbers) {
    double number;
    switch (node->kind) {
    case APIGW_JSON_NULL:
        return VALUE_NULL;
    case APIGW_JSON_BOOL:
        return node->value.number != 0 ? VALUE_TRUE : VALUE_FALSE;
    case APIGW_JSON_INT:
        if (node->value.integer >= LEAST_INTEGER && node->value.integer <= MOST_INTEGER)
            return (int32_t)(node->value.integer * 8) | VALUE_INTEGER;
        number = (double)node->value.integer;
        break;
    case APIGW_JSON_UINT:
        number = (double)node->value.number;
        break;
    default:
        number = node->value.real;
    }
    *(*numbers)++ = number;
    return VALUE_NUMBER;
}

/* Writes an array or an object, up to what is in it. */
static inline int32_t *put_container(values *values, const node *node, int32_t *out) {
    uint32_t count = (uint32_t)node->value.number;
    value_open *open = &values->open[++values->depth];
    if (node->kind == APIGW_JSON_ARRAY) {
        *open = (value_open){count, false, false};
        *out++ = (int32_t)(count << 3 | VALUE_ARRAY);
        return out;
    }
    value_shape *shape = shape_of(values, node);
    *open = (value_open){2 * count, true, shape == NULL};
    if (shape == NULL) {
        *out++ = (int32_t)(count << 3 | VALUE_NAMED);
        return out;
    }
    int32_t number = (int32_t)(shape - values->shapes);
    if (!shape->is_known && shape->piece != values->piece) *out++ = number << VALUE_RENAMED_SHIFT | VALUE_RENAMED;
    shape->piece = values->piece;
    if (shape->worth < MOST_WORTH) shape->worth++;
    *out++ = number << 3 | VALUE_OBJECT;
    return out;
}

bool values_write(values *values) {
    const node *node = values->next, *end = values->end;
    int32_t *out = values->tape, *last = out + VALUE_WORDS - MOST_WORDS;
    double *numbers = values->numbers, *last_number = numbers + VALUE_NUMBERS;
    values->piece++;
    values->strings_len = values->wide_len = 0;
    if (node < end && !reserve(values)) return false;
    while (node < end && out < last && numbers < last_number) {
        value_open *open = &values->open[values->depth];
        if (open->left == 0) {
            values->depth--;
            continue;
        }
        bool is_name = open->is_object && open->left % 2 == 0;
        if (is_name && !open->has_names) {
            /* JavaScript knows it. */
        } else if (node->kind == APIGW_JSON_STRING) {
            if (!put_string(values, node->value.string, out)) break;
            out++;
        } else if (node->kind == APIGW_JSON_ARRAY || node->kind == APIGW_JSON_OBJECT) {
            out = put_container(values, node, out);
        } else {
            *out++ = put_scalar(node, &numbers);
        }
        open->left--;
        node++;
    }
    *out = VALUE_END;
    values->next = node;
    return true;
}
