#include "block.h"

#include <string.h>

_Static_assert(sizeof(apigw_pair) == 16, "JavaScript reads pairs of 16 bytes");

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "apigw: the words of a block are those of a little-endian CPU"
#endif

enum {
    /* Offsets have 31 bits. */
    MAX_BLOCK = INT32_MAX,
};

/* A block that is being written. */
typedef struct writer {
    block *block;
    const char *text;
    const char *document;
    size_t document_len;
    /* The same if it is ASCII and nothing is left out of it, otherwise 0. */
    size_t whole_len;
    /* What is left out of the document. */
    size_t cut, cut_len;
    bool is_ascii;
    /* Where the document begins in the block. */
    size_t base;
    /* Whether there was no memory, or no room. */
    bool is_refused;
} writer;

#define HIGH_BITS UINT64_C(0x8080808080808080)

static uint64_t load(const char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

static bool is_ascii(const char *text, size_t len) {
    uint64_t bits = 0;
    if (len < 8) {
        while (len > 0) bits |= (uint8_t)text[--len];
        return bits < 0x80;
    }
    for (size_t i = 0; i < len - 8; i += 8) bits |= load(text + i);
    bits |= load(text + len - 8);
    return (bits & HIGH_BITS) == 0;
}

size_t block_transcode(const char *text, size_t len, uint16_t *out) {
    const uint16_t *begin = out;
    const uint8_t *at = (const uint8_t *)text, *end = at + len;
    while (at < end) {
        while (end - at >= 8 && (load((const char *)at) & HIGH_BITS) == 0) {
            for (int i = 0; i < 8; i++) out[i] = at[i];
            at += 8;
            out += 8;
        }
        if (at == end) break;
        uint32_t lead = *at;
        if (lead < 0x80) {
            *out++ = (uint16_t)lead;
            at += 1;
        } else if (lead < 0xe0) {
            *out++ = (uint16_t)((lead & 0x1f) << 6 | (at[1] & 0x3f));
            at += 2;
        } else if (lead < 0xf0) {
            *out++ = (uint16_t)((lead & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f));
            at += 3;
        } else {
            uint32_t code = (lead & 7) << 18 | (uint32_t)(at[1] & 0x3f) << 12 |
                            (uint32_t)(at[2] & 0x3f) << 6 | (at[3] & 0x3f);
            *out++ = (uint16_t)(0xd7c0 + (code >> 10));
            *out++ = (uint16_t)(0xdc00 | (code & 0x3ff));
            at += 4;
        }
    }
    return (size_t)(out - begin);
}

/* Makes room for `more` bytes at the end of a memory. Returns false, and notes it, if there is
 * none. */
static bool grow(writer *w, memory *memory, size_t used, size_t more) {
    if (more <= MAX_BLOCK - used && memory_append(memory, used, more)) return true;
    w->is_refused = true;
    return false;
}

/* Appends a string that is not ASCII to the wide ones. */
static apigw_span append_wide(writer *w, apigw_span span) {
    block *block = w->block;
    size_t unit = sizeof(uint16_t), at = block->wide_len;
    if (!grow(w, &block->wide, unit * at, unit * span.len)) return span;
    uint16_t *out = (uint16_t *)(void *)block->wide.data + at;
    size_t len = block_transcode(w->text + span.off, span.len, out);
    block->wide_len += len;
    return (apigw_span){BLOCK_WIDE | (uint32_t)at, (uint32_t)len};
}

/* Appends a string to the block. */
static apigw_span append(writer *w, apigw_span span) {
    block *block = w->block;
    if (!grow(w, &block->bytes, block->len, span.len)) return span;
    size_t at = block->len - w->base;
    memcpy(block->bytes.data + block->len, w->text + span.off, span.len);
    block->len += span.len;
    return (apigw_span){(uint32_t)at, span.len};
}

/* Whether the document has a string as it is in the text. A quote that is not escaped follows one
 * without escapes. A string with escapes is shorter in the text: what follows that many bytes of
 * the document is part of the string, no quote or an escaped one. JSON that is kept raw has no
 * quote at its end; it is compared. */
static inline bool is_in_document(const writer *w, apigw_span span) {
    if (span.len >= w->document_len || span.off >= w->document_len - span.len) return false;
    if (span.off < w->cut + w->cut_len && span.off + span.len > w->cut) return false;
    const char *string = w->document + span.off, *end = string + span.len;
    return (end[0] == '"' && end[-1] != '\\') || memcmp(string, w->text + span.off, span.len) == 0;
}

/* Puts a string where JavaScript finds it, and returns that place. */
static inline apigw_span place(writer *w, apigw_span span) {
    if (span.off == APIGW_NONE) return span;
    if (!w->is_ascii && !is_ascii(w->text + span.off, span.len)) return append_wide(w, span);
    if (!is_in_document(w, span)) return append(w, span);
    if (span.off >= w->cut) span.off -= (uint32_t)w->cut_len;
    return span;
}

/* Whether a string stays where it is, in an ASCII document that is whole. Most do, so this is the
 * first check, with nothing read but what it needs. */
static inline bool stays(const char *document, size_t len, apigw_span span) {
    if (span.off == APIGW_NONE) return true;
    if ((size_t)span.off + span.len >= len) return false;
    const char *end = document + span.off + span.len;
    return end[0] == '"' && end[-1] != '\\';
}

/* Places the strings of the pairs and writes those that change to the block from `at` on. Pairs
 * that come from one list have the same name, which is stored once: a block stays in proportion to
 * the document. */
static void place_pairs(writer *w, const apigw_event *event, size_t at) {
    apigw_span name = {APIGW_NONE, 0}, placed = name;
    const apigw_pair *pairs = event->pairs;
    const char *document = w->document;
    size_t count = event->table->pair_count, len = w->whole_len;
    for (size_t i = 0; i < count && !w->is_refused; i++) {
        apigw_pair pair = pairs[i];
        apigw_span pair_name = {pair.name_off, pair.name_len};
        apigw_span value = {pair.value_off, pair.value_len};
        if (stays(document, len, pair_name) && stays(document, len, value)) continue;
        if (pair_name.off != name.off || pair_name.len != name.len) {
            name = pair_name;
            placed = place(w, name);
        }
        value = place(w, value);
        /* A name does not have more units than bytes, so its length still fits. */
        pair = (apigw_pair){placed.off, (uint16_t)placed.len, pair.name_id, value.off, value.len};
        memcpy(w->block->bytes.data + at + i * sizeof pair, &pair, sizeof pair);
    }
}

/* The same for the strings that are no pairs. `body` replaces a body that was cut out. */
static void place_strings(writer *w, const apigw_event_table *table, bool is_cut, apigw_span body) {
    size_t first = offsetof(apigw_event_table, method), last = offsetof(apigw_event_table, body);
    const char *document = w->document;
    size_t len = w->whole_len;
    for (size_t at = first; at <= last && !w->is_refused; at += sizeof(apigw_span)) {
        apigw_span span;
        memcpy(&span, (const char *)table + at, sizeof span);
        if (stays(document, len, span)) continue;
        span = is_cut && at == last ? body : place(w, span);
        memcpy(w->block->bytes.data + BLOCK_HEADER + at, &span, sizeof span);
    }
}

/* The end of a string in a document, given an offset in it: the first quote that is not escaped. */
static size_t string_end(const char *document, size_t len, size_t at) {
    typedef int8_t vector __attribute__((vector_size(16), may_alias, aligned(1)));
    typedef uint64_t halves __attribute__((vector_size(16)));
    enum { STEP = 64, LOOK_BACK = 4 };
    while (at < len) {
        /* Skips blocks without a quote that is preceded by no backslash, or by two and not three.
         */
        while (at >= LOOK_BACK && len - at >= STEP) {
            vector found = {0};
            for (const char *i = document + at; i < document + at + STEP; i += 16) {
                vector one = *(const vector *)(i - 1) == '\\',
                       two = *(const vector *)(i - 2) == '\\';
                vector three = *(const vector *)(i - 3) == '\\';
                vector four = *(const vector *)(i - 4) == '\\';
                found |= (*(const vector *)i == '"') & (~one | (two & (~three | four)));
            }
            halves bits = (halves)found;
            if ((bits[0] | bits[1]) != 0) break;
            at += STEP;
        }
        size_t stop = len - at < STEP ? len : at + STEP;
        for (; at < stop; at++) {
            if (document[at] != '"') continue;
            size_t backslashes = 0;
            while (backslashes < at && document[at - 1 - backslashes] == '\\') backslashes++;
            if (backslashes % 2 == 0) return at;
        }
    }
    return len;
}

bool block_is_long_body(const apigw_event_table *table) {
    return table->body.off != APIGW_NONE && table->body.len >= BLOCK_LONG_BODY;
}

/* Leaves a long body out of the document. */
static void cut_body(writer *w, const apigw_event_table *table) {
    size_t end = (size_t)table->body.off + table->body.len;
    bool is_raw = (table->flags & APIGW_FLAG_BODY_JSON) != 0;
    w->cut = table->body.off;
    w->cut_len = (is_raw ? end : string_end(w->document, w->document_len, end)) - w->cut;
}

bool block_write(block *block, const apigw_event *event, const char *document, size_t len,
                 apigw_span body) {
    const apigw_event_table *table = event->table;
    bool is_cut = document != NULL && block_is_long_body(table);
    size_t pair_count = table->pair_count;
    size_t pairs_at = BLOCK_HEADER + BLOCK_EVENT;
    writer w = {.block = block, .text = event->text, .document = document};
    w.document_len = w.cut = document == NULL ? 0 : len;
    w.is_ascii = (table->flags & APIGW_FLAG_ASCII) != 0;
    w.base = pairs_at + sizeof(apigw_pair) * pair_count;
    if (is_cut)
        cut_body(&w, table);
    else if (w.is_ascii)
        w.whole_len = w.document_len;
    size_t kept = w.document_len - w.cut_len;
    block->len = block->wide_len = 0;
    if (!grow(&w, &block->bytes, 0, w.base + kept)) return false;
    block->len = w.base + kept;

    char *out = block->bytes.data;
    uint32_t header[] = {(uint32_t)w.base, (uint32_t)kept, is_cut ? (uint32_t)w.cut : APIGW_NONE};
    _Static_assert(sizeof header == BLOCK_HEADER, "JavaScript reads three words");
    memcpy(out, header, sizeof header);
    memcpy(out + BLOCK_HEADER, table, BLOCK_EVENT);
    if (pair_count > 0) memcpy(out + pairs_at, event->pairs, sizeof(apigw_pair) * pair_count);
    if (kept > 0) {
        memcpy(out + w.base, document, w.cut);
        memcpy(out + w.base + w.cut, document + w.cut + w.cut_len, kept - w.cut);
    }
    place_strings(&w, table, is_cut, body);
    place_pairs(&w, event, pairs_at);
    return !w.is_refused;
}
