#include "dump.h"
#include "test.h"

static void put(dump *out, const char *text, size_t len) {
    if (out->size - out->len < len) {
        out->size = 2 * out->size + len;
        out->text = (char *)realloc(out->text, out->size);
        CHECK(out->text != NULL);
    }
    memcpy(out->text + out->len, text, len);
    out->len += len;
}

static void put_text(dump *out, const char *text) { put(out, text, strlen(text)); }

static void put_string(dump *out, apigw_string string) {
    size_t i;
    put_text(out, "\"");
    for (i = 0; i < string.len; i++) {
        unsigned char byte = (unsigned char)string.data[i];
        static const char short_escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";
        const char *escape = NULL;
        size_t j;
        for (j = 0; j + 1 < sizeof short_escapes; j += 2) {
            if ((unsigned char)short_escapes[j] == byte) escape = &short_escapes[j + 1];
        }
        if (escape) {
            put_text(out, "\\");
            put(out, escape, 1);
        } else if (byte < 0x20) {
            char hex[8];
            snprintf(hex, sizeof hex, "\\u%04x", byte);
            put_text(out, hex);
        } else {
            put(out, (const char *)&string.data[i], 1);
        }
    }
    put_text(out, "\"");
}

static void put_name(dump *out, const char *name) {
    if (out->len > 1) put_text(out, ",");
    put_text(out, "\"");
    put_text(out, name);
    put_text(out, "\":");
}

static void member(dump *out, const char *name, apigw_string value) {
    if (value.data == NULL) return;
    put_name(out, name);
    put_string(out, value);
}

static void text_member(dump *out, const char *name, const char *value) {
    apigw_string string;
    string.data = value;
    string.len = strlen(value);
    member(out, name, string);
}

static void map(dump *out, const apigw_event *event, const char *name, apigw_range range) {
    if (range.first == APIGW_NONE) return;
    put_name(out, name);
    put_text(out, "[");
    APIGW_FOR_EACH_PAIR(range, i) {
        apigw_string value = apigw_event_value(event, i);
        put_text(out, i == range.first ? "[" : ",[");
        put_string(out, apigw_event_name(event, i));
        put_text(out, ",");
        if (value.data) {
            put_string(out, value);
        } else {
            put_text(out, "null");
        }
        put_text(out, "]");
    }
    put_text(out, "]");
}

static void extras(dump *out, const apigw_event *event, const char *name, apigw_range range) {
    if (range.count != 0) map(out, event, name, range);
}

void dump_event(dump *out, const apigw_event *event) {
    const apigw_event_table *table = event->table;
    CHECK(table->size == sizeof *table);
    out->len = 0;
    put_text(out, "{");
    text_member(out, "dialect", apigw_dialect_name(table->dialect));
    if (apigw_event_time_ms(table) != 0) {
        char number[24];
        snprintf(number, sizeof number, "%llu", (unsigned long long)apigw_event_time_ms(table));
        put_name(out, "time_ms");
        put_text(out, number);
    }
    if (table->flags & APIGW_FLAG_PATH_DECODED) {
        put_name(out, "path_decoded");
        put_text(out, "true");
    }
#define STRING(name) member(out, #name, apigw_event_string(event, table->name))
    STRING(method);
    STRING(path);
    STRING(full_path);
    STRING(route);
    STRING(route_method);
    STRING(route_key);
    STRING(stage);
    STRING(request_id);
    STRING(api_id);
    STRING(service_name);
    STRING(domain_name);
    STRING(account_id);
    STRING(source_ip);
    STRING(user_agent);
    STRING(protocol);
    STRING(secret_id);
    STRING(raw_query);
    STRING(authorizer);
    STRING(client_certificate);
    if (table->flags & APIGW_FLAG_WEBSOCKET_CONNECT) text_member(out, "websocket_phase", "connect");
    if (table->flags & APIGW_FLAG_WEBSOCKET_MESSAGE) text_member(out, "websocket_phase", "message");
    if (table->flags & APIGW_FLAG_WEBSOCKET_CLOSE) text_member(out, "websocket_phase", "close");
    STRING(event_type);
    STRING(connection_id);
    STRING(message_id);
    STRING(data_type);
    STRING(websocket_protocol);
    STRING(websocket_extensions);
#define MAP(name) map(out, event, #name, table->name)
    MAP(headers);
    MAP(query);
    MAP(path_parameters);
    MAP(stage_variables);
    MAP(cookie_list);
    MAP(declared_query);
    MAP(declared_headers);
    MAP(single_headers);
    MAP(single_query);
    if (table->body.off != APIGW_NONE) {
        text_member(out, "body_kind",
                    table->flags & APIGW_FLAG_BODY_JSON     ? "json"
                    : table->flags & APIGW_FLAG_BODY_BASE64 ? "base64"
                                                            : "text");
    }
    member(out, "body", apigw_event_body(event));
#define EXTRAS(name) extras(out, event, #name, table->name)
    EXTRAS(extras);
    EXTRAS(context_extras);
    EXTRAS(identity_extras);
    EXTRAS(http_extras);
    EXTRAS(websocket_extras);
    put_text(out, "}");
}
