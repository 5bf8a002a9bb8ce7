/*
 * Decodes the events of tests/data in every way that the C interface has, with every kernel of this
 * CPU: accepted ones give the normalised form in golden/, byte for byte; refused ones the code of
 * their name at the offset in errors.tsv.
 *
 *     golden FOLDER NAME...
 */
#include "dump.h"
#include "test.h"

enum { EVENT_WORDS = sizeof(apigw_event_table) / 4, MOST_WORDS = EVENT_WORDS + 4 * 4096 };

/* What an event must give: a normalised form, or an error. */
typedef struct expected {
    char *form;
    size_t form_len;
    char error[64];
    size_t offset;
} expected;

static void path_of(char *path, const char *folder, const char *sub, const char *name) {
    int len = snprintf(path, 4096, "%s/%s/%s", folder, sub, name);
    CHECK(len > 0 && len < 4096);
}

static expected expect(const char *folder, const char *name) {
    expected it = {NULL, 0, "", 0};
    char path[4096];
    if (strstr(name, ".error-") == NULL) {
        path_of(path, folder, "golden", name);
        it.form = read_file(path, &it.form_len);
        CHECK(it.form_len > 0 && it.form[it.form_len - 1] == '\n');
        it.form_len--;
    } else {
        char row[4096];
        FILE *table;
        path_of(path, folder, ".", "errors.tsv");
        table = fopen(path, "r");
        CHECK(table != NULL);
        while (it.error[0] == 0 && fgets(row, sizeof row, table)) {
            const char *file = strtok(row, "\t");
            const char *error = strtok(NULL, "\t");
            const char *offset = strtok(NULL, "\n");
            CHECK(file && error && offset);
            if (strcmp(file, name) == 0) {
                snprintf(it.error, sizeof it.error, "%s", error);
                it.offset = (size_t)strtoul(offset, NULL, 10);
            }
        }
        fclose(table);
        CHECK(it.error[0] != 0);
    }
    return it;
}

static void check(const expected *it, apigw_status status, const apigw_event *event,
                  const apigw_decoder *decoder, const char *name, const char *how) {
    const apigw_error *error = apigw_decoder_error(decoder);
    static dump form;
    int agrees;
    CHECK(error->status == status && error->size == sizeof *error);
    if (status == APIGW_OK) {
        dump_event(&form, event);
        agrees = it->form && it->form_len == form.len && memcmp(it->form, form.text, form.len) == 0;
        if (!agrees) fprintf(stderr, "%s, %s: %.*s\n", name, how, (int)form.len, form.text);
        free(form.text);
        memset(&form, 0, sizeof form);
    } else {
        agrees = it->form == NULL && strcmp(it->error, apigw_status_name(status)) == 0 &&
                 it->offset == error->offset && error->text == apigw_status_text(status);
        if (!agrees) {
            fprintf(stderr, "%s, %s: %s at %lu\n", name, how, apigw_status_name(status),
                    (unsigned long)error->offset);
        }
    }
    if (!agrees) exit(1);
}

/* The smallest room that the header promises to be enough: the padding is, unless a decoded query
 * does not fit. */
static size_t room_of(apigw_decoder *decoder, const char *bytes, size_t len, uint32_t *words) {
    size_t size = len + APIGW_PADDING, need = 7;
    char *buffer = (char *)malloc(size);
    apigw_event event;
    apigw_status status;
    CHECK(buffer != NULL);
    memcpy(buffer, bytes, len);
    if (apigw_decoder_decode_in_place(decoder, buffer, len, size, &event) == APIGW_E_BUFFER) {
        status =
            apigw_decoder_decode_table(decoder, bytes, len, buffer, size, words, MOST_WORDS, &need);
        CHECK(status == APIGW_E_BUFFER && need == 0);
        memcpy(buffer, bytes, len);
        need = 7;
        status = apigw_decoder_decode_table(decoder, buffer, len, buffer, size, words, MOST_WORDS,
                                            &need);
        CHECK(status == APIGW_E_BUFFER && need == 0);
        size = 2 * len + APIGW_PADDING;
    }
    free(buffer);
    return size;
}

/* One call of each decode function. Blocks are as small as they may be. */
static void decode(apigw_decoder *decoder, const expected *it, const char *name, const char *bytes,
                   size_t len) {
    size_t size, need = 0;
    char *buffer;
    uint32_t *words = (uint32_t *)malloc(MOST_WORDS * sizeof *words);
    apigw_event event;
    apigw_status status;
    CHECK(words != NULL);
    size = room_of(decoder, bytes, len, words);

    status = apigw_decoder_decode(decoder, bytes, len, &event);
    check(it, status, &event, decoder, name, "apigw_decoder_decode");
    buffer = (char *)malloc(size);
    CHECK(buffer != NULL);

    status = apigw_decoder_decode_borrowed(decoder, bytes, len, &event);
    check(it, status, &event, decoder, name, "apigw_decoder_decode_borrowed");

    memcpy(buffer, bytes, len);
    memset(buffer + len, '"', APIGW_PADDING);
    status = apigw_decoder_decode_in_place(decoder, buffer, len, size, &event);
    check(it, status, &event, decoder, name, "apigw_decoder_decode_in_place");
    CHECK(status != APIGW_OK || event.text == buffer);

    memset(buffer, '"', size);
    status =
        apigw_decoder_decode_table(decoder, bytes, len, buffer, size, words, MOST_WORDS, &need);
    event = apigw_event_from_table(words, buffer, size);
    check(it, status, &event, decoder, name, "apigw_decoder_decode_table");

    memcpy(buffer, bytes, len);
    status =
        apigw_decoder_decode_table(decoder, buffer, len, buffer, size, words, MOST_WORDS, &need);
    event = apigw_event_from_table(words, buffer, size);
    check(it, status, &event, decoder, name, "apigw_decoder_decode_table in place");

    if (status == APIGW_OK) {
        /* Exactly the number of words that the event takes, and one less, in either form. */
        uint32_t *tight = (uint32_t *)malloc(need * sizeof *tight);
        size_t wanted = 0;
        int in_place;
        CHECK(tight != NULL && need == EVENT_WORDS + 4 * (size_t)words[4]);
        for (in_place = 0; in_place < 2; in_place++) {
            const char *input = in_place ? buffer : bytes;
            memcpy(buffer, bytes, len);
            status = apigw_decoder_decode_table(decoder, input, len, buffer, size, tight, need - 1,
                                                &wanted);
            CHECK(status == APIGW_E_BUFFER && wanted == need && memcmp(input, bytes, len) == 0);
            status =
                apigw_decoder_decode_table(decoder, input, len, buffer, size, tight, need, &wanted);
            CHECK(wanted == need);
            event = apigw_event_from_table(tight, buffer, size);
            check(it, status, &event, decoder, name, "apigw_decoder_decode_table with a tight fit");
        }
        free(tight);
    }
    free(words);
    free(buffer);
}

int main(int argc, char **argv) {
    static const char *const kernels[] = {"portable", "avx2", "avx512", "neon"};
    int checked = 0;
    size_t k;
    CHECK(argc > 2);
    for (k = 0; k < sizeof kernels / sizeof kernels[0]; k++) {
        apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
        apigw_decoder *decoder = NULL;
        int i;
        options.kernel = kernels[k];
        if (apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_OK) {
            CHECK(strcmp(apigw_decoder_kernel(decoder), kernels[k]) == 0);
            for (i = 2; i < argc; i++) {
                char path[4096];
                size_t len;
                char *bytes;
                expected it = expect(argv[1], argv[i]);
                path_of(path, argv[1], "events", argv[i]);
                bytes = read_file(path, &len);
                decode(decoder, &it, argv[i], bytes, len);
                free(bytes);
                free(it.form);
                checked++;
            }
        }
        apigw_decoder_free(decoder);
    }
    CHECK(checked >= argc - 2);
    printf("golden: %d events\n", checked);
    return 0;
}
