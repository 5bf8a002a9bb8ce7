/*
 * apigw: decodes API-gateway events, the JSON that a serverless platform passes to a function for
 * each HTTP request.
 *
 *     #include <stdio.h>
 *     #include <apigw.h>
 *
 *     int main(void) {
 *         const char input[] = "{\"httpMethod\":\"GET\",\"path\":\"/cats\","
 *                              "\"headers\":{\"host\":\"example.com\"}}";
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
 * An event is a block of text and a table without pointers. `apigw_span` is a string in the text,
 * `apigw_pair` a name and its value, and `apigw_range` a map: consecutive entries of the array of
 * pairs. One call fills the table, and the inline functions at the end of this header read it.
 *
 * Rules for all functions:
 *
 * - Errors. A function that can fail returns an `apigw_status`. Outputs are the last parameters and
 *   are written only on success, unless the function's description says otherwise. A NULL where a
 *   pointer is needed gives APIGW_E_ARGUMENT.
 * - Ownership. The caller frees a decoder with `apigw_decoder_free`; everything else that the
 *   library returns belongs to the library. The library keeps no pointer to the caller's memory
 *   after a call.
 * - Lifetime. A view and its pointers, and a JSON document, are valid until the next decode, trim
 *   or free on the same decoder.
 * - Threads. A decoder is used by one thread at a time and may move between threads. Functions
 *   without a decoder can be called from any thread at any time. The library has no global state.
 * - Input. Every input gives an event or an error, in time linear in its length.
 *
 * Contents: version, limits, status codes, kinds of events, methods, bodies and rules of responses,
 * kinds of JSON values, flags, structs, functions, inline functions.
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

/** The default options: `apigw_options options = APIGW_OPTIONS_INIT;` */
#define APIGW_OPTIONS_INIT {sizeof(apigw_options), 0, 0, 0, 0}

/**
 * A response for the API gateway with status 200, without headers and body:
 * `apigw_response response = APIGW_RESPONSE_INIT;`
 */
#define APIGW_RESPONSE_INIT                                                                        \
    {sizeof(apigw_response), 200, NULL, 0, NULL, 0, APIGW_BODY_AUTO, APIGW_DIALECT_API_GATEWAY}

/** A reply that accepts a WebSocket client. The caller sets the connection. */
#define APIGW_WEBSOCKET_REPLY_INIT                                                                 \
    {sizeof(apigw_websocket_reply), 0, "ok", 2, NULL, 0, NULL, 0, NULL, 0}

/**
 * Whether the library in use fills this member of an event or error. The header may be newer than
 * the library: `APIGW_HAS(event, apigw_event, body)`.
 */
#define APIGW_HAS(pointer, type, member) \
    ((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/*
 * ==== Version ====
 *
 * The interface has a version number of its own, which is also in the name of the shared library
 * (`libapigw.so.1`). It changes only when programs must be compiled again. As long as it is the
 * same, new functions, new numbers, and new members at the end of `apigw_event`, `apigw_error` and
 * `apigw_options` may be added; nothing else changes.
 */

/** The number of the interface that this header describes. */
#define APIGW_ABI 1

/**
 * The release that this header belongs to: its three numbers, and one number for comparisons,
 * major << 16 | minor << 8 | patch.
 */
#define APIGW_VERSION_MAJOR 0
#define APIGW_VERSION_MINOR 1
#define APIGW_VERSION_PATCH 0
#define APIGW_VERSION_NUMBER 256

/*
 * ==== Limits ====
 */

/** The number of bytes of room that must follow an event in a buffer in which it is decoded. */
#define APIGW_PADDING 64

/**
 * The maximum number of objects and arrays that are open at once, including the event's own
 * object.
 */
#define APIGW_MAX_DEPTH 64

/**
 * The maximum length of a name in a map in bytes, after unescaping. A pair stores it in 16 bits.
 */
#define APIGW_MAX_NAME 65535

/**
 * The offset of an absent string, the first index of an absent map, and the result of
 * `apigw_find` if nothing is found.
 */
#define APIGW_NONE UINT32_MAX

/*
 * ==== Status codes ====
 *
 * Numbers 1 to 15 are about the caller or the system, 16 to 31 about the JSON text, 32 to 47 about
 * the members of the event, 48 to 63 about limits, 64 to 79 about a response. New ones may be
 * added; a number is never given to another error. Offsets count bytes of the input from 0, and
 * are the same on every CPU.
 */

/** Success. */
#define APIGW_OK 0

/** A pointer is NULL where it must not be, or an argument has an impossible value. */
#define APIGW_E_ARGUMENT 1

/** Header and library describe different interfaces. */
#define APIGW_E_ABI 2

/** The system has no memory left. */
#define APIGW_E_OUT_OF_MEMORY 3

/** A bug in the library, caught before it reached the program. The decoder remains usable. */
#define APIGW_E_PANIC 4

/** The buffer is too small for the output; the size of the output is reported. */
#define APIGW_E_BUFFER 5

/** The input ends in the middle of the document (RFC 8259 section 2). */
#define APIGW_E_UNEXPECTED_END 16

/** A byte that JSON does not allow at its place (RFC 8259 section 2). */
#define APIGW_E_UNEXPECTED_BYTE 17

/** Something other than white space follows the document. */
#define APIGW_E_TRAILING_BYTES 18

/**
 * A number that breaks the grammar (RFC 8259 section 6), or, in a document whose values are read,
 * a number beyond the range of a 64-bit float; the offset is then that of its first byte.
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
 * first invalid byte, or in a decoded response that of the value.
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

/** Unknown. Members with known names are read nevertheless. */
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
 * An HTTP method (RFC 9110 section 9, RFC 5789), compared without ASCII case.
 */

/** There is no method, or it is not a registered one. */
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
 * An integrated response that may also have what gateways and emulators accept: a status in a
 * string, `null` for absent members, numbers and literals as headers, the flag as a string.
 */
#define APIGW_RULES_GATEWAY 1

/** The whole output is the body, with status 200: the integrated response is switched off. */
#define APIGW_RULES_PASS_THROUGH 2

/**
 * The rules of a Function URL (<https://cloud.tencent.com/document/product/583/96099>): those of a
 * gateway, except that JSON without a `statusCode` is the body, with status 200 and content type
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
 * The bits of `apigw_event.flags`.
 */

/** The body is in base64. */
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

/** The response is an integrated response; otherwise the output was passed through as the body. */
#define APIGW_FLAG_INTEGRATED 64

/*
 * ==== Structs ====
 */

/**
 * A decoder: the memory and the settings that are kept from event to event. Opaque.
 *
 * It is used by one thread at a time and may move between threads. Make one per thread and use it
 * for every event: from the third event on, and from the second event of a size on, decoding
 * allocates nothing.
 */
typedef struct apigw_decoder apigw_decoder;

/** The result of a function that can fail: `APIGW_OK` or one of `APIGW_E_...`. */
typedef uint32_t apigw_status;

/**
 * The options of a decoder, filled by the caller. Start from `APIGW_OPTIONS_INIT`. New members are
 * added at the end; a library that does not know them refuses them unless they are 0.
 */
typedef struct apigw_options {
    /** The size of this struct in bytes: `sizeof(apigw_options)`. */
    uint32_t size;
    /** The maximum length of an input in bytes; 0 for the default, 16 MiB. */
    uint32_t max_input;
    /**
     * The maximum number of pairs in an event, including unknown members; 0 for the default, 4096.
     */
    uint32_t max_pairs;
    /** The maximum length of an encoded response in bytes; 0 for the default, 6 MiB. */
    uint32_t max_response;
    /**
     * The maximum number of values and names in a JSON document inside an event; 0 for the
     * default, 1 048 576.
     */
    uint32_t max_nodes;
} apigw_options;

/**
 * Why the last call on a decoder failed. Filled by the library; new members are added at the end.
 */
typedef struct apigw_error {
    /** The number of bytes of this struct that the library has filled. */
    uint32_t size;
    /** The status that the call returned; `APIGW_OK` if it succeeded. */
    apigw_status status;
    /**
     * The position of the error: a byte offset from the start of the input, or the length of the
     * input if it ends too early.
     */
    size_t offset;
    /** The meaning of the status. Static. */
    const char *text;
    /**
     * The member of the event or response that has the error, such as "requestContext.stage" or
     * "headers.x-a"; NULL if that is not known.
     */
    const char *member;
} apigw_error;

/**
 * A string in the text block of an event: UTF-8, without a NUL at its end. This struct never
 * changes.
 */
typedef struct apigw_span {
    /** The byte offset in the text block; the highest 32-bit number if the string is absent. */
    uint32_t off;
    /** The length in bytes; an empty string has a valid offset and length 0. */
    uint32_t len;
} apigw_span;

/**
 * A map of an event: consecutive entries of its array of pairs, in the event's order, including
 * repeated names. This struct never changes.
 */
typedef struct apigw_range {
    /**
     * The index of the first pair; the highest 32-bit number if the event does not have the map.
     */
    uint32_t first;
    /** The number of pairs. */
    uint32_t count;
} apigw_range;

/** The fixed part of a decoded event. New members are added at the end. */
typedef struct apigw_event {
    /** The number of bytes that the library has filled. Later members are invalid. */
    uint32_t size;
    /** The number of the dialect, the kind of gateway that made the event. */
    uint32_t dialect;
    /** The number of the method if it is registered, compared without case; otherwise 0. */
    uint32_t method_id;
    /** Bits for the kind of body, for ASCII text, and for what happened to a WebSocket. */
    uint32_t flags;
    /** The number of pairs in all maps together. */
    uint32_t pair_count;
    /**
     * The request's method as it was sent.
     *
     * From `httpMethod`.
     */
    struct apigw_span method;
    /**
     * The request's path without the stage. The gateway does not say whether it is
     * percent-decoded.
     *
     * From `path`.
     */
    struct apigw_span path;
    /**
     * The configured path, which may be a template or a prefix of the request's path.
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
     * The request's identifier. Events of running gateways do not have it; it is in their header
     * `x-api-requestid`.
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
     * The service's name, which events until 2019 and WebSocket events have instead of the
     * identifier.
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
     * The gateway's name for what happened to a WebSocket connection.
     *
     * From `websocket.action`.
     */
    struct apigw_span websocket_action;
    /**
     * The identifier of the WebSocket connection.
     *
     * From `websocket.secConnectionID`, or `requestContext.connectionId` of other vendors.
     */
    struct apigw_span connection_id;
    /**
     * The type of a WebSocket message: `text` or `binary`.
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
     * whether it is text, base64 or JSON.
     *
     * From `body`, or `websocket.data`, or `payload` of load balancers.
     */
    struct apigw_span body;
    /**
     * The request's headers. Names are as they were sent; running gateways send them in lower
     * case.
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
     * The values of the variables in the configured path.
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
    /**
     * Members of `requestContext.identity` that have no field: names, and values as raw JSON text.
     */
    struct apigw_range identity_extras;
    /** Members of `websocket` that have no field: names, and values as raw JSON text. */
    struct apigw_range websocket_extras;
    /** The status of a response, 100 to 999; 0 in an event. */
    uint32_t status;
} apigw_event;

/**
 * A name and its value, one entry of the array that contains all maps of an event. This struct
 * never changes.
 */
typedef struct apigw_pair {
    /** The byte offset of the name. */
    uint32_t name_off;
    /** The length of the name in bytes. */
    uint16_t name_len;
    /** The number of a well-known header name in `headers` and `declared_headers`; otherwise 0. */
    uint16_t name_id;
    /** The byte offset of the value; the highest 32-bit number for a bare name. */
    uint32_t value_off;
    /** The length of the value in bytes. */
    uint32_t value_len;
} apigw_pair;

/**
 * A decoded event. A decode fills it; the caller owns it and may copy it freely. Its pointers are
 * valid until the next decode, trim or free on the same decoder, and after `apigw_decode_in_place`
 * also no longer than the buffer. This struct never changes.
 */
typedef struct apigw_view {
    /** The fixed part. */
    const struct apigw_event *event;
    /** The pairs of all maps; their number is `event->pair_count`. */
    const struct apigw_pair *pairs;
    /**
     * The text block, to which all offsets refer. Strings in it are UTF-8. They may contain NUL
     * and do not end with it.
     */
    const char *text;
    /** The length of the text block in bytes. */
    size_t text_len;
} apigw_view;

/**
 * A header of a response, as bytes that need not end with a NUL. A name is a token (RFC 9110
 * section 5.1). A value is UTF-8 without control characters other than tabs (section 5.5). This
 * struct never changes.
 */
typedef struct apigw_header {
    /** The name. */
    const char *name;
    /** The length of the name in bytes. */
    size_t name_len;
    /** The value. */
    const char *value;
    /** The length of the value in bytes. */
    size_t value_len;
} apigw_header;

/**
 * A response, filled by the caller. Start from `APIGW_RESPONSE_INIT`. New members are added at the
 * end.
 */
typedef struct apigw_response {
    /** The size of this struct in bytes: `sizeof(apigw_response)`. */
    uint32_t size;
    /** The status, 100 to 999. */
    uint32_t status;
    /** The headers; may be NULL if there are none. A name may occur several times, in any case. */
    const struct apigw_header *headers;
    /** The number of headers. */
    size_t header_count;
    /** The bytes of the body; may be NULL if there are none. */
    const void *body;
    /** The length of the body in bytes. */
    size_t body_len;
    /** How the body is written: one of `APIGW_BODY_...`. */
    uint32_t body_encoding;
    /** The kind of gateway that receives the response: `dialect` of the event. */
    uint32_t dialect;
} apigw_response;

/**
 * The reply to a WebSocket client that wants to connect, filled by the caller. Start from
 * `APIGW_WEBSOCKET_REPLY_INIT`. New members are added at the end.
 */
typedef struct apigw_websocket_reply {
    /** The size of this struct in bytes: `sizeof(apigw_websocket_reply)`. */
    uint32_t size;
    /** 0 accepts the connection, any other number refuses it. */
    int32_t error_number;
    /** The meaning of the number for people; may be NULL. */
    const char *error_message;
    /** The length of the message in bytes. */
    size_t error_message_len;
    /** The connection: `connection_id` of the event. */
    const char *connection_id;
    /** The length of the connection's identifier in bytes. */
    size_t connection_id_len;
    /** The chosen subprotocol; NULL for none. */
    const char *protocol;
    /** The length of the subprotocol in bytes. */
    size_t protocol_len;
    /** The chosen extension; NULL for none. */
    const char *extensions;
    /** The length of the extension in bytes. */
    size_t extensions_len;
} apigw_websocket_reply;

/** The value of a node. Its kind says which member is set. */
typedef union apigw_json_value {
    /** `APIGW_JSON_STRING`: the string, unescaped, in the text of the document. */
    struct apigw_span string;
    /** `APIGW_JSON_INT`. */
    int64_t integer;
    /**
     * `APIGW_JSON_UINT`: the number. `APIGW_JSON_BOOL`: 1 for true, 0 for false.
     * `APIGW_JSON_ARRAY`: the number of elements. `APIGW_JSON_OBJECT`: the number of members.
     */
    uint64_t number;
    /** `APIGW_JSON_FLOAT`. */
    double real;
} apigw_json_value;

/**
 * A value of a JSON document, or the name of a member. A container is followed by its contents; in
 * an object, names and values alternate. The first node inside is `node + 1`, and the node after
 * each of them is `node + node->next`. This struct never changes.
 */
typedef struct apigw_json_node {
    /** One of `APIGW_JSON_...`. */
    uint32_t kind;
    /**
     * The distance to the next node: 1, or for a container 1 plus the number of all nodes inside.
     */
    uint32_t next;
    /** The value. */
    union apigw_json_value value;
} apigw_json_node;

/**
 * A JSON document: its nodes, the first of which is the value of the document, and the text that
 * contains their strings. Filled by `apigw_json_parse`, and valid as long as the last event of the
 * decoder. This struct never changes.
 */
typedef struct apigw_json {
    const struct apigw_json_node *nodes;
    /** The number of nodes. */
    size_t count;
    /** The text. It is the decoder's own copy. */
    const char *text;
    /** The length of the text in bytes. */
    size_t text_len;
} apigw_json;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 * ==== Versions of the library ====
 */

/**
 * Returns the interface number of the library in use. If it differs from `APIGW_ABI`, header and
 * library do not fit together.
 */
APIGW_API uint32_t apigw_abi(void) APIGW_NOEXCEPT;

/** Returns the library's release as a number, for comparison with `APIGW_VERSION_NUMBER`. */
APIGW_API uint32_t apigw_version_number(void) APIGW_NOEXCEPT;

/**
 * Returns the library's release as text, such as "1.2.3". Never returns NULL. The string is static
 * and must not be freed.
 */
APIGW_API const char *apigw_version(void) APIGW_NOEXCEPT;

/*
 * ==== Decoders ====
 */

/**
 * Makes a decoder and writes it to `*out`. `abi` is `APIGW_ABI`. `options` is only read; NULL
 * stands for the defaults. The caller owns the decoder and frees it with `apigw_decoder_free`.
 *
 * Returns `APIGW_E_ABI` if header and library describe different interfaces, `APIGW_E_ARGUMENT` if
 * `out` is NULL, if `options->size` is not the size of a known version, or if a member is set that
 * this library does not know, and `APIGW_E_OUT_OF_MEMORY`.
 *
 * Reads the environment variable `APIGW_KERNEL`: see `apigw_decoder_set_kernel`.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decoder_create(uint32_t abi,
                                  const struct apigw_options *options,
                                  struct apigw_decoder **out)
APIGW_NOEXCEPT;

/** Frees a decoder and everything that it owns. Does nothing if `decoder` is NULL. */
APIGW_API void apigw_decoder_free(struct apigw_decoder *decoder) APIGW_NOEXCEPT;

/**
 * Frees the memory that is kept for the next event; its size is that of the largest event so far.
 * The view of the last event becomes invalid. Does nothing if `decoder` is NULL.
 */
APIGW_API void apigw_decoder_trim(struct apigw_decoder *decoder) APIGW_NOEXCEPT;

/**
 * Returns why the last call on this decoder that returns a status failed; the status of the result
 * is `APIGW_OK` if it succeeded. Never returns NULL, even if `decoder` is NULL.
 *
 * The result is valid until the next such call on the decoder, or until the decoder is freed.
 */
APIGW_API
const struct apigw_error *apigw_decoder_error(const struct apigw_decoder *decoder)
APIGW_NOEXCEPT;

/**
 * Returns the name of the vector code that decodes the next event, such as "portable" or "avx2".
 * Returns NULL if `decoder` is NULL. The result is valid until the decoder is freed or its kernel
 * is set.
 */
APIGW_API const char *apigw_decoder_kernel(const struct apigw_decoder *decoder) APIGW_NOEXCEPT;

/**
 * Chooses the vector code by its name, for tests and measurements. A new decoder uses the code
 * that the environment variable `APIGW_KERNEL` names, or else the fastest of this CPU. Results,
 * errors and offsets are the same with all of them.
 *
 * Returns `APIGW_E_ARGUMENT`, and changes nothing, if there is no such kernel, if this CPU cannot
 * run it, or if an argument is NULL.
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
 * Decodes the event in `input` and fills `*out`. The input is copied once. It is not changed, it
 * is not read after the call, and it needs neither padding nor a NUL. `input` may be NULL if `len`
 * is 0, which is an error because an empty input is not an event.
 *
 * On failure `*out` is not changed and the view of the last event becomes invalid;
 * `apigw_decoder_error` returns the position of the error. The decoder remains usable after every
 * error.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_decode(struct apigw_decoder *decoder,
                          const void *input,
                          size_t len,
                          struct apigw_view *out)
APIGW_NOEXCEPT;

/**
 * Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped in
 * place, and `out->text` is `buffer`. `size` is the size of the whole buffer, at least `len +
 * APIGW_PADDING`. The bytes after the event may have any value and are overwritten.
 *
 * On success the buffer must stay unchanged as long as the view is used. On failure `*out` is not
 * changed and the content of the buffer is unspecified. The buffer is unchanged only after
 * `APIGW_E_INPUT_TOO_LONG` and `APIGW_E_ARGUMENT`, which is also returned if there is no room for
 * the padding.
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
 * Decodes an event into memory that the caller owns, for runtimes that read the words themselves:
 * one call, no pointers.
 *
 * The input is copied to `text`, which has room for `text_size` bytes, at least `len +
 * APIGW_PADDING`, and is unescaped there. `input` may be equal to `text`, in which case nothing is
 * copied, but must not overlap it otherwise. `words` has room for `words_size` words of 32 bits.
 * They receive the event and then, from word `size / 4` on (`size` is the first word of the
 * event), its pairs of 4 words each. `*need` becomes the number of words used.
 *
 * Returns `APIGW_E_BUFFER` if the words do not fit: `*need` is then the number of words that this
 * event needs, and the input is unchanged, even if it is in `text`. `sizeof(apigw_event) / 4 + 4 *
 * max_pairs` words are enough for every event, and so are the words for `len / 2` pairs. With
 * fewer words than that, an event in `text` costs a copy.
 *
 * After any other failure the contents of `text` and `words` are unspecified and `*need` is not
 * changed. The view of an earlier decode becomes invalid. The library keeps no pointer to the
 * caller's memory after this call.
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
 * Returns the index of the first pair of `range` with this name whose index is at least `from`:
 * `view->pairs[index]`. Begin with `from` 0; for the next pair, pass the last result plus 1.
 * Returns `APIGW_NONE` if there is no such pair, if `view` is NULL, or if `name` is NULL but
 * `name_len` is not 0. If `fold_case` is not 0, ASCII letters compare without case, as header
 * names must.
 *
 * `view` was filled by a decode, or made by the caller from the output of `apigw_decode_table`.
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
 * Returns the number of a well-known header name, `APIGW_HEADER_...` in `apigw_headers.h`,
 * compared without ASCII case. Returns 0 for every other name, and for NULL.
 */
APIGW_API uint32_t apigw_header_id(const char *name, size_t name_len) APIGW_NOEXCEPT;

/**
 * Returns the lower-case header name with the number `id`. Returns NULL for 0 and for a number
 * that this library does not know. The string is static and must not be freed.
 */
APIGW_API const char *apigw_header_name(uint32_t id) APIGW_NOEXCEPT;

/**
 * Returns the stable name of a dialect, such as "api-gateway". Returns the name of
 * `APIGW_DIALECT_UNKNOWN` for a number that this library does not know. Never returns NULL. The
 * string is static and must not be freed.
 */
APIGW_API const char *apigw_dialect_name(uint32_t dialect) APIGW_NOEXCEPT;

/*
 * ==== Responses ====
 */

/**
 * Encodes a response as the JSON that a function returns:
 * `{"isBase64Encoded":...,"statusCode":...,"headers":{...},"body":"..."}`. It is written to `out`,
 * which has room for `out_size` bytes and may be NULL if that is 0, without a NUL at its end;
 * `*need` becomes its length. Values of the same header name, compared without case, are written
 * together as an array.
 *
 * The views of the decoder stay valid, so a response may contain strings of the event.
 *
 * Returns `APIGW_E_BUFFER` if there is no room; `*need` is then the length of the output. Returns
 * `APIGW_E_INVALID_STATUS`, `APIGW_E_INVALID_HEADER_NAME`, `APIGW_E_INVALID_HEADER_VALUE` or, for
 * a body that must be text, `APIGW_E_INVALID_UTF8`. The offset of the error counts in the name,
 * the value or the body; the member of a header's error is "headers." followed by its name.
 * Returns `APIGW_E_RESPONSE_TOO_LONG` if the output is longer than `max_response` of the decoder's
 * options. After every failure the content of `out` is unspecified; `*need` is changed only by
 * `APIGW_E_BUFFER`.
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
 * Encodes a response from words of 32 bits, for runtimes that cannot pass pointers in structs. It
 * does the same as `apigw_response_encode`, but names and values of the headers are in `text`: for
 * each header, `words` has the offset and the length of the name, and the offset and the length of
 * the value.
 *
 * Returns `APIGW_E_ARGUMENT` also if a word points outside the text.
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
 * Encodes the reply to a WebSocket client that wants to connect (`APIGW_FLAG_WEBSOCKET_CONNECT`).
 * Output and errors are as for `apigw_response_encode`.
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
 * Decodes a function's response and fills `*out`: `status`, `headers`, `body`, `flags` and
 * `extras` of its event; everything else is absent. `rules` is one of `APIGW_RULES_...`. If a
 * response is refused, the gateway replies "Invalid scf response format"; `apigw_decoder_error`
 * returns the reason.
 *
 * Input, failures and lifetimes are as for `apigw_decode`. The view of the last event becomes
 * invalid.
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
 * Returns the stable name of a status, such as "unexpected-end", or "unknown" for a number that
 * this library does not know. Never returns NULL. The string is static and must not be freed.
 */
APIGW_API const char *apigw_status_name(apigw_status status) APIGW_NOEXCEPT;

/**
 * Returns the meaning of a status, a sentence without a full stop. Never returns NULL. The string
 * is static and must not be freed.
 */
APIGW_API const char *apigw_status_text(apigw_status status) APIGW_NOEXCEPT;

/*
 * ==== Bodies ====
 */

/**
 * Writes the bytes of the body to `out` and their number to `*need`. A base64 body is decoded; any
 * other body is written as it is in the event. Without a body there are 0 bytes. `view` is from
 * the last event of the decoder, or made from the output of `apigw_decode_table`.
 *
 * `out` may be the body itself, `view->text + view->event->body.off`: the bytes then replace the
 * text, which is the fastest way, and the body must not be read again through the view. Otherwise
 * `out` and the text must not overlap. `out` may be NULL if `out_size` is 0, to ask for the number
 * of bytes.
 *
 * Returns `APIGW_E_BUFFER` if there are more than `out_size` bytes; `*need` is then their number.
 * Returns `APIGW_E_INVALID_BASE64` with the offset in the text of the body. Nothing is written to
 * `out` in either case.
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
 * Reads the body as a form, `application/x-www-form-urlencoded`, and fills `*out` with its fields.
 * They are the pairs 0 to `out->event->pair_count`; read them with `apigw_pair_name`,
 * `apigw_pair_value`, and `apigw_find` with the range `{0, out->event->pair_count}`. Everything
 * else in `out->event` is absent. A field without `=` has an empty value. Bytes that are not UTF-8
 * are replaced by U+FFFD. Without a body there are no fields.
 *
 * Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the bytes of the
 * body, and `APIGW_E_INVALID_BASE64` with the offset in its text. `out` is valid as long as the
 * last event of the decoder.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_body_form(struct apigw_decoder *decoder,
                             const struct apigw_view *view,
                             struct apigw_view *out)
APIGW_NOEXCEPT;

/**
 * Reads the cookies of all `Cookie` headers and fills `*out` with them, as `apigw_body_form` does
 * with fields. Values are as they were sent, including quotes. A cookie without `=` is a bare
 * name.
 *
 * Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the value of the
 * header. `out` is valid as long as both `view` and the last event of the decoder.
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
 * Reads the JSON document in the `len` bytes at `text` and fills `*out`. The document is a body,
 * or a member of `extras`, which is raw JSON. The text is not changed, and not read after the
 * call.
 *
 * The rules are those of events: strict RFC 8259, and at most `APIGW_MAX_DEPTH` objects and arrays
 * open at once. A number is `APIGW_JSON_INT` or `APIGW_JSON_UINT` if it is an integer in range,
 * written without fraction and exponent. Any other number, and also `-0`, is the nearest float.
 *
 * Returns the errors of decoding, with the offset in `text`, and also `APIGW_E_INVALID_NUMBER` for
 * a number beyond the range of floats, and `APIGW_E_TOO_MANY_NODES`. The decoder keeps the memory
 * of all documents until its next decode.
 */
APIGW_API
APIGW_CHECKED
apigw_status apigw_json_parse(struct apigw_decoder *decoder,
                              const char *text,
                              size_t len,
                              struct apigw_json *out)
APIGW_NOEXCEPT;

/**
 * Returns the value of the first member of `object` with this name. Returns NULL if there is no
 * such member, if `object` is NULL or not an object, or if `name` is NULL but `len` is not 0.
 */
APIGW_API
const struct apigw_json_node *apigw_json_find(const struct apigw_json *document,
                                              const struct apigw_json_node *object,
                                              const char *name,
                                              size_t len)
APIGW_NOEXCEPT;

/**
 * Returns the element of `array` with this index, counted from 0. Returns NULL if there is no such
 * element, or if `array` is NULL or not an array.
 */
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
 * They read the output of a decode. Their arguments must not be NULL.
 */

/** A string. It does not end with a NUL; `data` is NULL if the string is absent. */
typedef struct apigw_string {
    const char *data;
    size_t len;
} apigw_string;

/** Returns the string of a span: `apigw_event_string(&view, view.event->path)`. */
static inline apigw_string apigw_event_string(const apigw_view *view, apigw_span span) {
    apigw_string string = {NULL, 0};
    if (span.off != APIGW_NONE) {
        string.data = view->text + span.off;
        string.len = span.len;
    }
    return string;
}

/** Returns the name of the pair with this index. */
static inline apigw_string apigw_pair_name(const apigw_view *view, uint32_t index) {
    const apigw_pair *pair = &view->pairs[index];
    apigw_span span = {pair->name_off, pair->name_len};
    return apigw_event_string(view, span);
}

/** Returns the value of the pair with this index; absent for a bare name, such as `?flag`. */
static inline apigw_string apigw_pair_value(const apigw_view *view, uint32_t index) {
    const apigw_pair *pair = &view->pairs[index];
    apigw_span span = {pair->value_off, pair->value_len};
    return apigw_event_string(view, span);
}

/** Returns the value of the first header with this name, in any case. */
static inline apigw_string apigw_event_header(const apigw_view *view, const char *name) {
    apigw_string absent = {NULL, 0};
    uint32_t index = apigw_find(view, view->event->headers, name, strlen(name), 0, 1);
    return index == APIGW_NONE ? absent : apigw_pair_value(view, index);
}

/** Returns the value of the first header with this number, one of `APIGW_HEADER_...`. */
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

/** Returns the value of the first query parameter with this name. */
static inline apigw_string apigw_event_query(const apigw_view *view, const char *name) {
    apigw_string absent = {NULL, 0};
    uint32_t index = apigw_find(view, view->event->query, name, strlen(name), 0, 0);
    return index == APIGW_NONE ? absent : apigw_pair_value(view, index);
}

/** Returns the string of a node, a value or the name of a member; absent if it is not a string. */
static inline apigw_string apigw_json_string(const apigw_json *document,
                                             const apigw_json_node *node) {
    apigw_string string = {NULL, 0};
    if (node->kind == APIGW_JSON_STRING) {
        string.data = document->text + node->value.string.off;
        string.len = node->value.string.len;
    }
    return string;
}

/** Returns a view of the output of `apigw_decode_table`; `len` is the length of the input. */
static inline apigw_view apigw_table_view(const uint32_t *words, const void *text, size_t len) {
    apigw_view view;
    view.event = (const apigw_event *)words;
    view.pairs = (const apigw_pair *)(words + words[0] / 4);
    view.text = (const char *)text;
    view.text_len = len;
    return view;
}

#endif
