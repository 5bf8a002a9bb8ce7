/*
 * The form in which an event goes to JavaScript: one string of one byte per character, the block.
 *
 *     offset 0      5 words: where the document stands in the block, its length, where the body was cut out of it, and
 * the block's number offset 20     the fixed part of the event, as in apigw.h offset 276    its pairs, of 16 bytes each
 *     behind them   the numbers of the headers' names, a byte each, filled up to a multiple of 4
 *     behind them   the document as it came in, and then the strings that have escapes in it, without them
 *
 * Words have the least significant byte first. Offsets of strings count from where the document begins. A string that
 * is not ASCII stands in a second string, of UTF-16, and has the highest bit of its offset set. A long body stands in
 * memory of its own, without escapes, and is cut out of the document. An early block has no pairs, nor what is behind
 * them, and its body may be cut out too.
 */
#ifndef APIGW_NODE_BLOCK_H
#define APIGW_NODE_BLOCK_H

#include <string.h>

#include "apigw.h"
#include "memory.h"

enum {
    BLOCK_HEADER = 20,
    BLOCK_NUMBER = 12,
    BLOCK_EVENT = 256,
    /* A body of fewer bytes is not worth memory of its own, or a string of its own in an early block. */
    BLOCK_LONG_BODY = 4096,
    BLOCK_EARLY_BODY = 512,
    /* Bytes that may be read behind a block, or a copy of one. */
    BLOCK_PADDING = 64,
    BLOCK_MOST_MOVED = 16,
};

/* Of the offset of a string that is not ASCII. */
#define BLOCK_WIDE (UINT32_C(1) << 31)
/* Of the offset of a long body in base64, of which the bytes and not the text stand in its memory. */
#define BLOCK_DECODED (UINT32_C(1) << 31)

/* Eight bytes of text; of characters that are not ASCII, they have some of these bits. */
static inline uint64_t block_load(const char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}
#define BLOCK_HIGH_BITS UINT64_C(0x8080808080808080)

/* A string that has escapes in the document, and where it stands without them. Offsets count as those of strings. */
typedef struct moved {
    uint32_t from, to, len;
} moved;

typedef struct block {
    /* The block, in the memory below. */
    const char *text;
    size_t len;
    /* Where the document begins, and how much of it there is. */
    uint32_t base;
    size_t document_len;
    /* The library's number of its skeleton, or 0. */
    uint32_t skeleton;
    /* Differs from that of any other block of this decoder; 0 if the block is gone. */
    uint64_t number;
    uint64_t last_number;
    /* The first of the strings that were moved. */
    moved moved[BLOCK_MOST_MOVED];
    uint32_t moved_count;
    const uint16_t *wide;
    size_t wide_len;
    /* Whether the body was left out. */
    bool is_cut;
    memory out;
    memory wide_out;
} block;

typedef enum block_kind {
    BLOCK_WHOLE,
    /* Without a long body. */
    BLOCK_CUT,
    /* Without the pairs, and without a body that is not short: for an event of which little may be asked. */
    BLOCK_EARLY,
} block_kind;

/* Writes a block of what a decode has filled. The document is that which was decoded, or NULL if it is not to be kept.
 * False if there is no memory. */
bool block_write(block *block, const apigw_view *view, const char *document, size_t len, block_kind kind);

/* Gives the block that was written last another number. */
void block_number(block *block, uint64_t number);

/* Gives back what an unusually long document has taken. */
void block_trim(block *block);

/* Writes the UTF-16 of UTF-8 that is valid to `out`, which has room for as many units as there are bytes. Answers their
 * number. */
size_t block_transcode(const char *text, size_t len, uint16_t *out);

/* Where a string of a document ends, of which `end` is a place behind its first byte: at the first quote that has not
 * an odd number of backslashes before it. */
size_t block_quote_after(const char *document, size_t len, size_t end);

void block_free(block *block);

#endif
