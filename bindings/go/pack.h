/*
 * Packs a decoded event for memory that Go keeps: its table and pairs, then its strings, without
 * the JSON between them. The fewer bytes an event keeps, the less often Go collects garbage.
 *
 * The pairs of one list share their name, which is packed once. Other strings may overlap: the
 * pairs of a query are often parts of the raw query, and a configured path is a part of its route's
 * key. Each is packed on its own, so an event may take more than its document. One that takes much
 * more is not packed.
 */
#ifndef APIGW_GO_PACK_H
#define APIGW_GO_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "library.h"

#include <apigw_headers.h>

/* What a packed event takes, and in which form. */
typedef struct apigw_go_packed {
    size_t size;
    uint32_t pair_count;
    /* The words of the table have 16 bits. */
    bool is_short;
    /* The table stays in the words that it was decoded to, and only the strings are packed. */
    bool is_strings;
    /* The text of the decoded event if that is the library's memory, otherwise NULL. */
    const uint8_t *text;
} apigw_go_packed;

enum {
    APIGW_GO_WORDS = sizeof(apigw_event_table) / sizeof(uint32_t),
    /* In a table of 16-bit words, the upper halves of the time follow the words. */
    APIGW_GO_SHORT_WORDS = APIGW_GO_WORDS + 2,
    APIGW_GO_TIME = offsetof(apigw_event_table, time_low) / sizeof(uint32_t),
    APIGW_GO_STRINGS = offsetof(apigw_event_table, method) / sizeof(uint32_t),
    APIGW_GO_MAPS = offsetof(apigw_event_table, headers) / sizeof(uint32_t),
    /* Strings are copied in chunks of this size, so this number of bytes after a packed event are
       overwritten. */
    APIGW_GO_CHUNK = 32,
    /* A table with more bytes than this is not copied. */
    APIGW_GO_LARGE_TABLE = 8 << 10,
    /* Below, an offset of 16 bits is positive, and APIGW_NONE the only negative one. */
    APIGW_GO_SHORT = 1 << 15,
    /* From this length on, a document is decoded in the library's memory, where a long body comes
       without a copy. */
    APIGW_GO_LONG = 16 << 10
};

/* Bits that are set where one of 8 bytes of a name has 0x40 and not 0x20: of those of a well-known
 * name, a letter in upper case. */
static inline uint64_t apigw_go_upper(const uint8_t *name) {
    uint64_t letters;
    memcpy(&letters, name, sizeof letters);
    return letters & ~(letters << 1) & 0x4040404040404040;
}

/* Whether a well-known header name is in lower case. It may be read 7 bytes further. */
static inline bool apigw_go_is_lower(const uint8_t *name, size_t len) {
    if (len < 8) {
        static const uint8_t masks[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        uint64_t mask;
        memcpy(&mask, masks + 8 - len, sizeof mask);
        return (apigw_go_upper(name) & mask) == 0;
    }
    uint64_t upper = apigw_go_upper(name + len - 8);
    for (size_t i = 0; i < len - 8; i += 8) upper |= apigw_go_upper(name + i);
    return upper == 0;
}

/*
 * Whether a header has a well-known name in lower case, which Go has as a constant. Cookies keep
 * their name, since the library looks for it.
 */
static inline bool apigw_go_is_known(const apigw_pair *pair, const uint8_t *text,
                                     uint32_t known_names) {
    return pair->name_id != 0 && pair->name_id <= known_names &&
           pair->name_id != APIGW_HEADER_COOKIE &&
           apigw_go_is_lower(text + pair->name_off, pair->name_len);
}

/* Whether a pair has the name of the one before it, as the pairs of a list have. */
static inline bool apigw_go_shares_name(const apigw_pair *pair, uint32_t last_off,
                                        uint32_t last_len) {
    return pair->name_off == last_off && pair->name_len == last_len;
}

/*
 * What a decoded event takes when it is packed, or its strings alone if it `is_strings` or its
 * table is large. Headers that Go knows lose their names: `name_len` becomes the number of the
 * name.
 */
static inline apigw_go_packed apigw_go_measure(uint32_t *words, const uint8_t *text,
                                               uint32_t known_names, bool is_strings) {
    const apigw_event_table *table = (const apigw_event_table *)words;
    apigw_pair *pairs = (apigw_pair *)(words + table->size / sizeof *words);
    size_t size = 0;
    for (size_t i = APIGW_GO_STRINGS; i < APIGW_GO_MAPS; i += 2) {
        if (words[i] != APIGW_NONE) size += words[i + 1];
    }
    uint32_t last_off = APIGW_NONE, last_len = 0;
    for (size_t i = 0; i < table->pair_count; i++) {
        apigw_pair *pair = &pairs[i];
        if (apigw_go_is_known(pair, text, known_names)) {
            pair->name_off = APIGW_NONE;
            pair->name_len = pair->name_id;
        } else if (!apigw_go_shares_name(pair, last_off, last_len)) {
            last_off = pair->name_off;
            last_len = pair->name_len;
            size += last_len;
        }
        if (pair->value_off != APIGW_NONE) size += pair->value_len;
    }
    size_t table_size = sizeof *table + table->pair_count * sizeof *pairs;
    if (table_size > APIGW_GO_LARGE_TABLE) is_strings = true;
    if (is_strings) table_size = 0;
    size_t short_size = is_strings ? 0 : table_size / 2 + 2 * sizeof(uint16_t);
    bool is_short = !is_strings && size + short_size < APIGW_GO_SHORT;
    size += is_short ? short_size : table_size;
    apigw_go_packed packed = {size, table->pair_count, is_short, is_strings, NULL};
    return packed;
}

/* Copies a string to the end of the packed text, and returns its offset there. That has 32 bits:
 * what would be longer is not packed (apigw_go_decode_packed). Nothing may follow a string in
 * memory of the library, so there it `is_exact`. */
static inline uint32_t apigw_go_copy(uint8_t *text, uint32_t *end, const uint8_t *from,
                                     uint32_t len, bool is_exact) {
    uint32_t off = *end;
    uint8_t *to = text + off;
    if (is_exact || len > 8 * APIGW_GO_CHUNK) {
        memcpy(to, from, len);
    } else {
        for (uint32_t i = 0; i < len; i += APIGW_GO_CHUNK) memcpy(to + i, from + i, APIGW_GO_CHUNK);
    }
    *end = off + len;
    return off;
}

static inline void apigw_go_put(uint8_t *words, size_t i, uint32_t value, bool is_short) {
    if (is_short) {
        ((uint16_t *)words)[i] = (uint16_t)value;
    } else {
        ((uint32_t *)words)[i] = value;
    }
}

/* Packs the strings into `out_text`, and writes where they are to `out` and `out_pairs`, which may
 * be the words themselves. */
__attribute__((always_inline)) static inline void
apigw_go_pack_as(const uint32_t *words, const uint8_t *text, uint8_t *out, uint8_t *out_pairs,
                 uint8_t *out_text, bool is_short, bool is_exact) {
    const apigw_event_table *table = (const apigw_event_table *)words;
    const apigw_pair *pairs = (const apigw_pair *)(words + table->size / sizeof *words);
    uint32_t end = 0;
    for (size_t i = APIGW_GO_STRINGS; i < APIGW_GO_MAPS; i += 2) {
        if (words[i] == APIGW_NONE) continue;
        apigw_go_put(out, i, apigw_go_copy(out_text, &end, text + words[i], words[i + 1], is_exact),
                     is_short);
    }
    uint32_t last_off = APIGW_NONE, last_len = 0, packed_off = 0;
    for (size_t i = 0; i < table->pair_count; i++) {
        apigw_pair pair = pairs[i];
        if (pair.name_off != APIGW_NONE) {
            if (!apigw_go_shares_name(&pair, last_off, last_len)) {
                last_off = pair.name_off;
                last_len = pair.name_len;
                packed_off = apigw_go_copy(out_text, &end, text + last_off, last_len, is_exact);
            }
            pair.name_off = packed_off;
        }
        if (pair.value_off != APIGW_NONE) {
            pair.value_off =
                apigw_go_copy(out_text, &end, text + pair.value_off, pair.value_len, is_exact);
        }
        if (is_short) {
            const uint16_t packed[4] = {(uint16_t)pair.name_off, pair.name_len,
                                        (uint16_t)pair.value_off, (uint16_t)pair.value_len};
            memcpy(out_pairs + sizeof packed * i, packed, sizeof packed);
        } else {
            memcpy(out_pairs + sizeof pair * i, &pair, sizeof pair);
        }
    }
}

/* Packs a measured event, if there is room. */
static inline void apigw_go_pack(uint32_t *words, const uint8_t *text,
                                 const apigw_go_packed *packed, uint8_t *out, size_t out_size) {
    if (out_size < APIGW_GO_CHUNK || out_size - APIGW_GO_CHUNK < packed->size) return;
    bool is_exact = packed->text != NULL;
    if (is_exact) text = packed->text;
    if (packed->is_strings) {
        apigw_go_pack_as(words, text, (uint8_t *)words, (uint8_t *)words + words[0], out, false,
                         is_exact);
    } else if (packed->is_short) {
        uint8_t *pairs = out + APIGW_GO_SHORT_WORDS * sizeof(uint16_t);
        for (size_t i = 0; i < APIGW_GO_WORDS; i++) apigw_go_put(out, i, words[i], true);
        apigw_go_put(out, APIGW_GO_WORDS, words[APIGW_GO_TIME] >> 16, true);
        apigw_go_put(out, APIGW_GO_WORDS + 1, words[APIGW_GO_TIME + 1] >> 16, true);
        apigw_go_pack_as(words, text, out, pairs, pairs + 4 * sizeof(uint16_t) * packed->pair_count,
                         true, is_exact);
    } else {
        uint8_t *pairs = out + APIGW_GO_WORDS * sizeof(uint32_t);
        memcpy(out, words, APIGW_GO_WORDS * sizeof(uint32_t));
        apigw_go_pack_as(words, text, out, pairs, pairs + sizeof(apigw_pair) * packed->pair_count,
                         false, is_exact);
    }
}

/* Decodes a long event in the library's memory. */
static inline apigw_status apigw_go_decode_long(apigw_decoder *decoder, const uint8_t *input,
                                                size_t len, uint32_t *words, size_t words_size,
                                                const uint8_t **text) {
    apigw_event event;
    apigw_status status = apigw_decoder_decode(decoder, input, len, &event);
    if (status != APIGW_OK) return status;
    size_t event_words = event.table->size / sizeof *words,
           pairs_size = event.table->pair_count * sizeof *event.pairs;
    if (words_size < event_words + pairs_size / sizeof *words) return APIGW_E_BUFFER;
    memcpy(words, event.table, event.table->size);
    memcpy(words + event_words, event.pairs, pairs_size);
    *text = (const uint8_t *)event.text;
    return APIGW_OK;
}

/*
 * Decodes an event into `words`, and into `text` unless it is long, measures it, and packs it into
 * `out` if there is room. APIGW_E_BUFFER: it is not packed, because its strings overlap too much.
 */
static inline apigw_status
apigw_go_decode_packed(apigw_decoder *decoder, const uint8_t *input, size_t len, uint8_t *text,
                       size_t text_size, uint32_t *words, size_t words_size, uint32_t known_names,
                       bool is_strings, uint8_t *out, size_t out_size, apigw_go_packed *packed) {
    const uint8_t *library_text = NULL;
    apigw_status status =
        len < APIGW_GO_LONG
            ? apigw_go_decode(decoder, input, len, text, text_size, words, words_size)
            : apigw_go_decode_long(decoder, input, len, words, words_size, &library_text);
    if (status != APIGW_OK) return status;
    *packed = apigw_go_measure(words, library_text == NULL ? text : library_text, known_names,
                               is_strings);
    if (packed->size > 2 * len + APIGW_GO_LARGE_TABLE) return APIGW_E_BUFFER;
    packed->text = library_text;
    apigw_go_pack(words, text, packed, out, out_size);
    return status;
}

#endif
