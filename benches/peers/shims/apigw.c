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

static void read_map(const apigw_event *event, apigw_range range, map *map) {
    APIGW_FOR_EACH_PAIR(range, i) {
        map_push(map, text_of(apigw_event_name(event, i)), text_of(apigw_event_value(event, i)));
    }
}

/* Returns NULL if the library lacks the kernel. */
reader *apigw_reader_new(const char *kernel) {
    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return NULL;
    }
    options.kernel = kernel;
    if (apigw_decoder_new(APIGW_ABI, &options, &reader->decoder) != APIGW_OK) {
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
    apigw_event decoded;
    if (apigw_decoder_decode_borrowed(reader->decoder, input, len, &decoded) != APIGW_OK) {
        return NULL;
    }
    const apigw_event_table *from = decoded.table;
    event *to = &reader->event;
    event_clear(to);

    const apigw_span texts[TEXTS] = {
        [METHOD] = from->method,
        [PATH] = from->path,
        [FULL_PATH] = from->full_path,
        [ROUTE] = from->route,
        [ROUTE_METHOD] = from->route_method,
        [ROUTE_KEY] = from->route_key,
        [STAGE] = from->stage,
        [REQUEST_ID] = from->request_id,
        [API_ID] = from->api_id,
        [SERVICE_NAME] = from->service_name,
        [DOMAIN_NAME] = from->domain_name,
        [ACCOUNT_ID] = from->account_id,
        [SOURCE_IP] = from->source_ip,
        [USER_AGENT] = from->user_agent,
        [PROTOCOL] = from->protocol,
        [SECRET_ID] = from->secret_id,
        [RAW_QUERY] = from->raw_query,
        [AUTHORIZER] = from->authorizer,
        [CLIENT_CERTIFICATE] = from->client_certificate,
        [EVENT_TYPE] = from->event_type,
        [CONNECTION_ID] = from->connection_id,
        [MESSAGE_ID] = from->message_id,
        [DATA_TYPE] = from->data_type,
        [WEBSOCKET_PROTOCOL] = from->websocket_protocol,
        [WEBSOCKET_EXTENSIONS] = from->websocket_extensions,
    };
    for (int i = 0; i < TEXTS; i++) {
        to->texts[i] = text_of(apigw_event_string(&decoded, texts[i]));
    }
    to->texts[BODY] = text_of(apigw_event_body(&decoded));
    const apigw_range maps[MAPS] = {
        [HEADERS] = from->headers,
        [QUERY] = from->query,
        [PATH_PARAMETERS] = from->path_parameters,
        [STAGE_VARIABLES] = from->stage_variables,
        [COOKIE_LIST] = from->cookie_list,
        [DECLARED_QUERY] = from->declared_query,
        [DECLARED_HEADERS] = from->declared_headers,
        [SINGLE_HEADERS] = from->single_headers,
        [SINGLE_QUERY] = from->single_query,
    };
    for (int i = 0; i < MAPS; i++) {
        read_map(&decoded, maps[i], &to->maps[i]);
    }
    to->is_base64 = (from->flags & APIGW_FLAG_BODY_BASE64) != 0;
    return to;
}
