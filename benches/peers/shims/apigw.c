/* Reads events with apigw through its C header, into the same struct as the other readers in C. */
#include <apigw.h>

#include "event.h"

typedef struct reader {
    event event;
    apigw_decoder *decoder;
} reader;

static text text_of(apigw_string string) {
    text text = {string.data, string.len};
    return text;
}

static void read_map(const apigw_view *view, apigw_range range, map *map) {
    for (uint32_t i = 0; i < range.count; i++) {
        uint32_t index = range.first + i;
        text name = text_of(apigw_pair_name(view, index));
        map_push(map, name, text_of(apigw_pair_value(view, index)));
    }
}

/* Returns NULL if the library lacks the kernel. */
reader *apigw_reader_new(const char *kernel) {
    reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return NULL;
    }
    if (apigw_decoder_create(APIGW_ABI, NULL, &reader->decoder) != APIGW_OK ||
        apigw_decoder_set_kernel(reader->decoder, kernel) != APIGW_OK) {
        apigw_decoder_free(reader->decoder);
        free(reader);
        return NULL;
    }
    return reader;
}

void apigw_reader_free(reader *reader) {
    event_free(&reader->event);
    apigw_decoder_free(reader->decoder);
    free(reader);
}

/* Returns NULL if the input is not an event. */
const event *apigw_reader_read(reader *reader, const char *input, size_t len) {
    apigw_view view;
    if (apigw_decode(reader->decoder, input, len, &view) != APIGW_OK) {
        return NULL;
    }
    const apigw_event *from = view.event;
    event *to = &reader->event;
    event_clear(to);

    const apigw_span texts[TEXTS] = {
        [METHOD] = from->method,
        [PATH] = from->path,
        [RAW_QUERY] = from->raw_query,
        [BODY] = from->body,
        [ROUTE] = from->route,
        [ROUTE_METHOD] = from->route_method,
        [STAGE] = from->stage,
        [REQUEST_ID] = from->request_id,
        [SERVICE_ID] = from->service_id,
        [SERVICE_NAME] = from->service_name,
        [SOURCE_IP] = from->source_ip,
        [SECRET_ID] = from->secret_id,
        [DOMAIN_NAME] = from->domain_name,
        [ACCOUNT_ID] = from->account_id,
        [CONNECTION_ID] = from->connection_id,
    };
    for (int i = 0; i < TEXTS; i++) {
        to->texts[i] = text_of(apigw_event_string(&view, texts[i]));
    }
    const apigw_range maps[MAPS] = {
        [HEADERS] = from->headers,
        [QUERY] = from->query,
        [PATH_PARAMETERS] = from->path_parameters,
        [DECLARED_QUERY] = from->declared_query,
        [DECLARED_HEADERS] = from->declared_headers,
        [STAGE_VARIABLES] = from->stage_variables,
    };
    for (int i = 0; i < MAPS; i++) {
        read_map(&view, maps[i], &to->maps[i]);
    }
    to->is_base64 = (from->flags & APIGW_FLAG_BODY_BASE64) != 0;
    return to;
}
