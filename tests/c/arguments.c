/* What the functions do with arguments at and beyond their borders, and after errors. */
#include "test.h"

#include <apigw_headers.h>

static const char EVENT[] =
    "{\"httpMethod\":\"GET\",\"path\":\"/"
    "caf\\u00e9\",\"headers\":{\"Host\":\"a.example\",\"x-own\":\"1\",\"X-Own\":\"2\"},"
    "\"queryString\":{\"tag\":[\"x\",true,\"y\"],\"Tag\":\"z\",\"\":\"no name\"}}";
enum {
    EVENT_LEN = sizeof EVENT - 1,
    EVENT_WORDS = sizeof(apigw_event_table) / 4,
    WORDS = EVENT_WORDS + 4 * 8
};

static apigw_status fails_with(const apigw_decoder *decoder, apigw_status status) {
    const apigw_error *error = apigw_decoder_error(decoder);
    CHECK(error->status == status);
    CHECK(error->text == apigw_status_text(status));
    return status;
}

/* Every pointer argument in turn. */
static void null_pointers(void) {
    apigw_decoder *decoder = new_decoder();
    char buffer[EVENT_LEN + APIGW_PADDING];
    uint32_t words[WORDS];
    size_t need = 7;
    apigw_event event;
    apigw_range range = {0, 1};
    memset(&event, 0x5a, sizeof event);
    memcpy(buffer, EVENT, EVENT_LEN);

    CHECK(apigw_decoder_new(APIGW_ABI, NULL, NULL) == APIGW_E_ARGUMENT);
    apigw_decoder_free(NULL);
    apigw_decoder_trim(NULL);
    CHECK(apigw_decoder_error(NULL)->status == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_error(NULL)->text != NULL);
    CHECK(apigw_decoder_kernel(NULL) == NULL);
    CHECK(apigw_encoder_new(APIGW_ABI, NULL, NULL) == APIGW_E_ARGUMENT);
    apigw_encoder_free(NULL);
    CHECK(apigw_encoder_error(NULL)->status == APIGW_E_ARGUMENT);

    CHECK(apigw_decoder_decode(NULL, EVENT, EVENT_LEN, &event) == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode(decoder, NULL, 1, &event) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, NULL) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode(decoder, NULL, 0, &event) ==
          fails_with(decoder, APIGW_E_UNEXPECTED_END));

    CHECK(apigw_decoder_decode_in_place(NULL, buffer, EVENT_LEN, sizeof buffer, &event) ==
          APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_in_place(decoder, NULL, EVENT_LEN, sizeof buffer, &event) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode_in_place(decoder, NULL, 0, 0, &event) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode_in_place(decoder, buffer, EVENT_LEN, sizeof buffer, NULL) ==
          fails_with(decoder, APIGW_E_ARGUMENT));

    CHECK(apigw_decoder_decode_table(NULL, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS,
                                     &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_table(decoder, NULL, EVENT_LEN, buffer, sizeof buffer, words, WORDS,
                                     &need) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, NULL, sizeof buffer, words, WORDS,
                                     &need) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, NULL, WORDS,
                                     &need) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS,
                                     NULL) == fails_with(decoder, APIGW_E_ARGUMENT));
    /* Nothing was written. */
    CHECK(need == 7 && memcmp(buffer, EVENT, EVENT_LEN) == 0);
    CHECK(((unsigned char *)&event)[0] == 0x5a &&
          ((unsigned char *)&event)[sizeof event - 1] == 0x5a);

    /* An empty input needs no pointer. */
    CHECK(apigw_decoder_decode_table(decoder, NULL, 0, buffer, sizeof buffer, words, WORDS,
                                     &need) == fails_with(decoder, APIGW_E_UNEXPECTED_END));
    CHECK(apigw_decoder_decode_table(decoder, NULL, 0, buffer, sizeof buffer, words, 0, &need) ==
          fails_with(decoder, APIGW_E_UNEXPECTED_END));

    CHECK(apigw_event_find(NULL, range, "a", 1, 0, false) == APIGW_NONE);
    CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, &event) == APIGW_OK);
    CHECK(apigw_event_find(&event, event.table->headers, NULL, 1, 0, false) == APIGW_NONE);
    CHECK(apigw_decoder_decode_borrowed(NULL, EVENT, EVENT_LEN, &event) == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_borrowed(decoder, NULL, 1, &event) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode_borrowed(decoder, EVENT, EVENT_LEN, NULL) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, &event) == APIGW_OK);
    {
        apigw_event hollow = event;
        hollow.table = NULL;
        CHECK(apigw_event_find(&hollow, range, "Host", 4, 0, false) == APIGW_NONE);
        hollow = event;
        hollow.pairs = NULL;
        CHECK(apigw_event_find(&hollow, range, "Host", 4, 0, false) == APIGW_NONE);
        hollow = event;
        hollow.text = NULL;
        CHECK(apigw_event_find(&hollow, range, "Host", 4, 0, false) == APIGW_NONE);
    }
    CHECK(apigw_header_id(NULL, 0) == 0 && apigw_header_id(NULL, 4) == 0);
    apigw_decoder_free(decoder);
}

/* The options of a later header, with two members more. */
typedef struct later_options {
    apigw_decoder_options known;
    uint64_t more[2];
} later_options;

static void creation(void) {
    apigw_decoder *decoder = NULL;
    apigw_encoder *encoder = NULL;
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    apigw_encoder_options encoder_options = APIGW_ENCODER_OPTIONS_INIT;
    later_options later = {APIGW_DECODER_OPTIONS_INIT, {0, 0}};
    apigw_event event;

    CHECK(apigw_decoder_new(APIGW_ABI + 1, NULL, &decoder) == APIGW_E_ABI);
    CHECK(apigw_decoder_new(0, NULL, &decoder) == APIGW_E_ABI);
    CHECK(apigw_encoder_new(APIGW_ABI + 1, NULL, &encoder) == APIGW_E_ABI);
    options.size = sizeof options - 1;
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
    options.size = 0;
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
    options.size = UINT32_MAX;
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
    encoder_options.size--;
    CHECK(apigw_encoder_new(APIGW_ABI, &encoder_options, &encoder) == APIGW_E_ARGUMENT);
    later.known.size = sizeof later;
    later.more[1] = 1;
    CHECK(apigw_decoder_new(APIGW_ABI, &later.known, &decoder) == APIGW_E_ARGUMENT);
    CHECK(decoder == NULL && encoder == NULL);

    /* What a later header adds may be left at 0. */
    later.more[1] = 0;
    later.known.max_input = EVENT_LEN - 1;
    CHECK(apigw_decoder_new(APIGW_ABI, &later.known, &decoder) == APIGW_OK);
    CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, &event) == APIGW_E_INPUT_TOO_LONG);
    apigw_decoder_free(decoder);
}

/* Kernels are chosen by their name, and only at the beginning. */
static void kernels(void) {
    static const char *const unknown[] = {"", "fast", "PORTABLE", "\xff"};
    apigw_decoder *decoder = NULL;
    apigw_encoder *encoder = NULL;
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    apigw_encoder_options encoder_options = APIGW_ENCODER_OPTIONS_INIT;
    size_t i;
    for (i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        options.kernel = encoder_options.kernel = unknown[i];
        CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
        CHECK(apigw_encoder_new(APIGW_ABI, &encoder_options, &encoder) == APIGW_E_ARGUMENT);
    }
    CHECK(decoder == NULL && encoder == NULL);
    options.kernel = encoder_options.kernel = "portable";
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_OK);
    CHECK(strcmp(apigw_decoder_kernel(decoder), "portable") == 0);
    CHECK(apigw_encoder_new(APIGW_ABI, &encoder_options, &encoder) == APIGW_OK);
    apigw_decoder_free(decoder);
    apigw_encoder_free(encoder);
}

/* The dialect of all events may be chosen. */
static void dialects(void) {
    static const char alb[] =
        "{\"httpMethod\":\"GET\",\"queryStringParameters\":{\"q\":\"a%20b\"}}";
    apigw_decoder *decoder = NULL;
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    apigw_event event;
    options.dialect = UINT32_MAX;
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT && !decoder);
    options.dialect = APIGW_DIALECT_AWS_ALB;
    CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_OK);
    CHECK(apigw_decoder_decode(decoder, alb, sizeof alb - 1, &event) == APIGW_OK);
    CHECK(event.table->dialect == APIGW_DIALECT_AWS_ALB);
    CHECK(is_text(apigw_event_get(&event, event.table->query, "q", false), "a b"));
    apigw_decoder_free(decoder);
}

static void limits(void) {
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    apigw_decoder *decoder;
    char buffer[EVENT_LEN + APIGW_PADDING];
    uint32_t words[WORDS];
    size_t need;
    apigw_event event;
    uint32_t input, pairs;

    for (input = EVENT_LEN - 1; input <= EVENT_LEN + 1; input++) {
        apigw_status expected = input < EVENT_LEN ? APIGW_E_INPUT_TOO_LONG : APIGW_OK;
        options.max_input = input;
        CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_OK);
        CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, &event) == expected);
        CHECK(expected == APIGW_OK || apigw_decoder_error(decoder)->offset == input);
        memcpy(buffer, EVENT, EVENT_LEN);
        CHECK(apigw_decoder_decode_in_place(decoder, buffer, EVENT_LEN, sizeof buffer, &event) ==
              expected);
        CHECK(expected == APIGW_OK || memcmp(buffer, EVENT, EVENT_LEN) == 0);
        CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words,
                                         WORDS, &need) == expected);
        /* No slice of such a length can be. */
        CHECK(apigw_decoder_decode(decoder, EVENT, SIZE_MAX, &event) == APIGW_E_INPUT_TOO_LONG);
        CHECK(apigw_decoder_decode_in_place(decoder, buffer, SIZE_MAX, SIZE_MAX, &event) ==
              APIGW_E_INPUT_TOO_LONG);
        CHECK(apigw_decoder_decode_table(decoder, EVENT, SIZE_MAX, buffer, SIZE_MAX, words, WORDS,
                                         &need) == APIGW_E_INPUT_TOO_LONG);
        apigw_decoder_free(decoder);
    }
    options.max_input = 0;
    for (pairs = 7; pairs <= 9; pairs++) {
        apigw_status expected = pairs < 8 ? APIGW_E_TOO_MANY_PAIRS : APIGW_OK;
        options.max_pairs = pairs;
        CHECK(apigw_decoder_new(APIGW_ABI, &options, &decoder) == APIGW_OK);
        CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, &event) == expected);
        CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words,
                                         WORDS, &need) == expected);
        /* The limit is told before the room. */
        CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words,
                                         WORDS - 5, &need) ==
              (expected == APIGW_OK ? APIGW_E_BUFFER : APIGW_E_TOO_MANY_PAIRS));
        apigw_decoder_free(decoder);
    }

    /* The default: 16 MiB. */
    {
        size_t most = (size_t)16 << 20;
        char *large = (char *)malloc(most + 1);
        CHECK(large != NULL);
        memset(large, ' ', most + 1);
        memcpy(large, "{}", 2);
        decoder = new_decoder();
        CHECK(apigw_decoder_decode(decoder, large, most, &event) == APIGW_OK);
        CHECK(apigw_decoder_decode(decoder, large, most + 1, &event) == APIGW_E_INPUT_TOO_LONG);
        CHECK(apigw_decoder_error(decoder)->offset == most);
        apigw_decoder_free(decoder);
        free(large);
    }
}

static void rooms(void) {
    apigw_decoder *decoder = new_decoder();
    char *buffer = (char *)copy_of(EVENT, EVENT_LEN + 1);
    uint32_t words[WORDS];
    size_t need = 0, room;
    apigw_event event;

    /* A byte less than the padding. */
    CHECK(apigw_decoder_decode_in_place(decoder, buffer, EVENT_LEN, EVENT_LEN + APIGW_PADDING - 1,
                                        &event) == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer,
                                     EVENT_LEN + APIGW_PADDING - 1, words, WORDS,
                                     &need) == APIGW_E_ARGUMENT);
    CHECK(memcmp(buffer, EVENT, EVENT_LEN) == 0);
    buffer = (char *)realloc(buffer, EVENT_LEN + APIGW_PADDING);
    CHECK(buffer != NULL);
    CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer, EVENT_LEN + APIGW_PADDING,
                                     (uint32_t *)(void *)((char *)words + 1), 90,
                                     &need) == APIGW_E_ARGUMENT);

    for (room = 0; room <= sizeof words / 4; room++) {
        apigw_status expected = room < sizeof words / 4 ? APIGW_E_BUFFER : APIGW_OK;
        uint32_t *tight = (uint32_t *)malloc(room ? room * 4 : 1);
        CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN, buffer,
                                         EVENT_LEN + APIGW_PADDING, tight, room,
                                         &need) == fails_with(decoder, expected));
        CHECK(need == sizeof words / 4);
        free(tight);
    }
    /* An error of the event is told before the room. */
    need = 7;
    CHECK(apigw_decoder_decode_table(decoder, EVENT, EVENT_LEN - 1, buffer,
                                     EVENT_LEN + APIGW_PADDING, words, 70,
                                     &need) == APIGW_E_UNEXPECTED_END);
    CHECK(need == 7);
    free(buffer);
    apigw_decoder_free(decoder);
}

/* A decoded query needs room of its own, which the padding alone rarely is. */
static void rooms_for_queries(void) {
    static const char text[] = "{\"version\":\"2.0\",\"rawPath\":\"/a\",\"rawQueryString\":\""
                               "n=%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20"
                               "%20%20%20%20%20%20%20%20%20"
                               "&%6d=2\",\"requestContext\":{\"http\":{\"method\":\"GET\"},"
                               "\"timeEpoch\":1700000000123}}";
    enum { LEN = sizeof text - 1 };
    apigw_decoder *decoder = new_decoder();
    size_t size, need;
    uint32_t words[EVENT_WORDS + 4 * 8];
    int fitted = 0;
    for (size = LEN + APIGW_PADDING; size <= 2 * LEN + APIGW_PADDING; size++) {
        char *buffer = (char *)malloc(size);
        apigw_event event;
        apigw_status status;
        CHECK(buffer != NULL);
        status = apigw_decoder_decode_table(decoder, text, LEN, buffer, size, words,
                                            sizeof words / 4, &need);
        CHECK(status == APIGW_OK || (status == APIGW_E_BUFFER && need == 0 && !fitted));
        memcpy(buffer, text, LEN);
        CHECK(apigw_decoder_decode_in_place(decoder, buffer, LEN, size, &event) == status);
        if (status == APIGW_OK) {
            fitted++;
            CHECK(is_text(apigw_event_query(&event, "n"), "                              "));
            CHECK(is_text(apigw_event_query(&event, "m"), "2"));
            CHECK(event.table->query.count == 2 &&
                  apigw_event_time_ms(event.table) == 1700000000123);
            CHECK(event.table->flags & APIGW_FLAG_PATH_DECODED);
        }
        free(buffer);
    }
    CHECK(fitted > 1 && fitted <= LEN);
    apigw_decoder_free(decoder);
}

static void lookup(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event;
    apigw_range headers, query, beyond = {0, UINT32_MAX}, far = {7, 2},
                                overflow = {UINT32_MAX - 1, 2};
    uint32_t hit;
    CHECK(apigw_decoder_decode(decoder, EVENT, EVENT_LEN, &event) == APIGW_OK);
    headers = event.table->headers;
    query = event.table->query;

    CHECK(is_text(apigw_event_header(&event, "hOST"), "a.example"));
    CHECK(is_text(apigw_event_header_by_id(&event, APIGW_HEADER_HOST), "a.example"));
    CHECK(apigw_event_header_by_id(&event, APIGW_HEADER_ACCEPT).data == NULL);
    CHECK(apigw_event_header(&event, "hos").data == NULL &&
          apigw_event_header(&event, "hosts").data == NULL);
    CHECK(is_text(apigw_event_query(&event, "Tag"), "z"));
    CHECK(is_text(apigw_event_query(&event, ""), "no name"));
    CHECK(apigw_event_query(&event, "TAG").data == NULL);

    /* Every pair of a name, one after the other. */
    hit = apigw_event_find(&event, headers, "X-OWN", 5, 0, true);
    CHECK(is_text(apigw_event_value(&event, hit), "1") &&
          is_text(apigw_event_name(&event, hit), "x-own"));
    hit = apigw_event_find(&event, headers, "X-OWN", 5, hit + 1, true);
    CHECK(is_text(apigw_event_value(&event, hit), "2"));
    CHECK(apigw_event_find(&event, headers, "X-OWN", 5, hit + 1, true) == APIGW_NONE);
    CHECK(apigw_event_find(&event, headers, "X-OWN", 5, UINT32_MAX, true) == APIGW_NONE);
    CHECK(apigw_event_find(&event, headers, "X-OWN", 5, 0, false) == APIGW_NONE);
    hit = apigw_event_find(&event, query, "tag", 3, 0, false);
    CHECK(is_text(apigw_event_value(&event, hit), "x"));
    hit = apigw_event_find(&event, query, "tag", 3, hit + 1, false);
    CHECK(hit != APIGW_NONE && apigw_event_value(&event, hit).data == NULL);
    hit = apigw_event_find(&event, query, "tag", 3, hit + 1, false);
    CHECK(is_text(apigw_event_value(&event, hit), "y"));
    CHECK(apigw_event_find(&event, query, NULL, 0, 0, false) != APIGW_NONE);

    /* Maps that are not there. */
    CHECK(event.table->path_parameters.first == APIGW_NONE &&
          event.table->path_parameters.count == 0);
    CHECK(apigw_event_find(&event, event.table->path_parameters, "a", 1, 0, false) == APIGW_NONE);
    CHECK(apigw_event_find(&event, beyond, "a", 1, 0, false) == APIGW_NONE);
    CHECK(apigw_event_find(&event, far, "a", 1, 0, false) == APIGW_NONE);
    CHECK(apigw_event_find(&event, overflow, "a", 1, 0, false) == APIGW_NONE);

    CHECK(apigw_header_id("Content-Type", 12) == APIGW_HEADER_CONTENT_TYPE);
    CHECK(apigw_header_id("content-typ", 11) == 0 &&
          apigw_header_id("content-type", SIZE_MAX) == 0);
    CHECK(apigw_header_id("ho\xff\xfe", 4) == 0);
    CHECK(strcmp(apigw_header_name(APIGW_HEADER_CONTENT_TYPE), "content-type") == 0);
    CHECK(apigw_header_name(0) == NULL && apigw_header_name(60000) == NULL);
    CHECK(apigw_header_name(UINT32_MAX) == NULL);
    for (hit = 1; apigw_header_name(hit) != NULL; hit++) {
        CHECK(apigw_header_id(apigw_header_name(hit), strlen(apigw_header_name(hit))) == hit);
    }
    CHECK(hit > APIGW_HEADER_X_VPORT);
    CHECK(strcmp(apigw_dialect_name(APIGW_DIALECT_TENCENT_CLB), "tencent-clb") == 0);
    CHECK(strcmp(apigw_dialect_name(UINT32_MAX), "unknown") == 0);
    CHECK(strcmp(apigw_status_name(APIGW_OK), "ok") == 0);
    CHECK(strcmp(apigw_status_name(APIGW_E_ARGUMENT), "argument") == 0);
    CHECK(strcmp(apigw_status_name(60000), "unknown") == 0 && apigw_status_text(60000)[0] != 0);
    CHECK(APIGW_HAS(event.table, apigw_event_table, status));
    apigw_decoder_free(decoder);
}

/* A decoder works on after every kind of error; two of them do not disturb each other. */
static void reuse(void) {
    static const struct {
        apigw_status status;
        const char *input, *member;
    } faults[] = {
        {APIGW_E_UNEXPECTED_END, "{\"path\":\"", "path"},
        {APIGW_E_UNEXPECTED_BYTE, "{]", NULL},
        {APIGW_E_TRAILING_BYTES, "{} {}", NULL},
        {APIGW_E_INVALID_NUMBER, "{\"x\":01}", NULL},
        {APIGW_E_INVALID_ESCAPE, "{\"path\":\"\\x\"}", "path"},
        {APIGW_E_LONE_SURROGATE, "{\"path\":\"\\ud800\"}", "path"},
        {APIGW_E_CONTROL_CHARACTER, "{\"path\":\"\n\"}", "path"},
        {APIGW_E_INVALID_UTF8, "{\"path\":\"\xff\"}", "path"},
        {APIGW_E_NOT_AN_OBJECT, "[]", NULL},
        {APIGW_E_WRONG_TYPE, "{\"requestContext\":{\"identity\":{\"secretId\":7}}}",
         "requestContext.identity.secretId"},
        {APIGW_E_DUPLICATE_MEMBER, "{\"path\":\"\",\"path\":\"\"}", "path"},
    };
    apigw_decoder *one = new_decoder(), *two = new_decoder();
    apigw_event first, second;
    size_t i;
    CHECK(apigw_decoder_decode(one, EVENT, EVENT_LEN, &first) == APIGW_OK);
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const apigw_error *error = apigw_decoder_error(two);
        size_t len = strlen(faults[i].input);
        char *input = (char *)copy_of(faults[i].input, len);
        CHECK(apigw_decoder_decode(two, input, len, &second) == fails_with(two, faults[i].status));
        CHECK(faults[i].member ? strcmp(error->member, faults[i].member) == 0
                               : error->member == NULL);
        CHECK(apigw_decoder_error(one)->status == APIGW_OK);
        CHECK(apigw_decoder_decode(two, EVENT, EVENT_LEN, &second) == fails_with(two, APIGW_OK));
        CHECK(apigw_decoder_error(two)->member == NULL && apigw_decoder_error(two)->offset == 0);
        CHECK(is_text(apigw_event_string(&second, second.table->path), "/caf\xc3\xa9"));
        /* The other decoder's event is unchanged. */
        CHECK(is_text(apigw_event_string(&first, first.table->path), "/caf\xc3\xa9"));
        free(input);
    }
    apigw_decoder_trim(two);
    CHECK(apigw_decoder_decode(two, EVENT, EVENT_LEN, &second) == APIGW_OK);
    CHECK(!(second.table->flags & APIGW_FLAG_ASCII) && second.table->method_id == APIGW_METHOD_GET);
    apigw_decoder_free(one);
    apigw_decoder_free(two);
}

static void versions(void) {
    char text[64];
    CHECK(apigw_abi() == APIGW_ABI);
    CHECK(APIGW_VERSION_NUMBER ==
          (APIGW_VERSION_MAJOR << 16 | APIGW_VERSION_MINOR << 8 | APIGW_VERSION_PATCH));
    snprintf(text, sizeof text, "%d.%d.%d", APIGW_VERSION_MAJOR, APIGW_VERSION_MINOR,
             APIGW_VERSION_PATCH);
    CHECK(strcmp(apigw_version(), text) == 0);
}

int main(void) {
    null_pointers();
    creation();
    kernels();
    dialects();
    limits();
    rooms();
    rooms_for_queries();
    lookup();
    reuse();
    versions();
    puts("arguments: as described");
    return 0;
}
