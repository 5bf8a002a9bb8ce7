/*
 * apigw: decodes API-gateway events, the JSON that a serverless platform hands to a function for each HTTP request.
 *
 *     #include <stdio.h>
 *     #include <apigw.h>
 *
 *     int main(void) {
 *         const char input[] = "{\"httpMethod\":\"GET\",\"path\":\"/cats\",\"headers\":{\"host\":\"example.com\"}}";
 *         apigw_decoder *decoder;
 *         apigw_view event;
 *         if (apigw_decoder_create(APIGW_ABI, NULL, &decoder) != APIGW_OK) return 1;
 *         if (apigw_decode(decoder, input, sizeof input - 1, &event) == APIGW_OK) {
 *             apigw_string path = apigw_event_string(&event, event.event->path);
 *             apigw_string host = apigw_event_header(&event, "Host");
 *             printf("%.*s on %.*s\n", (int)path.len, path.data, (int)host.len, host.data);
 *         } else {
 *             const apigw_error *error = apigw_decoder_error(decoder);
 *             fprintf(stderr, "byte %zu: %s\n", error->offset, error->text);
 *         }
 *         apigw_decoder_free(decoder);
 *         return 0;
 *     }
 *
 * An event is one block of text and a table without pointers: `apigw_span` is a string in the text, `apigw_pair` a name and its
 * value, `apigw_range` a map, which is a stretch of the one array of pairs. One call fills it; reading it takes plain loads. The
 * inline functions at the end of this header read it for you.
 *
 * Rules that hold for all functions:
 *
 * - Errors. A function that can fail answers an `apigw_status`. Outputs come last and are written on success only, unless their
 *   description says more. NULL where a pointer is needed is APIGW_E_ARGUMENT and does no harm.
 * - Ownership. What a function makes, the library frees (`apigw_decoder_free`); what it lends, nobody frees. The library keeps no
 *   pointer to the caller's memory after a call.
 * - Lifetime. A view and what it points to, and a JSON document, are valid until the next decode, trim or free on the same
 *   decoder.
 * - Threads. A decoder is used by one thread at a time and may move between threads. Functions without a decoder can be called
 *   from any thread at any time. The library has no global state.
 * - Input. Any bytes whatever give an event or an error, in a time that grows linearly with their number.
 *
 * In order: version, limits, kinds of events, methods, flags, status codes, kinds of JSON values,
 * structs, functions, inline functions.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef APIGW_H
#define APIGW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef APIGW_API
#if defined(_WIN32) && defined(APIGW_SHARED)
#define APIGW_API __declspec(dllimport)
#else
#define APIGW_API
#endif
#endif

#ifdef __cplusplus
#define APIGW_NOEXCEPT noexcept
#else
#define APIGW_NOEXCEPT
#endif

#ifdef __GNUC__
#define APIGW_CHECKED __attribute__((warn_unused_result))
#else
#define APIGW_CHECKED
#endif

/** The options that a decoder has by default: `apigw_options options = APIGW_OPTIONS_INIT;` */
#define APIGW_OPTIONS_INIT {sizeof(apigw_options), 0, 0, 0, 0}

/**
 * A response with status 200, without headers and body, for the API gateway:
 * `apigw_response response = APIGW_RESPONSE_INIT;`
 */
#define APIGW_RESPONSE_INIT {sizeof(apigw_response), 200, NULL, 0, NULL, 0, APIGW_BODY_AUTO, APIGW_DIALECT_API_GATEWAY}

/** A reply that accepts a WebSocket client; its connection is still to be set. */
#define APIGW_WEBSOCKET_REPLY_INIT {sizeof(apigw_websocket_reply), 0, "ok", 2, NULL, 0, NULL, 0, NULL, 0}

/**
 * Whether the library in use fills this member of an event or error, which may be newer than the library:
 * `APIGW_HAS(event, apigw_event, body)`.
 */
#define APIGW_HAS(pointer, type, member) \
    ((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/*
 * ==== Version ====
 *
 * The interface has a number of its own, which is also the one in the name of the shared library (`libapigw.so.1`). It
 * changes only when programs must be compiled again. Until then functions, numbers, and members at the end of `apigw_event`,
 * `apigw_error` and `apigw_options` may be added; nothing else changes.
 */

/** The number of the interface that this header describes. */
#define APIGW_ABI 1

/** The release that this header belongs to: its three numbers, and one that compares, major << 16 | minor << 8 | patch. */
#define APIGW_VERSION_MAJOR 0
#define APIGW_VERSION_MINOR 1
#define APIGW_VERSION_PATCH 0
#define APIGW_VERSION_NUMBER 256

/*
 * ==== Limits ====
 */

/** Bytes of room that must follow an event in a buffer of the caller's in which it is decoded. */
#define APIGW_PADDING 64

/** Objects and arrays that may be open at once; the event's own object is the first. */
#define APIGW_MAX_DEPTH 64

/** Bytes of a name in a map, once unescaped: what the 16 bits of a pair's name length hold. */
#define APIGW_MAX_NAME 65535

/**
 * The offset of an absent string, the first index of an absent map, and what `apigw_find`
 * returns when nothing is found.
 */
#define APIGW_NONE UINT32_MAX

/*
 * ==== Status codes ====
 *
 * Numbers 1 to 15 are about the caller or the system, 16 to 31 about the JSON text, 32 to 47 about
 * the members of the event, 48 to 63 about limits, 64 to 79 about a response. New ones may be added;
 * a number is never given to another fault. Offsets are bytes of the input from 0, and the same on
 * every CPU.
 */

/** Success. */
#define APIGW_OK 0

/** A pointer is NULL where it must not be, or an argument is impossible. */
#define APIGW_E_ARGUMENT 1

/** Header and library describe different interfaces. */
#define APIGW_E_ABI 2

/** The system gave no memory. */
#define APIGW_E_OUT_OF_MEMORY 3

/** A bug in the library, caught before it reached the program. The decoder remains usable. */
#define APIGW_E_PANIC 4

/** The buffer is too small for the output, whose size is reported. */
#define APIGW_E_BUFFER 5

/** The input ends in the middle of the document (RFC 8259 section 2). */
#define APIGW_E_UNEXPECTED_END 16

/** A byte that JSON does not allow at its place (RFC 8259 section 2). */
#define APIGW_E_UNEXPECTED_BYTE 17

/** Something other than white space follows the document. */
#define APIGW_E_TRAILING_BYTES 18

/**
 * A number that breaks the grammar (RFC 8259 section 6), or one beyond the range of a 64-bit float
 * in a document whose values are read; the offset is then that of its first byte.
 */
#define APIGW_E_INVALID_NUMBER 19

/** An escape that JSON does not have (RFC 8259 section 7); the offset is that of its backslash. */
#define APIGW_E_INVALID_ESCAPE 20

/** A lone surrogate (RFC 8259 section 8.2); the offset is that of its backslash. */
#define APIGW_E_LONE_SURROGATE 21

/** A raw byte below 0x20 inside a string (RFC 8259 section 7). */
#define APIGW_E_CONTROL_CHARACTER 22

/**
 * Bytes that are not UTF-8 (RFC 8259 section 8.1); the offset is where the invalid sequence
 * begins.
 */
#define APIGW_E_INVALID_UTF8 23

/**
 * Not base64 of the standard alphabet with padding (RFC 4648 section 4); the offset is that of the
 * first invalid byte. In a decoded response, the offset is that of the value.
 */
#define APIGW_E_INVALID_BASE64 24

/** A multipart body (RFC 7578) that is cut off or has no boundary. */
#define APIGW_E_INVALID_MULTIPART 25

/** The document is not a JSON object. */
#define APIGW_E_NOT_AN_OBJECT 32

/** A known member has a type that it must not have; the offset is that of its value. */
#define APIGW_E_WRONG_TYPE 33

/** A known member occurs twice; the offset is where the second one begins. */
#define APIGW_E_DUPLICATE_MEMBER 34

/** A required member of a response is missing; the offset is the end of the object. */
#define APIGW_E_MISSING_MEMBER 35

/** The input is longer than the limit of the decoder. */
#define APIGW_E_INPUT_TOO_LONG 48

/** More than `APIGW_MAX_DEPTH` objects and arrays are open at once. */
#define APIGW_E_TOO_DEEP 49

/** The event has more pairs than the limit of the decoder. */
#define APIGW_E_TOO_MANY_PAIRS 50

/** A name in a map is longer than `APIGW_MAX_NAME` bytes. */
#define APIGW_E_NAME_TOO_LONG 51

/** A JSON document inside the event has more values and names than the limit of the decoder. */
#define APIGW_E_TOO_MANY_NODES 52

/** A status that is not between 100 and 999 (RFC 9110 section 15). */
#define APIGW_E_INVALID_STATUS 64

/**
 * A header name that is not a token (RFC 9110 section 5.1). In a decoded response, the offset is
 * that of the name.
 */
#define APIGW_E_INVALID_HEADER_NAME 65

/**
 * A control character in a header value (RFC 9110 section 5.5), or bytes that are not UTF-8. In a
 * decoded response, the offset is that of the value.
 */
#define APIGW_E_INVALID_HEADER_VALUE 66

/** The encoded response is longer than the limit of the encoder. */
#define APIGW_E_RESPONSE_TOO_LONG 67

/*
 * ==== Kinds of events ====
 *
 * The kind of gateway that made an event, recognised by the event's members. New ones may be
 * added.
 */

/** None of those below. Members with known names are read all the same. */
#define APIGW_DIALECT_UNKNOWN 0

/** Tencent API Gateway (<https://cloud.tencent.com/document/product/583/12513>). */
#define APIGW_DIALECT_API_GATEWAY 1

/** Tencent API Gateway, WebSocket (<https://cloud.tencent.com/document/product/583/32553>). */
#define APIGW_DIALECT_WEBSOCKET 2

/** Tencent SCF Function URL (<https://cloud.tencent.com/document/product/583/96099>). */
#define APIGW_DIALECT_FUNCTION_URL 3

/** Tencent Cloud Load Balancer (<https://cloud.tencent.com/document/product/583/52635>). */
#define APIGW_DIALECT_CLB 4

/** Tencent CloudBase HTTP access (<https://cloud.tencent.com/document/product/876/41776>). */
#define APIGW_DIALECT_CLOUDBASE 5

/** Not an HTTP request: the event of a timer, an object store or a message queue. */
#define APIGW_DIALECT_NOT_HTTP 6

/*
 * ==== Methods ====
 *
 * A method of HTTP (RFC 9110 section 9, RFC 5789), compared without ASCII case.
 */

/** There is no method, or it is none of those below. */
#define APIGW_METHOD_OTHER 0

/** `GET`. */
#define APIGW_METHOD_GET 1

/** `HEAD`. */
#define APIGW_METHOD_HEAD 2

/** `POST`. */
#define APIGW_METHOD_POST 3

/** `PUT`. */
#define APIGW_METHOD_PUT 4

/** `DELETE`. */
#define APIGW_METHOD_DELETE 5

/** `CONNECT`. */
#define APIGW_METHOD_CONNECT 6

/** `OPTIONS`. */
#define APIGW_METHOD_OPTIONS 7

/** `TRACE`. */
#define APIGW_METHOD_TRACE 8

/** `PATCH`. */
#define APIGW_METHOD_PATCH 9

/*
 * ==== Bodies of responses ====
 *
 * How the body of a response is written.
 */

/** As text if it is UTF-8, otherwise in base64. */
#define APIGW_BODY_AUTO 0

/** As text. Bytes that are not UTF-8 are an error. */
#define APIGW_BODY_TEXT 1

/** In base64 (RFC 4648 section 4). */
#define APIGW_BODY_BASE64 2

/*
 * ==== Rules of responses ====
 *
 * How the output of a function is read.
 */

/**
 * An integrated response exactly as documented
 * (<https://cloud.tencent.com/document/product/583/12513>): an integer status, headers that are
 * strings or arrays of strings, a body that is a string, a flag that is true or false. A header
 * name must not occur twice in different case, because a gateway keeps only one, and base64 must
 * be valid.
 */
#define APIGW_RULES_STRICT 0

/**
 * An integrated response with what gateways and emulators accept: a status in a string, `null` for
 * absent members, numbers and literals as headers, the flag as a string.
 */
#define APIGW_RULES_GATEWAY 1

/** The whole output is the body, with status 200: the integrated response is switched off. */
#define APIGW_RULES_PASS_THROUGH 2

/**
 * A Function URL (<https://cloud.tencent.com/document/product/583/96099>): as the rules of a
 * gateway, but JSON without a `statusCode` is the body, with status 200 and content type
 * `application/json`.
 */
#define APIGW_RULES_FUNCTION_URL 3

/*
 * ==== Kinds of JSON values ====
 *
 * The kind of a JSON value.
 */

/** `null`. */
#define APIGW_JSON_NULL 0

/** `true` or `false`, in `value.number`. */
#define APIGW_JSON_BOOL 1

/** An integer from -2^63 to 2^63-1, in `value.integer`. */
#define APIGW_JSON_INT 2

/** An integer from 2^63 to 2^64-1, in `value.number`. */
#define APIGW_JSON_UINT 3

/** Any other number, in `value.real`. */
#define APIGW_JSON_FLOAT 4

/** A string, or the name of a member, in `value.string`: see `apigw_json_string`. */
#define APIGW_JSON_STRING 5

/** An array, with the number of its elements in `value.number`. */
#define APIGW_JSON_ARRAY 6

/** An object, with the number of its members in `value.number`. */
#define APIGW_JSON_OBJECT 7

/*
 * ==== Flags ====
 *
 * Bits of `apigw_event.flags`.
 */

/** The body is base64 text of the bytes that were sent. */
#define APIGW_FLAG_BODY_BASE64 1

/**
 * The body was sent as a JSON object or array and is its raw JSON text; `APIGW_FLAG_BODY_BASE64`
 * has no meaning then.
 */
#define APIGW_FLAG_BODY_JSON 2

/** Every string of the event is ASCII. */
#define APIGW_FLAG_ASCII 4

/** A WebSocket client asks for a connection. */
#define APIGW_FLAG_WEBSOCKET_CONNECT 8

/** A WebSocket client sent a message. */
#define APIGW_FLAG_WEBSOCKET_MESSAGE 16

/** A WebSocket client closed the connection. */
#define APIGW_FLAG_WEBSOCKET_CLOSE 32

/** A response is an integrated one, not passed through. */
#define APIGW_FLAG_INTEGRATED 64

/*
 * ==== Structs ====
 */

/**
 * A decoder: the memory and the settings that outlive an event. Opaque.
 *
 * It is used by one thread at a time and may move between threads. Make one per thread and use it for every event: from the
 * third event on, and the second of its size, decoding allocates nothing.
 */
typedef struct apigw_decoder apigw_decoder;

/** The answer of a function that can fail: one of the `APIGW_OK` and `APIGW_E_...` numbers. */
typedef uint32_t apigw_status;

/**
 * Settings of a decoder, made by the caller. Start from `APIGW_OPTIONS_INIT`. New members are added at the end; a library
 * that does not know them refuses them unless they are 0.
 */
typedef struct apigw_options {
    /** Bytes of this struct: `sizeof(apigw_options)`. */
    uint32_t size;
    /** Bytes that an input may have; 0 for the default, 16 MiB. */
    uint32_t max_input;
    /** Pairs that an event may have, unknown members included; 0 for the default, 4096. */
    uint32_t max_pairs;
    /** Bytes that an encoded response may have; 0 for the default, 6 MiB. */
    uint32_t max_response;
    /** Values and names that a JSON document inside an event may have; 0 for the default, 1 048 576. */
    uint32_t max_nodes;
} apigw_options;

/** Why the last call on a decoder failed. Made by the library; new members are added at the end. */
typedef struct apigw_error {
    /** Bytes of this struct that the library has filled. */
    uint32_t size;
    /** The status that the call answered; `APIGW_OK` if it did not fail. */
    apigw_status status;
    /** Where the fault lies: bytes from the input's start; the input's length where more was expected. */
    size_t offset;
    /** What the status means. Static. */
    const char *text;
    /**
     * The member of the event or response in which the fault lies, such as "requestContext.stage" or "headers.x-a"; NULL where
     * that is not known.
     */
    const char *member;
} apigw_error;

/** A string in the text block of an event: UTF-8, without a NUL at its end. This struct never changes. */
typedef struct apigw_span {
    /** Byte offset in the text block; the highest 32-bit number when the string is absent. */
    uint32_t off;
    /** Length in bytes; an empty string has a valid offset and length 0. */
    uint32_t len;
} apigw_span;

/**
 * A map of an event: neighbouring entries of its array of pairs, in the event's order, repeated names included. This
 * struct never changes.
 */
typedef struct apigw_range {
    /** Index of the first pair; the highest 32-bit number when the event has no such map. */
    uint32_t first;
    /** Number of pairs. */
    uint32_t count;
} apigw_range;

/** The fixed part of a decoded event. New members are added at the end. */
typedef struct apigw_event {
    /** Bytes of this struct that the library has filled: members after them are not there. */
    uint32_t size;
    /** Number of the dialect: the kind of gateway that made the event. */
    uint32_t dialect;
    /** Number of the method if it is a registered one, compared without ASCII case; otherwise 0. */
    uint32_t method_id;
    /** Bits that say what the body is, whether all text is ASCII, and what happened to a WebSocket. */
    uint32_t flags;
    /** Number of pairs of all maps together. */
    uint32_t pair_count;
    /**
     * The request's method as it was sent.
     *
     * From `httpMethod`.
     */
    struct apigw_span method;
    /**
     * The request's path without the stage. The gateway does not say whether it is percent-decoded.
     *
     * From `path`.
     */
    struct apigw_span path;
    /**
     * The configured path, which may be a template or a prefix of the request's.
     *
     * From `requestContext.path`.
     */
    struct apigw_span route;
    /**
     * The configured method, which may be `ANY`.
     *
     * From `requestContext.httpMethod`.
     */
    struct apigw_span route_method;
    /**
     * The stage of the service, such as `release`.
     *
     * From `requestContext.stage`.
     */
    struct apigw_span stage;
    /**
     * The request's identifier. Events of running gateways lack it; their header `x-api-requestid` has
     * it.
     *
     * From `requestContext.requestId`.
     */
    struct apigw_span request_id;
    /**
     * The service's identifier.
     *
     * From `requestContext.serviceId`, or `requestContext.apiId` of other vendors.
     */
    struct apigw_span service_id;
    /**
     * The service's name, which events until 2019 and WebSocket events have instead of the identifier.
     *
     * From `requestContext.serviceName`.
     */
    struct apigw_span service_name;
    /**
     * The client's address.
     *
     * From `requestContext.sourceIp`.
     */
    struct apigw_span source_ip;
    /**
     * The key that a request was signed with.
     *
     * From `requestContext.identity.secretId`.
     */
    struct apigw_span secret_id;
    /**
     * The domain that the request was sent to.
     *
     * From `requestContext.domainName`.
     */
    struct apigw_span domain_name;
    /**
     * The account that owns the gateway.
     *
     * From `requestContext.accountId`.
     */
    struct apigw_span account_id;
    /**
     * The query as one string, which events until February 2019 have instead of the map.
     *
     * From `query`.
     */
    struct apigw_span raw_query;
    /**
     * What happened to a WebSocket connection, in the gateway's words.
     *
     * From `websocket.action`.
     */
    struct apigw_span websocket_action;
    /**
     * The WebSocket connection.
     *
     * From `websocket.secConnectionID`, or `requestContext.connectionId` of other vendors.
     */
    struct apigw_span connection_id;
    /**
     * What a WebSocket message holds: `text` or `binary`.
     *
     * From `websocket.dataType`.
     */
    struct apigw_span data_type;
    /**
     * The subprotocols that a WebSocket client offers, separated by commas.
     *
     * From `websocket.secWebSocketProtocol`.
     */
    struct apigw_span websocket_protocol;
    /**
     * The extensions that a WebSocket client offers, separated by commas.
     *
     * From `websocket.secWebSocketExtensions`.
     */
    struct apigw_span websocket_extensions;
    /**
     * The request's body, or the data of a WebSocket message, as it is in the event. The flags say
     * what it is.
     *
     * From `body`, or `websocket.data`, or `payload` of load balancers.
     */
    struct apigw_span body;
    /**
     * The request's headers. Names are as they were sent, in running gateways lower case.
     *
     * From `headers`.
     */
    struct apigw_range headers;
    /**
     * The request's query, decoded. A key without `=` has no value.
     *
     * From `queryString`.
     */
    struct apigw_range query;
    /**
     * What the variables of the configured path matched.
     *
     * From `pathParameters`.
     */
    struct apigw_range path_parameters;
    /**
     * The query parameters that the service's configuration declares.
     *
     * From `queryStringParameters`.
     */
    struct apigw_range declared_query;
    /**
     * The headers that the service's configuration declares.
     *
     * From `headerParameters`.
     */
    struct apigw_range declared_headers;
    /**
     * The variables of the stage, which only documented events have.
     *
     * From `stageVariables`.
     */
    struct apigw_range stage_variables;
    /** Members of the event that have no field: names, and values as raw JSON text. */
    struct apigw_range extras;
    /** Members of `requestContext` that have no field: names, and values as raw JSON text. */
    struct apigw_range context_extras;
    /** Members of `requestContext.identity` that have no field: names, and values as raw JSON text. */
    struct apigw_range identity_extras;
    /** Members of `websocket` that have no field: names, and values as raw JSON text. */
    struct apigw_range websocket_extras;
    /** The status of a response, 100 to 999; 0 in an event. */
    uint32_t status;
} apigw_event;

/** A name and its value, one entry of the array that holds all maps of an event. This struct never changes. */
typedef struct apigw_pair {
    /** Byte offset of the name. */
    uint32_t name_off;
    /** Length of the name in bytes. */
    uint16_t name_len;
    /** Number of a well-known header name in `headers` and `declared_headers`; otherwise 0. */
    uint16_t name_id;
    /** Byte offset of the value; the highest 32-bit number for a bare name. */
    uint32_t value_off;
    /** Length of the value in bytes. */
    uint32_t value_len;
} apigw_pair;

/**
 * An event as a program reads it: filled by a decode, owned by the caller and copied freely. What it points to stays valid
 * until the next decode, trim or free on the same decoder; after `apigw_decode_in_place` also no longer than the buffer. This
 * struct never changes.
 */
typedef struct apigw_view {
    /** The fixed part. */
    const struct apigw_event *event;
    /** The pairs of all maps, `event->pair_count` in number. */
    const struct apigw_pair *pairs;
    /** The text block, to which all offsets refer. Strings in it are UTF-8, may contain NUL and do not end with one. */
    const char *text;
    /** Bytes of the text block. */
    size_t text_len;
} apigw_view;

/**
 * A header of a response: bytes that need not end with a NUL. A name is a token (RFC 9110 section 5.1), a value UTF-8 without
 * control characters but tabs (section 5.5). This struct never changes.
 */
typedef struct apigw_header {
    /** The name. */
    const char *name;
    /** Bytes of the name. */
    size_t name_len;
    /** The value. */
    const char *value;
    /** Bytes of the value. */
    size_t value_len;
} apigw_header;

/** A response, made by the caller. Start from `APIGW_RESPONSE_INIT`. New members are added at the end. */
typedef struct apigw_response {
    /** Bytes of this struct: `sizeof(apigw_response)`. */
    uint32_t size;
    /** The status, 100 to 999. */
    uint32_t status;
    /** The headers; NULL if there are none. A name may occur several times, in any case. */
    const struct apigw_header *headers;
    /** Number of the headers. */
    size_t header_count;
    /** The body's bytes; NULL if there are none. */
    const void *body;
    /** Number of the body's bytes. */
    size_t body_len;
    /** How the body is written: one of `APIGW_BODY_...`. */
    uint32_t body_encoding;
    /** The kind of gateway that the response goes to: `dialect` of the event. */
    uint32_t dialect;
} apigw_response;

/**
 * The reply to a WebSocket client that wants to connect, made by the caller. Start from `APIGW_WEBSOCKET_REPLY_INIT`. New members
 * are added at the end.
 */
typedef struct apigw_websocket_reply {
    /** Bytes of this struct: `sizeof(apigw_websocket_reply)`. */
    uint32_t size;
    /** 0 accepts the connection, any other number refuses it. */
    int32_t error_number;
    /** What the number means, for people; NULL for nothing. */
    const char *error_message;
    /** Bytes of the message. */
    size_t error_message_len;
    /** The connection: `connection_id` of the event. */
    const char *connection_id;
    /** Bytes of the connection's identifier. */
    size_t connection_id_len;
    /** The subprotocol that is chosen; NULL for none. */
    const char *protocol;
    /** Bytes of the subprotocol. */
    size_t protocol_len;
    /** The extension that is chosen; NULL for none. */
    const char *extensions;
    /** Bytes of the extension. */
    size_t extensions_len;
} apigw_websocket_reply;

/** What a node holds, by its kind. */
typedef union apigw_json_value {
    /** `APIGW_JSON_STRING`: where it stands in the document's text, unescaped. */
    struct apigw_span string;
    /** `APIGW_JSON_INT`. */
    int64_t integer;
    /** `APIGW_JSON_UINT`; 1 for `true`; how many elements an array has, or members an object. */
    uint64_t number;
    /** `APIGW_JSON_FLOAT`. */
    double real;
} apigw_json_value;

/**
 * A value of a JSON document, or the name of a member. A container is followed by what is in it, in an object by a name and a
 * value in turn: `node + 1` is the first, and from each one `node + node->next` is the one behind it. This struct never changes.
 */
typedef struct apigw_json_node {
    /** One of `APIGW_JSON_...`. */
    uint32_t kind;
    /** How many nodes further the next one is: 1, and all that is in a container. */
    uint32_t next;
    /** What it holds. */
    union apigw_json_value value;
} apigw_json_node;

/**
 * A JSON document: its nodes, the first of which is the document's value, and the text that their strings are in. Made by
 * `apigw_json_parse`, and valid as long as the decoder's last event. This struct never changes.
 */
typedef struct apigw_json {
    const struct apigw_json_node *nodes;
    /** Number of nodes. */
    size_t count;
    /** The text: not the caller's. */
    const char *text;
    /** Bytes of the text. */
    size_t text_len;
} apigw_json;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 * ==== Versions of the library ====
 */

/** The interface's number of the library in use: equal to `APIGW_ABI`, or header and library do not fit together. */
APIGW_API uint32_t apigw_abi(void) APIGW_NOEXCEPT;

/** Does nothing. A program that calls it cannot be linked with a library of another interface. */
APIGW_API void apigw_abi_1(void) APIGW_NOEXCEPT;

/** The library's release as a number that compares with `APIGW_VERSION_NUMBER`. */
APIGW_API uint32_t apigw_version_number(void) APIGW_NOEXCEPT;

/** The library's release as text, such as "1.2.3". Static: never NULL, not to be freed. */
APIGW_API const char *apigw_version(void) APIGW_NOEXCEPT;

/*
 * ==== Decoders ====
 */

/**
 * Makes a decoder and writes it to `*out`. `abi` is `APIGW_ABI`. `options` may be NULL for the defaults; it is only read. The
 * decoder is the caller's and goes to `apigw_decoder_free`.
 *
 * The environment variable `APIGW_KERNEL` is read here: see `apigw_decoder_set_kernel`.
 *
 * `APIGW_E_ABI` if the library has another interface than the header; `APIGW_E_ARGUMENT` if `out` is NULL, or `options->size`
 * is none of a known version or members are set that this library does not know; `APIGW_E_OUT_OF_MEMORY`.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decoder_create(uint32_t abi,
                                  const struct apigw_options *options,
                                  struct apigw_decoder **out)
APIGW_NOEXCEPT;

/** Frees a decoder and all that it has lent. NULL is allowed and nothing. */
APIGW_API void apigw_decoder_free(struct apigw_decoder *decoder) APIGW_NOEXCEPT;

/**
 * Gives back the memory that is kept for the next event; the largest event so far decides how much that is. The view of the
 * last event is void. NULL is allowed and nothing.
 */
APIGW_API
void apigw_decoder_trim(struct apigw_decoder *decoder)
APIGW_NOEXCEPT;

/**
 * Why the last call on this decoder that answers a status failed; its status is `APIGW_OK` if it did not. Never
 * NULL, also not for NULL. Valid until the next call of these on the decoder, or until it is freed.
 */
APIGW_API const struct apigw_error *apigw_decoder_error(const struct apigw_decoder *decoder) APIGW_NOEXCEPT;

/**
 * The name of the vector code that the next event will be decoded with: "portable", "avx2" and others. NULL for NULL. Valid
 * until the decoder is freed or its kernel is set.
 */
APIGW_API
const char *apigw_decoder_kernel(const struct apigw_decoder *decoder)
APIGW_NOEXCEPT;

/**
 * The number of the skeleton that the last event had, or 0 if it was refused or the decoder had learned none that fits. Events
 * that follow each other need not have the same one.
 *
 * A skeleton is a document without the contents of its strings that are values of known members or of pairs. A decoder learns
 * it when several events had it, and keeps a few. Events of one decoder with one number differ in these contents alone, so what
 * was made of the rest of one, as the names of its headers, holds for the others. A skeleton that is learned anew has a new
 * number.
 */
APIGW_API
uint32_t apigw_decoder_skeleton(const struct apigw_decoder *decoder)
APIGW_NOEXCEPT;

/**
 * Chooses the vector code by its name, for tests and measurements. A new decoder has the one that the environment variable
 * `APIGW_KERNEL` names, or else the fastest of this CPU. Answers, errors and offsets are the same with all of them.
 *
 * `APIGW_E_ARGUMENT` if there is no such kernel, this CPU cannot run it, or an argument is NULL; nothing is changed then.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decoder_set_kernel(struct apigw_decoder *decoder,
                                      const char *name)
APIGW_NOEXCEPT;

/*
 * ==== Decoding ====
 */

/**
 * Decodes the event in `input` and fills `*out`. The input is copied once, left as it is, and not looked at after the call; it
 * needs no padding and no NUL. `input` may be NULL if `len` is 0 (which is no event).
 *
 * On failure `*out` is left as it is and the former view is void; `apigw_decoder_error` tells where the fault lies. The decoder
 * can be used on after every error.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decode(struct apigw_decoder *decoder,
                          const void *input,
                          size_t len,
                          struct apigw_view *out)
APIGW_NOEXCEPT;

/**
 * Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped where they stand, and
 * `out->text` is `buffer`. `size` is all that the buffer has room for, at least `len + APIGW_PADDING`; what stands behind the
 * event does not matter and is overwritten.
 *
 * On success the buffer must stay, unchanged, as long as the view is used. On failure `*out` is left as it is and the buffer's
 * content is unspecified, except after `APIGW_E_ARGUMENT` (also for a buffer without room for the padding) and
 * `APIGW_E_INPUT_TOO_LONG`, when nothing was touched.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decode_in_place(struct apigw_decoder *decoder,
                                   void *buffer,
                                   size_t len,
                                   size_t size,
                                   struct apigw_view *out)
APIGW_NOEXCEPT;

/**
 * Decodes an event into memory of the caller's alone, for runtimes that read the words themselves: one call, no pointers.
 *
 * The input is copied to `text`, which has room for `text_size` bytes, at least `len + APIGW_PADDING`, and is unescaped there.
 * `input` may be the same as `text` (the event stands there already, nothing is copied) but must not overlap it otherwise.
 * `words` has room for `words_size` words of 32 bits: the event first, then, from word `size / 4` on (`size` is the event's first
 * word), its pairs of 4 words each. `*need` becomes the number of words that are used.
 *
 * `APIGW_E_BUFFER` if the words do not fit: `*need` is the number that this event takes, and the input is as it was, also if it
 * stands in `text`. `sizeof(apigw_event) / 4 + 4 * max_pairs` words hold every event; so do those for `len / 2` pairs. With
 * fewer words than these an event in `text` costs a copy.
 *
 * After any other failure `text` and `words` are unspecified and `*need` is left as it is. The view of an earlier decode is
 * void; this call keeps no pointer to the caller's memory.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decode_table(struct apigw_decoder *decoder,
                                const void *input,
                                size_t len,
                                void *text,
                                size_t text_size,
                                uint32_t *words,
                                size_t words_size,
                                size_t *need)
APIGW_NOEXCEPT;

/*
 * ==== Look-up ====
 */

/**
 * The index of the first pair from `from` on, among those of `range`, that has this name: `view->pairs[index]`. Go on with
 * `from` one higher than the last answer; begin with 0. `APIGW_NONE` if there is none, also if `view` is NULL or `name` is
 * NULL though `name_len` is not 0. With `fold_case` not 0, ASCII letters compare without case, as names of headers must.
 *
 * `view` is one that a decode has filled, or one that the caller has made of what `apigw_decode_table` has filled.
 */
APIGW_API
uint32_t apigw_find(const struct apigw_view *view,
                    struct apigw_range range,
                    const char *name,
                    size_t name_len,
                    uint32_t from,
                    uint32_t fold_case)
APIGW_NOEXCEPT;

/**
 * The number of a well-known header name, `APIGW_HEADER_...` in `apigw_headers.h`, compared without ASCII case; 0 for every other name, and for
 * NULL.
 */
APIGW_API
uint32_t apigw_header_id(const char *name,
                         size_t name_len)
APIGW_NOEXCEPT;

/**
 * The lower-case name with the number `id`. NULL for 0 and for a number that this library does not have. Static: not to be
 * freed.
 */
APIGW_API
const char *apigw_header_name(uint32_t id)
APIGW_NOEXCEPT;

/**
 * The stable name of a dialect, such as "api-gateway"; that of `APIGW_DIALECT_UNKNOWN` for a number that this library does not
 * have. Static: never NULL, not to be freed.
 */
APIGW_API
const char *apigw_dialect_name(uint32_t dialect)
APIGW_NOEXCEPT;

/*
 * ==== Responses ====
 */

/**
 * Encodes a response as the JSON that the function answers with: `{"isBase64Encoded":...,"statusCode":...,"headers":{...},
 * "body":"..."}`. It is written to `out`, which has room for `out_size` bytes and may be NULL if that is 0, without a NUL at its
 * end; `*need` becomes its length. Values of one header name, in any case, are written together as an array.
 *
 * The views of the decoder stay valid: a response can hold strings of the event.
 *
 * `APIGW_E_BUFFER` if it does not fit: `*need` is the length that it has. After any other failure `*need` is left as it is.
 * `APIGW_E_INVALID_STATUS`, `APIGW_E_INVALID_HEADER_NAME`, `APIGW_E_INVALID_HEADER_VALUE` and `APIGW_E_INVALID_UTF8` (of a body
 * that is to be text): the offset of the error is that in the name, the value or the body, and its member is "headers." with the
 * header's name. `APIGW_E_RESPONSE_TOO_LONG` if it has more bytes than `max_response` of the decoder's options. After a failure
 * the content of `out` is unspecified.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_response_encode(struct apigw_decoder *decoder,
                                   const struct apigw_response *response,
                                   void *out,
                                   size_t out_size,
                                   size_t *need)
APIGW_NOEXCEPT;

/**
 * Encodes a response from words of 32 bits, for runtimes that hand over no pointers in structs. As `apigw_response_encode`, but
 * names and values of the headers stand in `text`: of each header, `words` has the offset and the length of the name and the
 * offset and the length of the value.
 *
 * `APIGW_E_ARGUMENT` also if a word points outside the text.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_response_encode_table(struct apigw_decoder *decoder,
                                         uint32_t status_code,
                                         uint32_t dialect,
                                         uint32_t body_encoding,
                                         const char *text,
                                         size_t text_len,
                                         const uint32_t *words,
                                         size_t header_count,
                                         const void *body,
                                         size_t body_len,
                                         void *out,
                                         size_t out_size,
                                         size_t *need)
APIGW_NOEXCEPT;

/**
 * Encodes the reply to a WebSocket client that wants to connect (`APIGW_FLAG_WEBSOCKET_CONNECT`). Output and errors as for
 * `apigw_response_encode`.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_websocket_reply_encode(struct apigw_decoder *decoder,
                                          const struct apigw_websocket_reply *reply,
                                          void *out,
                                          size_t out_size,
                                          size_t *need)
APIGW_NOEXCEPT;

/**
 * Decodes a function's response and fills `*out`: `status`, `headers`, `body`, `flags` and `extras` of its event; everything else is
 * absent. `rules` is one of `APIGW_RULES_...`. A refused response is what makes the gateway answer "Invalid scf response format";
 * `apigw_decoder_error` tells why.
 *
 * Input, failures and lifetimes as for `apigw_decode`; the view of an event decoded before is void.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_response_decode(struct apigw_decoder *decoder,
                                   const void *input,
                                   size_t len,
                                   uint32_t rules,
                                   struct apigw_view *out)
APIGW_NOEXCEPT;

/*
 * ==== Names of numbers ====
 */

/**
 * The stable name of a status, such as "unexpected-end"; "unknown" for a number that this library does not have. Static:
 * never NULL, not to be freed.
 */
APIGW_API
const char *apigw_status_name(apigw_status status)
APIGW_NOEXCEPT;

/** What a status means, in a sentence without a full stop. Static: never NULL, not to be freed. */
APIGW_API const char *apigw_status_text(apigw_status status) APIGW_NOEXCEPT;

/*
 * ==== Bodies ====
 */

/**
 * Writes the bytes of the body to `out` and their number to `*need`: base64 decoded, all else as it stands in the event. An
 * event without a body has none. `view` is the decoder's last event, or one that `apigw_decode_table` has filled.
 *
 * `out` may be the place where the body stands, `view->text + view->event->body.off`: the bytes then take the place of the
 * text, which is the fastest, and the body must not be read again through the view. Otherwise `out` and the text do not
 * overlap. `out` may be NULL if `out_size` is 0, to ask for the number.
 *
 * `APIGW_E_BUFFER` if there are more than `out_size` bytes; `*need` tells how many. `APIGW_E_INVALID_BASE64`, with the offset
 * in the body's text. Nothing was written to `out` then.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_body_bytes(struct apigw_decoder *decoder,
                              const struct apigw_view *view,
                              void *out,
                              size_t out_size,
                              size_t *need)
APIGW_NOEXCEPT;

/**
 * Reads the body as a form, `application/x-www-form-urlencoded`, and fills `*out` with its fields: pairs 0 to
 * `out->event->pair_count`, which `apigw_pair_name`, `apigw_pair_value` and `apigw_find` read with the range
 * `{0, out->event->pair_count}`. All else in `out->event` is absent. A field without `=` has an empty value; bytes that are not
 * UTF-8 became U+FFFD. Without a body there is no field.
 *
 * `out` is valid as long as the decoder's last event. `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in
 * the body's bytes, `APIGW_E_INVALID_BASE64` with that in its text.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_body_form(struct apigw_decoder *decoder,
                             const struct apigw_view *view,
                             struct apigw_view *out)
APIGW_NOEXCEPT;

/**
 * Reads the cookies of all `Cookie` headers and fills `*out` with them, as `apigw_body_form` does with fields. Values stand as
 * they were sent, in quotes if they were; a cookie without `=` is a bare name.
 *
 * `out` is valid as long as `view` and the decoder's last event are. `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with
 * the offset in the header's value.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_cookies(struct apigw_decoder *decoder,
                           const struct apigw_view *view,
                           struct apigw_view *out)
APIGW_NOEXCEPT;

/*
 * ==== JSON ====
 */

/**
 * Reads the JSON document of `len` bytes at `text` and fills `*out`: a body, or a member of `extras`, which is raw JSON. The text
 * is only read, and not looked at after the call. The rules are those of events: strict RFC 8259, at most `APIGW_MAX_DEPTH`
 * objects and arrays open at once. Numbers are `APIGW_JSON_INT` or `APIGW_JSON_UINT` if they are integers in range, written
 * without fraction and exponent, and otherwise, as is `-0`, the nearest float.
 *
 * The errors are those of decoding, with the offset in `text`; also `APIGW_E_INVALID_NUMBER` for a number beyond the range of
 * floats, and `APIGW_E_TOO_MANY_NODES`. The decoder keeps the memory of all documents until its next decode.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_json_parse(struct apigw_decoder *decoder,
                              const char *text,
                              size_t len,
                              struct apigw_json *out)
APIGW_NOEXCEPT;

/**
 * The value of the first member of `object` that has this name. NULL if there is none, if `object` is NULL or no object, and if
 * `name` is NULL though `len` is not 0.
 */
APIGW_API
const struct apigw_json_node *apigw_json_find(const struct apigw_json *document,
                                              const struct apigw_json_node *object,
                                              const char *name,
                                              size_t len)
APIGW_NOEXCEPT;

/** The element of `array` with this index, from 0. NULL if there is none, and if `array` is NULL or no array. */
APIGW_API
const struct apigw_json_node *apigw_json_at(const struct apigw_json_node *array,
                                            size_t index)
APIGW_NOEXCEPT;

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/*
 * ==== Inline functions ====
 *
 * They read what a decode has filled; none of them is called with NULL.
 */

/** A string: not terminated by NUL, and `data` is NULL where the event has none. */
typedef struct apigw_string {
    const char *data;
    size_t len;
} apigw_string;

/** The string of a span: `apigw_event_string(&view, view.event->path)`. */
static inline apigw_string apigw_event_string(const apigw_view *view, apigw_span span) {
    apigw_string string = {NULL, 0};
    if (span.off != APIGW_NONE) {
        string.data = view->text + span.off;
        string.len = span.len;
    }
    return string;
}

/** The name of the pair with this index. */
static inline apigw_string apigw_pair_name(const apigw_view *view, uint32_t index) {
    const apigw_pair *pair = &view->pairs[index];
    apigw_span span = {pair->name_off, pair->name_len};
    return apigw_event_string(view, span);
}

/** The value of the pair with this index; absent for a bare name, such as `?flag` in a query. */
static inline apigw_string apigw_pair_value(const apigw_view *view, uint32_t index) {
    const apigw_pair *pair = &view->pairs[index];
    apigw_span span = {pair->value_off, pair->value_len};
    return apigw_event_string(view, span);
}

/** The value of the first header with this name, in any case of its letters. */
static inline apigw_string apigw_event_header(const apigw_view *view, const char *name) {
    apigw_string absent = {NULL, 0};
    uint32_t index = apigw_find(view, view->event->headers, name, strlen(name), 0, 1);
    return index == APIGW_NONE ? absent : apigw_pair_value(view, index);
}

/** The value of the first header with this number: one of `APIGW_HEADER_...` in `apigw_headers.h`. */
static inline apigw_string apigw_event_header_by_id(const apigw_view *view, uint32_t id) {
    apigw_string absent = {NULL, 0};
    apigw_range headers = view->event->headers;
    uint32_t i;
    for (i = 0; i < headers.count; i++) {
        if (view->pairs[headers.first + i].name_id == id) {
            return apigw_pair_value(view, headers.first + i);
        }
    }
    return absent;
}

/** The value of the first query parameter with this name. */
static inline apigw_string apigw_event_query(const apigw_view *view, const char *name) {
    apigw_string absent = {NULL, 0};
    uint32_t index = apigw_find(view, view->event->query, name, strlen(name), 0, 0);
    return index == APIGW_NONE ? absent : apigw_pair_value(view, index);
}

/** The string of a node: of a value that is one, or of a member's name. Absent if it is none. */
static inline apigw_string apigw_json_string(const apigw_json *document, const apigw_json_node *node) {
    apigw_string string = {NULL, 0};
    if (node->kind == APIGW_JSON_STRING) {
        string.data = document->text + node->value.string.off;
        string.len = node->value.string.len;
    }
    return string;
}

/** The view of an event that `apigw_decode_table` has written to `words` and `text`; `len` is the input's. */
static inline apigw_view apigw_table_view(const uint32_t *words, const void *text, size_t len) {
    apigw_view view;
    view.event = (const apigw_event *)words;
    view.pairs = (const apigw_pair *)(words + words[0] / 4);
    view.text = (const char *)text;
    view.text_len = len;
    return view;
}

#endif
