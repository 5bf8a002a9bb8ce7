#include "block.h"

#include <string.h>

/* What JavaScript reads by fixed offsets; an event may have grown at its end since. */
typedef char event_has_grown[sizeof(apigw_event) >= BLOCK_EVENT ? 1 : -1];
typedef char pair_is_frozen[sizeof(apigw_pair) == 16 ? 1 : -1];

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "apigw: a block has the words of a CPU whose least significant byte comes first"
#endif

void block_trim(block *block) {
    memory_trim(&block->out);
    memory_trim(&block->wide_out);
    if (block->out.data == NULL) block->number = 0;
}

void block_free(block *block) {
    memory_free(&block->out);
    memory_free(&block->wide_out);
}

/* A block that is being written. */
typedef struct writer {
    block *block;
    const char *text;
    const char *document;
    size_t document_len;
    /* What is left out of the document. */
    size_t cut, cut_len;
    bool is_ascii;
    /* Strings before and behind these stand in the document as they are. */
    size_t first_special, last_special;
    /* Where the document begins in the block, and all offsets with it. */
    char *start;
    char *tail;
    size_t tail_room;
    uint16_t *wide_start;
    uint16_t *wide;
    size_t wide_room;
    /* Whether there was too little room, which is as much as the text has bytes: no two strings share any. */
    bool is_full;
} writer;

static bool is_ascii(const char *text, size_t len) {
    uint64_t bits = 0;
    if (len < 8) {
        while (len > 0) bits |= (uint8_t)text[--len];
        return bits < 0x80;
    }
    for (size_t i = 0; i < len - 8; i += 8) bits |= block_load(text + i);
    bits |= block_load(text + len - 8);
    return (bits & BLOCK_HIGH_BITS) == 0;
}

/* Vectors of GCC and Clang. */
typedef int8_t vector __attribute__((vector_size(16), may_alias, aligned(1)));
typedef uint64_t halves __attribute__((vector_size(16)));
enum { STEP = 64 };

static bool any(vector found) {
    halves bits = (halves)found;
    return (bits[0] | bits[1]) != 0;
}

/* Whether a byte of a step is a backslash or not ASCII. */
static bool is_special(const char *text) {
    vector found = {0};
    for (int i = 0; i < STEP; i += 16) {
        vector bytes = *(const vector *)(text + i);
        found |= (bytes == '\\') | (bytes < 0);
    }
    return any(found);
}

/* Finds where in the document such bytes lie. */
static void find_special(writer *w) {
    size_t from = 0, to = w->cut;
    while (to - from >= STEP && !is_special(w->document + from)) from += STEP;
    while (to - from >= STEP && !is_special(w->document + to - STEP)) to -= STEP;
    w->first_special = from;
    w->last_special = to;
}

size_t block_transcode(const char *text, size_t len, uint16_t *out) {
    const uint16_t *begin = out;
    const uint8_t *at = (const uint8_t *)text, *end = at + len;
    while (at < end) {
        while (end - at >= 8 && (block_load((const char *)at) & BLOCK_HIGH_BITS) == 0) {
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
            uint32_t code =
                (lead & 7) << 18 | (uint32_t)(at[1] & 0x3f) << 12 | (uint32_t)(at[2] & 0x3f) << 6 | (at[3] & 0x3f);
            *out++ = (uint16_t)(0xd7c0 + (code >> 10));
            *out++ = (uint16_t)(0xdc00 | (code & 0x3ff));
            at += 4;
        }
    }
    return (size_t)(out - begin);
}

/* Whether a string of the text stands in the document as it is. One that had escapes has become shorter: what follows
 * as many bytes as it has now is not its quote, or a quote that is escaped. */
static inline bool stands(const char *document, uint32_t off, uint32_t len) {
    const char *end = document + off + len;
    return end[0] == '"' && end[-1] != '\\';
}

/* Puts a string where JavaScript finds it, and answers its offset there. */
static uint32_t place(writer *w, uint32_t off, uint32_t *len) {
    if (off == APIGW_NONE) return off;
    if (!w->is_ascii && off < w->last_special && !is_ascii(w->text + off, *len)) {
        if (*len > w->wide_room) return w->is_full = true, APIGW_NONE;
        w->wide_room -= *len;
        uint32_t at = (uint32_t)(w->wide - w->wide_start);
        *len = (uint32_t)block_transcode(w->text + off, *len, w->wide);
        w->wide += *len;
        return BLOCK_WIDE | at;
    }
    /* What is no string is JSON that is kept raw. */
    if (off < w->document_len &&
        (stands(w->document, off, *len) || memcmp(w->document + off, w->text + off, *len) == 0)) {
        return off - (off > w->cut ? (uint32_t)w->cut_len : 0);
    }
    if (*len > w->tail_room) return w->is_full = true, APIGW_NONE;
    w->tail_room -= *len;
    uint32_t at = (uint32_t)(w->tail - w->start);
    memcpy(w->tail, w->text + off, *len);
    w->tail += *len;
    if (w->block->moved_count < BLOCK_MOST_MOVED) w->block->moved[w->block->moved_count++] = (moved){off, at, *len};
    return at;
}

/* Whether there is nothing to do for a string. */
static inline bool stays(const writer *w, uint32_t off, uint32_t len) {
    if (w->is_ascii) return off < w->cut && stands(w->document, off, len);
    return (size_t)off + len <= w->first_special;
}

static void place_pair(writer *w, apigw_pair *pair) {
    if (!stays(w, pair->name_off, pair->name_len)) {
        uint32_t len = pair->name_len;
        pair->name_off = place(w, pair->name_off, &len);
        pair->name_len = (uint16_t)len;
    }
    if (!stays(w, pair->value_off, pair->value_len)) pair->value_off = place(w, pair->value_off, &pair->value_len);
}

size_t block_quote_after(const char *document, size_t len, size_t end) {
    while (end < len) {
        while (end >= 4 && len - end >= STEP) {
            vector found = {0};
            for (const char *at = document + end; at < document + end + STEP; at += 16) {
                vector one = *(const vector *)(at - 1) == '\\', two = *(const vector *)(at - 2) == '\\';
                vector three = *(const vector *)(at - 3) == '\\', four = *(const vector *)(at - 4) == '\\';
                found |= (*(const vector *)at == '"') & (~one | (two & (~three | four)));
            }
            if (any(found)) break;
            end += STEP;
        }
        size_t stop = len - end < STEP ? len : end + STEP;
        for (; end < stop; end++) {
            if (document[end] != '"') continue;
            size_t backslashes = 0;
            while (backslashes < end && document[end - 1 - backslashes] == '\\') backslashes++;
            if (backslashes % 2 == 0) return end;
        }
    }
    return len;
}

/* Whether the body is left out of a document. */
static bool is_cut(const apigw_event *event, block_kind kind) {
    if (event->body.off == APIGW_NONE || kind == BLOCK_WHOLE) return false;
    if (kind == BLOCK_CUT) return event->body.len >= BLOCK_LONG_BODY;
    return event->body.len >= BLOCK_EARLY_BODY && (event->flags & APIGW_FLAG_BODY_JSON) == 0;
}

bool block_write(block *block, const apigw_view *view, const char *document, size_t len, block_kind kind) {
    const apigw_event *event = view->event;
    size_t pair_count = event->pair_count, ids = event->headers.first == APIGW_NONE ? 0 : event->headers.count;
    if (kind == BLOCK_EARLY) pair_count = ids = 0;
    size_t table = BLOCK_HEADER + BLOCK_EVENT + sizeof(apigw_pair) * pair_count;
    size_t base = table + (ids + 3) / 4 * 4;
    if (document == NULL) len = 0;
    writer w = {.block = block, .text = view->text, .document = document, .document_len = len, .cut = len};
    w.is_ascii = (event->flags & APIGW_FLAG_ASCII) != 0;
    block->is_cut = is_cut(event, kind);
    if (block->is_cut) {
        size_t end = (size_t)event->body.off + event->body.len;
        bool is_raw = (event->flags & APIGW_FLAG_BODY_JSON) != 0;
        w.cut = event->body.off;
        w.cut_len = (is_raw ? end : block_quote_after(document, len, end)) - w.cut;
    }
    size_t kept = len - w.cut_len;
    size_t most = view->text_len - (block->is_cut ? event->body.len : 0);
    w.tail_room = w.wide_room = most;
    block->number = block->skeleton = 0;
    block->moved_count = 0;
    if (!memory_reserve(&block->out, base + kept + most + BLOCK_PADDING)) return false;
    if (!w.is_ascii && !memory_reserve(&block->wide_out, most * sizeof(uint16_t))) return false;
    char *out = block->out.data;
    w.start = out + base;
    w.tail = w.start + kept;
    w.wide_start = w.wide = block->wide_out.data;
    if (document != NULL) {
        memcpy(w.start, document, w.cut);
        memcpy(w.start + w.cut, document + w.cut + w.cut_len, kept - w.cut);
    }
    block->number = ++block->last_number;
    uint32_t header[BLOCK_HEADER / 4] = {(uint32_t)base, (uint32_t)kept, block->is_cut ? (uint32_t)w.cut : APIGW_NONE,
                                         (uint32_t)block->number, (uint32_t)(block->number >> 32)};
    memcpy(out, header, sizeof header);
    char *spans = memcpy(out + BLOCK_HEADER, view->event, BLOCK_EVENT);
    apigw_pair *pairs = (apigw_pair *)(out + BLOCK_HEADER + BLOCK_EVENT);
    if (pair_count > 0) memcpy(pairs, view->pairs, pair_count * sizeof *pairs);

    /* In one that is all ASCII, to look at where each string ends takes less. */
    if (document != NULL && !w.is_ascii) find_special(&w);
    if (w.is_ascii || w.cut_len > 0 || document == NULL) w.last_special = SIZE_MAX;
    if (w.first_special < w.last_special) {
        apigw_span *span = (apigw_span *)(spans + offsetof(apigw_event, method));
        apigw_span *end = (apigw_span *)(spans + offsetof(apigw_event, body)) + !block->is_cut;
        for (; span < end; span++) {
            if (span->off != APIGW_NONE && !stays(&w, span->off, span->len))
                span->off = place(&w, span->off, &span->len);
        }
        for (apigw_pair *pair = pairs; pair < pairs + pair_count; pair++) {
            bool stay = stays(&w, pair->name_off, pair->name_len) && stays(&w, pair->value_off, pair->value_len);
            if (!stay) place_pair(&w, pair);
        }
    }
    memset(out + table, 0, base - table);
    for (size_t i = 0; i < ids; i++) out[table + i] = (char)view->pairs[event->headers.first + i].name_id;

    block->text = out;
    block->base = (uint32_t)base;
    block->document_len = kept;
    block->len = (size_t)(w.tail - out);
    block->wide = w.wide_start;
    block->wide_len = (size_t)(w.wide - w.wide_start);
    return !w.is_full;
}

void block_number(block *block, uint64_t number) {
    block->number = number;
    memcpy((char *)block->out.data + BLOCK_NUMBER, &number, sizeof number);
}
