/*
 * The form in which an event goes to JavaScript: one string of one byte per character, the block.
 *
 *     offset 0     three words: where the document begins in the block, its length, and where the
 *                  body was cut out of it (APIGW_NONE if it was not)
 *     offset 12    the fixed part of the event, as in apigw.h
 *     then         its pairs, of 16 bytes each
 *     then         the document as it came in
 *     then         the strings that differ from the document: those that have escapes in it
 *
 * Words are little-endian. Strings may overlap: the pairs of a query are often parts of the query
 * as it was sent. Offsets of strings count from the document's beginning. A string that is
 * not ASCII is in a second string, of UTF-16; its offset has the highest bit set. A long body is
 * neither in the block nor in the document there: JavaScript has its bytes in a Buffer.
 */
#ifndef APIGW_NODE_BLOCK_H
#define APIGW_NODE_BLOCK_H

#include "apigw.h"
#include "memory.h"

enum {
    BLOCK_HEADER = 12,
    BLOCK_EVENT = sizeof(apigw_event_table),
    /* A body of at least this many bytes is kept in a Buffer of its own: as a string, a body of 64
     * KB takes twice the time, and one of 1 MB three times. */
    BLOCK_LONG_BODY = 16384,
};

/* Set in the offset of a string that is not ASCII. */
#define BLOCK_WIDE (UINT32_C(1) << 31)
/* Set in the offset of a long body of which the Buffer holds the bytes, decoded from base64. */
#define BLOCK_DECODED (UINT32_C(1) << 31)

/* A block and its memory. */
typedef struct block {
    memory bytes;
    size_t len;
    /* Of the strings that are not ASCII: UTF-16, and the number of units. */
    memory wide;
    size_t wide_len;
} block;

/* Whether the body of an event is long. */
bool block_is_long_body(const apigw_event_table *table);

/* Writes the block of what the library has decoded from `document`, or of what it has read from
 * something else, if that is NULL. `body` replaces the event's body if that is long. Returns false
 * if there is no memory, or the block has more bytes than its offsets can count. */
bool block_write(block *block, const apigw_event *event, const char *document, size_t len,
                 apigw_span body);

/* Writes the UTF-16 of valid UTF-8 to `out`, which has room for one unit per byte.
 * Returns the number of units. */
size_t block_transcode(const char *text, size_t len, uint16_t *out);

#endif
