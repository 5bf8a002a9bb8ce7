/*
 * The skeleton of a document: its bytes without the contents of the strings that are values. An empty string stands for
 * each of them, or "e" if there are escapes in it. Documents with the same skeleton differ in these strings alone, so
 * one function can build the objects of all of them.
 */
#ifndef APIGW_NODE_SKELETON_H
#define APIGW_NODE_SKELETON_H

#include "block.h"

enum {
    SKELETON_SHAPES = 128,
    /* Larger documents have no skeleton. */
    SKELETON_MOST_BYTES = 16384,
    SKELETON_MOST_VALUES = 256,
    /* A skeleton is worth a function from this many documents on. */
    SKELETON_SIGHTINGS = 8,
    SKELETON_MOST_MARKS = 4096,
    SKELETON_RECENT = 6,
    /* Where behind the spans the number of the block stands that they are those of, in two words, and its shape. */
    SPANS_NUMBER = 2 * SKELETON_MOST_VALUES,
    SPANS_SHAPE = SPANS_NUMBER + 2,
    SPANS_SIZE,
};

/* How many bytes stand before the content of a value, behind that of the one before, and how many this had last. */
typedef struct gap {
    uint16_t len, value_len;
} gap;

typedef struct shape {
    /* With BLOCK_PADDING behind them. */
    char *bytes;
    uint32_t len, sightings;
    /* Of each value. */
    gap *gaps;
    uint32_t value_count;
    /* Bytes behind the last value. */
    uint32_t last_gap;
} shape;

/* A document that is valid ASCII JSON. */
typedef struct document {
    /* With BLOCK_PADDING behind them. */
    const char *bytes;
    size_t len;
    /* What offsets of its values begin with. */
    int32_t base;
    /* Where values that have escapes stand without them: of the first of these values, in no order. */
    const moved *moved;
    uint32_t moved_count;
} document;

/* The skeletons of late. One that was seen often enough stays; the others make room. */
typedef struct shapes {
    /* Of JavaScript, and decoders. */
    uint32_t holders;
    /* How many blocks had their shape found as they were written. */
    uint64_t last_number;
    /* Where the values of the document at hand begin and end; all bits of both are inverted for one that stands only
     * with its escapes. */
    int32_t *spans;
    /* The block from whose begin they count, until anything else is asked of its decoder. */
    const char *block;
    shape all[SKELETON_SHAPES];
    uint32_t next;
    /* Those of the last documents that had one, the last first. */
    uint8_t recent[SKELETON_RECENT];
    uint32_t recent_count;
    /* Of the document at hand. */
    uint32_t marks[SKELETON_MOST_MARKS + 64];
    char skeleton[SKELETON_MOST_BYTES + BLOCK_PADDING];
    gap gaps[SKELETON_MOST_VALUES];
    uint32_t value_count, last_gap;
} shapes;

/* The number of the document's shape, with its spans in `shapes`, or -1 if it has not been seen often enough. */
int32_t shapes_find(shapes *shapes, const document *document);

/* Writes the source of an object whose values are called v0, v1 and so on, or values[0], values[1] and so on. Answers
 * the length. */
size_t shape_source(const shape *shape, bool of_array, char *out);

/* Room for that. */
size_t shape_source_size(const shape *shape);

/* Notes which block has the shape that was found last, or -1, and answers a number for it that no other block has. */
uint64_t shapes_note(shapes *shapes, const char *block, int32_t shape);

/* Notes that the spans are those of no block. */
void shapes_forget(shapes *shapes);

/* Frees the shapes if nobody else holds them. */
void shapes_release(shapes *shapes);

#endif
