/*
 * Decodes many events, one in each line, with one call: the native method of apigw.EventLines.
 */
#include <apigw.h>
#include <jni.h>

#include "handle.h"

/* What a call takes and returns. Java reads and writes the members by their index. */
typedef struct lines_call {
    /* The lines are from `from` to `end` of the input, and only those are read that begin before
     * `stop`. The last one may have no end if it `is_last`. */
    int64_t input, from, end, stop, is_last;
    /* Where the strings, the rows and the pairs go, and how much room there is. */
    int64_t text, text_size, rows, max_rows, pairs, max_pairs;
    /* The numbers of the first words of the fields that are wanted. */
    int64_t wanted, wanted_count;
    /* Events that do not match are left out: a bit for each dialect, 0 for all of them; the bytes
     * of the method, and of the beginning of the path. A length of -1 matches everything. */
    int64_t dialects, method, method_len, path, path_len;
    /* Results: what has been read of the input, and what was found there. */
    int64_t consumed, row_count, events, bad;
} lines_call;

/* The beginning of a row. Two words for each wanted field follow. */
typedef struct row {
    uint32_t start, len;
    uint32_t status, error_offset;
    apigw_span member;
    uint32_t dialect, flags, time_low, time_high;
} row;

static void *pointer(int64_t address) { return (void *)(intptr_t)address; }

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

static bool matches(const lines_call *call, const apigw_event *event) {
    const apigw_event_table *table = event->table;
    if (call->dialects != 0 && (call->dialects >> table->dialect & 1) == 0) return false;
    if (call->method_len >= 0) {
        apigw_string method = apigw_event_string(event, table->method);
        if (method.data == NULL || (int64_t)method.len != call->method_len) return false;
        if (memcmp(method.data, pointer(call->method), method.len) != 0) return false;
    }
    if (call->path_len >= 0) {
        apigw_string path = apigw_event_string(event, table->path);
        if (path.data == NULL || (int64_t)path.len < call->path_len) return false;
        if (memcmp(path.data, pointer(call->path), (size_t)call->path_len) != 0) return false;
    }
    return true;
}

/* Writes the wanted fields of an event, whose text begins at `base`, and returns where the pairs
 * then end. */
static size_t put_fields(const lines_call *call, const uint32_t *words, const apigw_event *event,
                         uint32_t base, uint32_t *out, size_t pair_count) {
    enum { MAPS = offsetof(apigw_event_table, headers) / sizeof(uint32_t) };
    const uint32_t *wanted = pointer(call->wanted);
    uint32_t *pairs = pointer(call->pairs);
    for (int64_t i = 0; i < call->wanted_count; i++, out += 2) {
        uint32_t first = words[wanted[i]], count = words[wanted[i] + 1];
        out[0] = first;
        out[1] = count;
        if (first == APIGW_NONE) continue;
        if (wanted[i] < MAPS) {
            out[0] = base + first;
            continue;
        }
        out[0] = (uint32_t)pair_count;
        for (uint32_t j = 0; j < count; j++) {
            const apigw_pair *pair = &event->pairs[first + j];
            uint32_t *to = pairs + 4 * pair_count++;
            to[0] = base + pair->name_off;
            to[1] = pair->name_len;
            to[2] = pair->value_off == APIGW_NONE ? APIGW_NONE : base + pair->value_off;
            to[3] = pair->value_len;
        }
    }
    return pair_count;
}

/* Where the call is: the numbers of rows and pairs so far, and the end of the text. */
typedef struct place {
    size_t rows, pairs, text;
} place;

/* Decodes a line, and adds a row unless it does not match. */
static void decode_line(handle *self, scratch *memory, lines_call *call, size_t start, size_t len,
                        place *at) {
    const char *line = (const char *)pointer(call->input) + start;
    char *text = (char *)pointer(call->text) + at->text;
    size_t room = (size_t)call->text_size - at->text, need;
    apigw_status status = apigw_decoder_decode_table(self->decoder, line, len, text, room,
                                                     memory->words, WORDS, &need);
    size_t row_words = sizeof(row) / sizeof(uint32_t) + 2 * (size_t)call->wanted_count;
    uint32_t *out = (uint32_t *)pointer(call->rows) + row_words * at->rows;
    row head = {(uint32_t)start, (uint32_t)len, status, 0, {APIGW_NONE, 0}, 0, 0, 0, 0};
    call->events++;
    if (status == APIGW_OK) {
        apigw_event event = apigw_event_from_table(memory->words, text, len);
        if (!matches(call, &event)) return;
        head.dialect = event.table->dialect;
        head.flags = event.table->flags;
        head.time_low = event.table->time_low;
        head.time_high = event.table->time_high;
        at->pairs = put_fields(call, memory->words, &event, (uint32_t)at->text,
                               out + sizeof head / sizeof *out, at->pairs);
        at->text += text_end(&event, len);
    } else {
        const apigw_error *error = apigw_decoder_error(self->decoder);
        call->bad++;
        head.error_offset = (uint32_t)error->offset;
        size_t member_len = error->member == NULL ? 0 : strlen(error->member);
        if (member_len > 0 && member_len <= room) {
            memcpy(text, error->member, member_len);
            head.member = (apigw_span){(uint32_t)at->text, (uint32_t)member_len};
            at->text += member_len;
        }
        memset(out + sizeof head / sizeof *out, 0xff, 8 * (size_t)call->wanted_count);
    }
    memcpy(out, &head, sizeof head);
    at->rows++;
}

JNIEXPORT void JNICALL Java_apigw_Native_decodeLines(JNIEnv *env, jclass type, jlong number,
                                                     jlong address, jlong call_address) {
    (void)env, (void)type;
    lines_call *call = pointer(call_address);
    const char *input = pointer(call->input);
    size_t from = (size_t)call->from, end = (size_t)call->end;
    place at = {0, 0, 0};
    call->events = call->bad = 0;
    while (at.rows < (size_t)call->max_rows && from < end && from < (size_t)call->stop) {
        const char *found = memchr(input + from, '\n', end - from);
        if (found == NULL && call->is_last == 0) break;
        size_t line_end = found == NULL ? end : (size_t)(found - input), start = from;
        while (start < line_end && is_blank(input[start])) start++;
        if (start < line_end) {
            size_t len = line_end - start;
            if ((size_t)call->text_size - at.text < 2 * len + APIGW_PADDING) break;
            /* Maps may share pairs, which are then copied for each. */
            if ((size_t)call->max_pairs - at.pairs < MAX_PAIRS * (size_t)call->wanted_count) break;
            decode_line(handle_of(number), scratch_of(address), call, start, len, &at);
        }
        from = found == NULL ? end : line_end + 1;
    }
    call->consumed = (int64_t)from;
    call->row_count = (int64_t)at.rows;
}
