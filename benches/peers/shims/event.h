/* The struct that the readers in C and C++ fill, with all fields of an HTTP event. The same fields
 * are in src/fields.rs, in the same order. */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Absent if data is NULL. */
typedef struct text {
    const char *data;
    size_t len;
} text;

typedef struct pair {
    text name;
    text value;
} pair;

typedef struct map {
    pair *pairs;
    size_t count;
    size_t room;
} map;

/* generated: fields */
enum {
    METHOD,
    PATH,
    FULL_PATH,
    ROUTE,
    ROUTE_METHOD,
    ROUTE_KEY,
    STAGE,
    REQUEST_ID,
    API_ID,
    SERVICE_NAME,
    DOMAIN_NAME,
    ACCOUNT_ID,
    SOURCE_IP,
    USER_AGENT,
    PROTOCOL,
    SECRET_ID,
    RAW_QUERY,
    AUTHORIZER,
    CLIENT_CERTIFICATE,
    EVENT_TYPE,
    CONNECTION_ID,
    MESSAGE_ID,
    DATA_TYPE,
    WEBSOCKET_PROTOCOL,
    WEBSOCKET_EXTENSIONS,
    BODY,
    TEXTS,
};

enum {
    HEADERS,
    QUERY,
    PATH_PARAMETERS,
    STAGE_VARIABLES,
    COOKIE_LIST,
    DECLARED_QUERY,
    DECLARED_HEADERS,
    SINGLE_HEADERS,
    SINGLE_QUERY,
    MAPS,
};
/* generated: end */

/* The field of a member: a text, a map counted from MAP, or one of the others. */
#define UNKNOWN (-1)
#define MAP 32
#define BASE64 64
#define CONTEXT 65
#define IDENTITY 66

typedef struct event {
    text texts[TEXTS];
    map maps[MAPS];
    bool is_base64;
} event;

/* Clears all fields. The maps keep their memory. */
static inline void event_clear(event *event) {
    memset(event->texts, 0, sizeof event->texts);
    for (int i = 0; i < MAPS; i++) {
        event->maps[i].count = 0;
    }
    event->is_base64 = false;
}

static inline void event_free(event *event) {
    for (int i = 0; i < MAPS; i++) {
        free(event->maps[i].pairs);
    }
}

static inline void map_push(map *map, text name, text value) {
    if (map->count == map->room) {
        size_t room = map->room ? map->room * 2 : 32;
        pair *pairs = (pair *)realloc(map->pairs, room * sizeof *pairs);
        if (!pairs) {
            abort();
        }
        map->pairs = pairs;
        map->room = room;
    }
    pair *pair = &map->pairs[map->count++];
    pair->name = name;
    pair->value = value;
}

#define IS(literal) (memcmp(name, literal, sizeof literal - 1) == 0)

static inline int event_member(const char *name, size_t len) {
    switch (len) {
    case 4:
        return IS("path") ? PATH : IS("body") ? BODY : UNKNOWN;
    case 5:
        return IS("query") ? RAW_QUERY : UNKNOWN;
    case 7:
        return IS("headers") ? MAP + HEADERS : UNKNOWN;
    case 8:
        return IS("isBase64") ? BASE64 : UNKNOWN;
    case 10:
        return IS("httpMethod") ? METHOD : UNKNOWN;
    case 11:
        return IS("queryString") ? MAP + QUERY : UNKNOWN;
    case 14:
        return IS("requestContext")   ? CONTEXT
               : IS("pathParameters") ? MAP + PATH_PARAMETERS
               : IS("stageVariables") ? MAP + STAGE_VARIABLES
                                      : UNKNOWN;
    case 15:
        return IS("isBase64Encoded") ? BASE64 : UNKNOWN;
    case 16:
        return IS("headerParameters") ? MAP + DECLARED_HEADERS : UNKNOWN;
    case 17:
        return IS("headersParameters") ? MAP + DECLARED_HEADERS : UNKNOWN;
    case 21:
        return IS("queryStringParameters") ? MAP + DECLARED_QUERY : UNKNOWN;
    default:
        return UNKNOWN;
    }
}

static inline int context_member(const char *name, size_t len) {
    switch (len) {
    case 4:
        return IS("path") ? ROUTE : UNKNOWN;
    case 5:
        return IS("stage") ? STAGE : IS("apiId") ? API_ID : UNKNOWN;
    case 8:
        return IS("sourceIp") ? SOURCE_IP : IS("identity") ? IDENTITY : UNKNOWN;
    case 9:
        if (IS("serviceId")) {
            return API_ID;
        }
        return IS("requestId") ? REQUEST_ID : IS("accountId") ? ACCOUNT_ID : UNKNOWN;
    case 10:
        return IS("httpMethod") ? ROUTE_METHOD : IS("domainName") ? DOMAIN_NAME : UNKNOWN;
    case 11:
        return IS("serviceName") ? SERVICE_NAME : UNKNOWN;
    default:
        return UNKNOWN;
    }
}

static inline int identity_member(const char *name, size_t len) {
    return len == 8 && IS("secretId") ? SECRET_ID : UNKNOWN;
}

#undef IS

#endif
