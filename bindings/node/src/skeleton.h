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
    /* Bytes that may be read behind a document. */
    SKELETON_PADDING = 64,
};

typedef struct shape {
    char *bytes;
    uint32_t len, sightings;
} shape;

/* The skeletons of late. One that was seen often enough stays; the others make room. */
typedef struct shapes {
    shape all[SKELETON_SHAPES];
    uint32_t last, next;
    /* Of the document at hand. */
    uint32_t marks[SKELETON_MOST_MARKS + 64];
    char skeleton[SKELETON_MOST_BYTES + SKELETON_PADDING];
} shapes;

/* The number of the document's shape, or -1 if it has not been seen often enough. The document is valid ASCII JSON.
 * Where its values begin and end is written to `spans`, with `base` added. */
int32_t shapes_find(shapes *shapes, const char *document, size_t len, int32_t base,
                    int32_t spans[2 * SKELETON_MOST_VALUES]);

void shapes_free(shapes *shapes);

#endif
