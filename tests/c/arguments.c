/* What the functions do with arguments at and beyond their borders, and after errors. */
#include "test.h"

#include <apigw_headers.h>

static const char EVENT[] = "{\"httpMethod\":\"GET\",\"path\":\"/"
                            "caf\\u00e9\",\"headers\":{\"Host\":\"a.example\",\"x-own\":\"1\",\"X-Own\":\"2\"},"
                            "\"queryString\":{\"tag\":[\"x\",true,\"y\"],\"Tag\":\"z\",\"\":\"no name\"}}";
enum { EVENT_LEN = sizeof EVENT - 1, EVENT_WORDS = sizeof(apigw_event) / 4, WORDS = EVENT_WORDS + 4 * 8 };

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
    apigw_view view;
    apigw_range range = {0, 1};
    memset(&view, 0x5a, sizeof view);
    memcpy(buffer, EVENT, EVENT_LEN);

    CHECK(apigw_decoder_create(APIGW_ABI, NULL, NULL) == APIGW_E_ARGUMENT);
    apigw_decoder_free(NULL);
    apigw_decoder_trim(NULL);
    CHECK(apigw_decoder_error(NULL)->status == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_error(NULL)->text != NULL);
    CHECK(apigw_decoder_kernel(NULL) == NULL);
    CHECK(apigw_decoder_set_kernel(NULL, "portable") == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_set_kernel(decoder, NULL) == fails_with(decoder, APIGW_E_ARGUMENT));

    CHECK(apigw_decode(NULL, EVENT, EVENT_LEN, &view) == APIGW_E_ARGUMENT);
    CHECK(apigw_decode(decoder, NULL, 1, &view) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode(decoder, EVENT, EVENT_LEN, NULL) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode(decoder, NULL, 0, &view) == fails_with(decoder, APIGW_E_UNEXPECTED_END));

    CHECK(apigw_decode_in_place(NULL, buffer, EVENT_LEN, sizeof buffer, &view) == APIGW_E_ARGUMENT);
    CHECK(apigw_decode_in_place(decoder, NULL, EVENT_LEN, sizeof buffer, &view) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode_in_place(decoder, NULL, 0, 0, &view) == fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode_in_place(decoder, buffer, EVENT_LEN, sizeof buffer, NULL) ==
          fails_with(decoder, APIGW_E_ARGUMENT));

    CHECK(apigw_decode_table(NULL, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS, &need) == APIGW_E_ARGUMENT);
    CHECK(apigw_decode_table(decoder, NULL, EVENT_LEN, buffer, sizeof buffer, words, WORDS, &need) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, NULL, sizeof buffer, words, WORDS, &need) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, NULL, WORDS, &need) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS, NULL) ==
          fails_with(decoder, APIGW_E_ARGUMENT));
    /* Nothing was written. */
    CHECK(need == 7 && memcmp(buffer, EVENT, EVENT_LEN) == 0);
    CHECK(((unsigned char *)&view)[0] == 0x5a && ((unsigned char *)&view)[sizeof view - 1] == 0x5a);

    /* An empty input needs no pointer. */
    CHECK(apigw_decode_table(decoder, NULL, 0, buffer, sizeof buffer, words, WORDS, &need) ==
          fails_with(decoder, APIGW_E_UNEXPECTED_END));
    CHECK(apigw_decode_table(decoder, NULL, 0, buffer, sizeof buffer, words, 0, &need) ==
          fails_with(decoder, APIGW_E_UNEXPECTED_END));

    CHECK(apigw_find(NULL, range, "a", 1, 0, 0) == APIGW_NONE);
    CHECK(apigw_decode(decoder, EVENT, EVENT_LEN, &view) == APIGW_OK);
    CHECK(apigw_find(&view, view.event->headers, NULL, 1, 0, 0) == APIGW_NONE);
    {
        apigw_view hollow = view;
        hollow.event = NULL;
        CHECK(apigw_find(&hollow, range, "Host", 4, 0, 0) == APIGW_NONE);
        hollow = view;
        hollow.pairs = NULL;
        CHECK(apigw_find(&hollow, range, "Host", 4, 0, 0) == APIGW_NONE);
        hollow = view;
        hollow.text = NULL;
        CHECK(apigw_find(&hollow, range, "Host", 4, 0, 0) == APIGW_NONE);
    }
    CHECK(apigw_header_id(NULL, 0) == 0 && apigw_header_id(NULL, 4) == 0);
    apigw_decoder_free(decoder);
}

static void creation(void) {
    apigw_decoder *decoder = NULL;
    apigw_options options = APIGW_OPTIONS_INIT;
    uint32_t larger[8] = {sizeof larger, 0, 0, 0, 0, 0, 0, 0};
    apigw_view view;

    CHECK(apigw_decoder_create(APIGW_ABI + 1, NULL, &decoder) == APIGW_E_ABI);
    CHECK(apigw_decoder_create(0, NULL, &decoder) == APIGW_E_ABI);
    options.size = sizeof options - 1;
    CHECK(apigw_decoder_create(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
    options.size = 0;
    CHECK(apigw_decoder_create(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
    options.size = UINT32_MAX;
    CHECK(apigw_decoder_create(APIGW_ABI, &options, &decoder) == APIGW_E_ARGUMENT);
    larger[7] = 1;
    CHECK(apigw_decoder_create(APIGW_ABI, (const apigw_options *)larger, &decoder) == APIGW_E_ARGUMENT);
    CHECK(decoder == NULL);

    /* The options of a later header, with what it adds left at 0. */
    larger[7] = 0;
    larger[1] = EVENT_LEN - 1;
    CHECK(apigw_decoder_create(APIGW_ABI, (const apigw_options *)larger, &decoder) == APIGW_OK);
    CHECK(apigw_decode(decoder, EVENT, EVENT_LEN, &view) == APIGW_E_INPUT_TOO_LONG);
    apigw_decoder_free(decoder);
}

static void limits(void) {
    apigw_options options = APIGW_OPTIONS_INIT;
    apigw_decoder *decoder;
    char buffer[EVENT_LEN + APIGW_PADDING];
    uint32_t words[WORDS];
    size_t need;
    apigw_view view;
    uint32_t input, pairs;

    for (input = EVENT_LEN - 1; input <= EVENT_LEN + 1; input++) {
        apigw_status expected = input < EVENT_LEN ? APIGW_E_INPUT_TOO_LONG : APIGW_OK;
        options.max_input = input;
        CHECK(apigw_decoder_create(APIGW_ABI, &options, &decoder) == APIGW_OK);
        CHECK(apigw_decode(decoder, EVENT, EVENT_LEN, &view) == expected);
        CHECK(expected == APIGW_OK || apigw_decoder_error(decoder)->offset == input);
        memcpy(buffer, EVENT, EVENT_LEN);
        CHECK(apigw_decode_in_place(decoder, buffer, EVENT_LEN, sizeof buffer, &view) == expected);
        CHECK(expected == APIGW_OK || memcmp(buffer, EVENT, EVENT_LEN) == 0);
        CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS, &need) == expected);
        /* No slice of such a length can be. */
        CHECK(apigw_decode(decoder, EVENT, SIZE_MAX, &view) == APIGW_E_INPUT_TOO_LONG);
        CHECK(apigw_decode_in_place(decoder, buffer, SIZE_MAX, SIZE_MAX, &view) == APIGW_E_INPUT_TOO_LONG);
        CHECK(apigw_decode_table(decoder, EVENT, SIZE_MAX, buffer, SIZE_MAX, words, WORDS, &need) ==
              APIGW_E_INPUT_TOO_LONG);
        apigw_decoder_free(decoder);
    }
    options.max_input = 0;
    for (pairs = 7; pairs <= 9; pairs++) {
        apigw_status expected = pairs < 8 ? APIGW_E_TOO_MANY_PAIRS : APIGW_OK;
        options.max_pairs = pairs;
        CHECK(apigw_decoder_create(APIGW_ABI, &options, &decoder) == APIGW_OK);
        CHECK(apigw_decode(decoder, EVENT, EVENT_LEN, &view) == expected);
        CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS, &need) == expected);
        /* The limit is told before the room. */
        CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, sizeof buffer, words, WORDS - 5, &need) ==
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
        CHECK(apigw_decode(decoder, large, most, &view) == APIGW_OK);
        CHECK(apigw_decode(decoder, large, most + 1, &view) == APIGW_E_INPUT_TOO_LONG);
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
    apigw_view view;

    /* A byte less than the padding. */
    CHECK(apigw_decode_in_place(decoder, buffer, EVENT_LEN, EVENT_LEN + APIGW_PADDING - 1, &view) == APIGW_E_ARGUMENT);
    CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, EVENT_LEN + APIGW_PADDING - 1, words, WORDS, &need) ==
          APIGW_E_ARGUMENT);
    CHECK(memcmp(buffer, EVENT, EVENT_LEN) == 0);
    buffer = (char *)realloc(buffer, EVENT_LEN + APIGW_PADDING);
    CHECK(buffer != NULL);
    CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, EVENT_LEN + APIGW_PADDING,
                             (uint32_t *)(void *)((char *)words + 1), 90, &need) == APIGW_E_ARGUMENT);

    for (room = 0; room <= sizeof words / 4; room++) {
        apigw_status expected = room < sizeof words / 4 ? APIGW_E_BUFFER : APIGW_OK;
        uint32_t *tight = (uint32_t *)malloc(room ? room * 4 : 1);
        CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN, buffer, EVENT_LEN + APIGW_PADDING, tight, room, &need) ==
              fails_with(decoder, expected));
        CHECK(need == sizeof words / 4);
        free(tight);
    }
    /* An error of the event is told before the room. */
    need = 7;
    CHECK(apigw_decode_table(decoder, EVENT, EVENT_LEN - 1, buffer, EVENT_LEN + APIGW_PADDING, words, 70, &need) ==
          APIGW_E_UNEXPECTED_END);
    CHECK(need == 7);
    free(buffer);
    apigw_decoder_free(decoder);
}

static void lookup(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_view view;
    apigw_range headers, query, beyond = {0, UINT32_MAX}, far = {7, 2}, overflow = {UINT32_MAX - 1, 2};
    uint32_t hit;
    CHECK(apigw_decode(decoder, EVENT, EVENT_LEN, &view) == APIGW_OK);
    headers = view.event->headers;
    query = view.event->query;

    CHECK(is_text(apigw_event_header(&view, "hOST"), "a.example"));
    CHECK(is_text(apigw_event_header_by_id(&view, APIGW_HEADER_HOST), "a.example"));
    CHECK(apigw_event_header_by_id(&view, APIGW_HEADER_ACCEPT).data == NULL);
    CHECK(apigw_event_header(&view, "hos").data == NULL && apigw_event_header(&view, "hosts").data == NULL);
    CHECK(is_text(apigw_event_query(&view, "Tag"), "z"));
    CHECK(is_text(apigw_event_query(&view, ""), "no name"));
    CHECK(apigw_event_query(&view, "TAG").data == NULL);

    /* Every pair of a name, one after the other. */
    hit = apigw_find(&view, headers, "X-OWN", 5, 0, 1);
    CHECK(is_text(apigw_pair_value(&view, hit), "1") && is_text(apigw_pair_name(&view, hit), "x-own"));
    hit = apigw_find(&view, headers, "X-OWN", 5, hit + 1, 1);
    CHECK(is_text(apigw_pair_value(&view, hit), "2"));
    CHECK(apigw_find(&view, headers, "X-OWN", 5, hit + 1, 1) == APIGW_NONE);
    CHECK(apigw_find(&view, headers, "X-OWN", 5, UINT32_MAX, 1) == APIGW_NONE);
    CHECK(apigw_find(&view, headers, "X-OWN", 5, 0, 0) == APIGW_NONE);
    hit = apigw_find(&view, query, "tag", 3, 0, 0);
    CHECK(is_text(apigw_pair_value(&view, hit), "x"));
    hit = apigw_find(&view, query, "tag", 3, hit + 1, 0);
    CHECK(hit != APIGW_NONE && apigw_pair_value(&view, hit).data == NULL);
    hit = apigw_find(&view, query, "tag", 3, hit + 1, 0);
    CHECK(is_text(apigw_pair_value(&view, hit), "y"));
    CHECK(apigw_find(&view, query, NULL, 0, 0, 0) != APIGW_NONE);

    /* Maps that are not there. */
    CHECK(view.event->path_parameters.first == APIGW_NONE && view.event->path_parameters.count == 0);
    CHECK(apigw_find(&view, view.event->path_parameters, "a", 1, 0, 0) == APIGW_NONE);
    CHECK(apigw_find(&view, beyond, "a", 1, 0, 0) == APIGW_NONE);
    CHECK(apigw_find(&view, far, "a", 1, 0, 0) == APIGW_NONE);
    CHECK(apigw_find(&view, overflow, "a", 1, 0, 0) == APIGW_NONE);

    CHECK(apigw_header_id("Content-Type", 12) == APIGW_HEADER_CONTENT_TYPE);
    CHECK(apigw_header_id("content-typ", 11) == 0 && apigw_header_id("content-type", SIZE_MAX) == 0);
    CHECK(apigw_header_id("ho\xff\xfe", 4) == 0);
    CHECK(strcmp(apigw_header_name(APIGW_HEADER_CONTENT_TYPE), "content-type") == 0);
    CHECK(apigw_header_name(0) == NULL && apigw_header_name(60000) == NULL);
    CHECK(apigw_header_name(UINT32_MAX) == NULL);
    for (hit = 1; apigw_header_name(hit) != NULL; hit++) {
        CHECK(apigw_header_id(apigw_header_name(hit), strlen(apigw_header_name(hit))) == hit);
    }
    CHECK(hit > APIGW_HEADER_X_VPORT);
    CHECK(strcmp(apigw_dialect_name(APIGW_DIALECT_CLB), "clb") == 0);
    CHECK(strcmp(apigw_dialect_name(UINT32_MAX), "unknown") == 0);
    CHECK(strcmp(apigw_status_name(APIGW_OK), "ok") == 0);
    CHECK(strcmp(apigw_status_name(APIGW_E_ARGUMENT), "argument") == 0);
    CHECK(strcmp(apigw_status_name(60000), "unknown") == 0 && apigw_status_text(60000)[0] != 0);
    CHECK(APIGW_HAS(view.event, apigw_event, websocket_extras));
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
    apigw_view first, second;
    size_t i;
    CHECK(apigw_decode(one, EVENT, EVENT_LEN, &first) == APIGW_OK);
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const apigw_error *error = apigw_decoder_error(two);
        size_t len = strlen(faults[i].input);
        char *input = (char *)copy_of(faults[i].input, len);
        CHECK(apigw_decode(two, input, len, &second) == fails_with(two, faults[i].status));
        CHECK(faults[i].member ? strcmp(error->member, faults[i].member) == 0 : error->member == NULL);
        CHECK(apigw_decoder_error(one)->status == APIGW_OK);
        CHECK(apigw_decode(two, EVENT, EVENT_LEN, &second) == fails_with(two, APIGW_OK));
        CHECK(apigw_decoder_error(two)->member == NULL && apigw_decoder_error(two)->offset == 0);
        CHECK(is_text(apigw_event_string(&second, second.event->path), "/caf\xc3\xa9"));
        /* The other decoder's view still stands. */
        CHECK(is_text(apigw_event_string(&first, first.event->path), "/caf\xc3\xa9"));
        free(input);
    }
    apigw_decoder_trim(two);
    CHECK(apigw_decode(two, EVENT, EVENT_LEN, &second) == APIGW_OK);
    CHECK(!(second.event->flags & APIGW_FLAG_ASCII) && second.event->method_id == APIGW_METHOD_GET);
    CHECK(apigw_decoder_set_kernel(two, "no such kernel") == APIGW_E_ARGUMENT);
    CHECK(apigw_decoder_set_kernel(two, "\xff") == APIGW_E_ARGUMENT);
    CHECK(strcmp(apigw_decoder_kernel(two), apigw_decoder_kernel(one)) == 0);
    apigw_decoder_free(one);
    apigw_decoder_free(two);
}

static void versions(void) {
    char text[64];
    CHECK(apigw_abi() == APIGW_ABI);
    CHECK(apigw_version_number() == APIGW_VERSION_NUMBER);
    CHECK(APIGW_VERSION_NUMBER == (APIGW_VERSION_MAJOR << 16 | APIGW_VERSION_MINOR << 8 | APIGW_VERSION_PATCH));
    snprintf(text, sizeof text, "%d.%d.%d", APIGW_VERSION_MAJOR, APIGW_VERSION_MINOR, APIGW_VERSION_PATCH);
    CHECK(strcmp(apigw_version(), text) == 0);
}

int main(void) {
    null_pointers();
    creation();
    limits();
    rooms();
    lookup();
    reuse();
    versions();
    puts("arguments: as described");
    return 0;
}
