/*
 * The values of JSON texts, in a form of which JavaScript makes them with little work: words of 32 bits in the order of
 * the text, the tape, and strings that hold the contents of all strings, one behind the other. What a word means tell
 * its lowest bits, and the others how long, how many or which.
 *
 * Objects with the same names have a number, so that one function can make them; their words have the values alone.
 *
 * A text is written in pieces, each with a tape and strings of its own: JavaScript asks for the next one where a tape
 * ends. Whoever keeps a long string keeps all strings of its piece in memory, so that has few of them.
 */
#ifndef APIGW_NODE_VALUE_H
#define APIGW_NODE_VALUE_H

#include "apigw.h"
#include "memory.h"

enum {
    VALUE_WORDS = 4096,
    VALUE_NUMBERS = 1024,
    /* Bytes of strings in a piece, unless its first one is longer. */
    VALUE_TEXT = 4096,
    VALUE_SHAPES = 1024,
    /* Objects with more names have no number, nor have those with longer ones. */
    VALUE_MOST_NAMES = 64,
    VALUE_MOST_NAME = 64,
};

/* What a word holds besides its kind, which is in the lowest 3 bits. */
typedef enum value_kind {
    /* The length of the string, which is ASCII. */
    VALUE_STRING,
    /* The length in units of UTF-16. */
    VALUE_WIDE,
    /* The number itself, if it fits. */
    VALUE_INTEGER,
    /* The next of the numbers. */
    VALUE_NUMBER,
    /* How many values follow. */
    VALUE_ARRAY,
    /* The number of the object's names; the values follow. */
    VALUE_OBJECT,
    /* How many names follow, each with its value. */
    VALUE_NAMED,
    /* One of the words below. */
    VALUE_WORD,
} value_kind;

enum {
    VALUE_NULL = VALUE_WORD,
    VALUE_FALSE = VALUE_WORD | 1 << 3,
    VALUE_TRUE = VALUE_WORD | 2 << 3,
    /* The tape ends. */
    VALUE_END = VALUE_WORD | 3 << 3,
    /* With the number of names, which are others now, above it; what was meant to be here follows. */
    VALUE_RENAMED = VALUE_WORD | 4 << 3,
    VALUE_RENAMED_SHIFT = 6,
};

/* The names of an object: its length, two bytes, before each. */
typedef struct value_shape {
    char *names;
    uint32_t count;
    /* How much it takes until it makes room for others. */
    uint32_t worth;
    /* Whether JavaScript has asked for the names. */
    bool is_known;
    /* The last piece with such an object. */
    uint32_t piece;
} value_shape;

/* An array or an object of which values follow. */
typedef struct value_open {
    /* Nodes until it ends: of an object, names are nodes, too. */
    uint32_t left;
    bool is_object;
    /* Whether the names are on the tape. */
    bool has_names;
} value_open;

typedef struct values {
    /* Of JavaScript: with room for VALUE_WORDS, and for VALUE_NUMBERS. */
    int32_t *tape;
    double *numbers;
    value_shape shapes[VALUE_SHAPES];
    /* For each number of names which shape such an object had last. */
    uint16_t recent[VALUE_MOST_NAMES + 1];
    /* What is left of the document. */
    const char *text;
    const apigw_json_node *next, *end;
    /* That number of the decoder, as long as it keeps the document. */
    uint64_t changes;
    value_open open[APIGW_MAX_DEPTH + 1];
    uint32_t depth;
    /* How many pieces were written. */
    uint32_t piece;
    /* Of the piece that was written last; and what its strings, and the units of those that are not ASCII, may take. */
    memory strings, wide;
    size_t strings_len, wide_len, most_text;
} values;

/* Begins with a document, which has to stay as it is until its last piece is written. */
void values_start(values *values, const apigw_json *document);

/* Writes the next piece. False if there is no memory. */
bool values_write(values *values);

void values_free(values *values);

#endif
