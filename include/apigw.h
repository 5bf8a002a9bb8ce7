/*
 * apigw: decodes API-gateway events, the JSON that a serverless platform passes to a function for
 * each HTTP request.
 *
 *     #include <stdio.h>
 *     #include <apigw.h>
 *
 *     int main(void) {
 *         const char input[] = "{\"httpMethod\":\"GET\",\"path\":\"/cats\","
 *                              "\"queryString\":{\"tag\":[\"black\",\"white\"]}}";
 *         apigw_decoder *decoder;
 *         apigw_event event;
 *         if (apigw_decoder_new(APIGW_ABI, NULL, &decoder) != APIGW_OK) return 1;
 *         if (apigw_decoder_decode(decoder, input, sizeof input - 1, &event) == APIGW_OK) {
 *             apigw_string path = apigw_event_string(&event, event.table->path);
 *             printf("%.*s\n", (int)path.len, path.data);
 *             APIGW_FOR_EACH_PAIR(event.table->query, i) {
 *                 apigw_string value = apigw_event_value(&event, i);
 *                 printf("%.*s\n", (int)value.len, value.data);
 *             }
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
 * pairs. One call fills the table, and inline functions read it.
 *
 * Rules for all functions:
 *
 * - Errors. A function that can fail returns an `apigw_status`: APIGW_E_ARGUMENT if a pointer is
 *   NULL that must not be. A string may be NULL if its length is 0. Outputs are the last parameters
 *   and are written only on success, unless the function's description says otherwise. Decoders and
 *   encoders remain usable after every error.
 * - Ownership. The caller frees decoders and encoders; everything else that the library returns
 *   belongs to the library. A `const char *` that a function returns ends with a NUL, is never NULL
 *   unless the description says so, and is valid as long as the handle in the arguments, or for
 *   ever if there is none.
 * - Lifetime. An event with everything that is read from it is valid until the next decode, trim or
 *   free of the same decoder. The library keeps no pointer to the caller's memory after a call.
 * - Threads. A decoder or encoder is used by one thread at a time and may move between threads.
 *   Functions without one can be called from any thread at any time. There is no global state.
 * - Input. Every input gives an event or an error, in time linear in its length.
 *
 * Contents: version, limits, status codes, kinds of events, methods, bodies of responses, rules of
 * responses, kinds of JSON values, flags, structs, library, decoders, decoding, events, JSON,
 * encoders, names of numbers, initial values, inline functions.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef APIGW_H
#define APIGW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Functions whose result must not be ignored. */
#ifdef __GNUC__
#define APIGW_CHECKED __attribute__((warn_unused_result))
#else
#define APIGW_CHECKED
#endif

/*
 * ==== Version ====
 *
 * The number of the interface, `APIGW_ABI`, is also in the name of the shared library,
 * `libapigw.so.1`. It changes only when programs must be compiled again. Until then new functions,
 * new numbers, and new members at the end of structs that begin with their `size` may be added;
 * nothing else changes.
 *
 * There is one check: `apigw_decoder_new` and `apigw_encoder_new` take the `APIGW_ABI` of the
 * caller's header, and refuse another number than the library's. After that only the ends of
 * structs can differ, and `size` says where a struct ends. The caller writes it into structs that
 * it fills: the library takes members beyond it as 0, and refuses members that it does not know
 * unless they are 0. The library writes it into `apigw_event_table` and `apigw_error`; the caller
 * asks `APIGW_HAS` for members that a later version has added.
 */

/** The number of the interface that this header describes. */
#define APIGW_ABI 1
/** The release that this header belongs to, as three numbers and as one for comparisons. */
#define APIGW_VERSION_MAJOR 0
#define APIGW_VERSION_MINOR 1
#define APIGW_VERSION_PATCH 0
#define APIGW_VERSION_NUMBER 0x000100

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
 * `apigw_event_find` if nothing is found.
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
/** A member that a gateway does not allow in a response; the offset is that of its name. */
#define APIGW_E_UNKNOWN_MEMBER 36
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
/**
 * The gateway takes no such response: its events are those of an authorizer, or it does not take a
 * streamed response. Also an event that cannot be encoded, because it is not a request.
 */
#define APIGW_E_NO_RESPONSE 68

/*
 * ==== Kinds of events ====
 *
 * The kind of gateway that made an event, recognised by the event's members. New ones may be
 * added.
 */

/** Unknown. Members with known names are read nevertheless. */
#define APIGW_DIALECT_UNKNOWN 0
/** Tencent API Gateway (<https://cloud.tencent.com/document/product/583/12513>). */
#define APIGW_DIALECT_TENCENT_API_GATEWAY 1
/** Tencent API Gateway, WebSocket (<https://cloud.tencent.com/document/product/583/32553>). */
#define APIGW_DIALECT_TENCENT_WEBSOCKET 2
/** Tencent SCF Function URL (<https://cloud.tencent.com/document/product/583/96099>). */
#define APIGW_DIALECT_TENCENT_FUNCTION_URL 3
/** Tencent Cloud Load Balancer (<https://cloud.tencent.com/document/product/583/52635>). */
#define APIGW_DIALECT_TENCENT_CLB 4
/** Tencent CloudBase HTTP access (<https://cloud.tencent.com/document/product/876/41776>). */
#define APIGW_DIALECT_TENCENT_CLOUDBASE 5
/**
 * Not an HTTP request: the event of a timer, an object store, a message queue or another source.
 */
#define APIGW_DIALECT_NOT_HTTP 6
/**
 * AWS API Gateway, HTTP API with payload format 2.0
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).
 */
#define APIGW_DIALECT_AWS_HTTP_API 7
/**
 * AWS Lambda Function URL (<https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>).
 */
#define APIGW_DIALECT_AWS_FUNCTION_URL 8
/**
 * AWS API Gateway, REST API, and HTTP API with payload format 1.0
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>).
 */
#define APIGW_DIALECT_AWS_REST_API 9
/**
 * AWS Application Load Balancer
 * (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>).
 */
#define APIGW_DIALECT_AWS_ALB 10
/** AWS Application Load Balancer with multi-value headers enabled. */
#define APIGW_DIALECT_AWS_ALB_MULTI_VALUE 11
/**
 * AWS API Gateway, WebSocket API
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-proxy-integrations.html>).
 */
#define APIGW_DIALECT_AWS_WEBSOCKET 12
/**
 * AWS VPC Lattice, event version 2.0
 * (<https://docs.aws.amazon.com/lambda/latest/dg/services-vpc-lattice.html>).
 */
#define APIGW_DIALECT_AWS_LATTICE 13
/** AWS VPC Lattice, event version 1.0. */
#define APIGW_DIALECT_AWS_LATTICE_V1 14
/**
 * A Lambda authorizer of a REST API that gets a token
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>).
 */
#define APIGW_DIALECT_AWS_TOKEN_AUTHORIZER 15
/**
 * A Lambda authorizer of a REST or WebSocket API, or of an HTTP API with format 1.0, that gets the
 * request.
 */
#define APIGW_DIALECT_AWS_REQUEST_AUTHORIZER 16
/**
 * A Lambda authorizer of an HTTP API with format 2.0
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>).
 */
#define APIGW_DIALECT_AWS_HTTP_API_AUTHORIZER 17
/**
 * Amazon CloudFront, Lambda@Edge
 * (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html>).
 */
#define APIGW_DIALECT_AWS_CLOUDFRONT 18
/**
 * Alibaba Cloud Function Compute 3.0, HTTP trigger
 * (<https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/http-triggers-overview>).
 */
#define APIGW_DIALECT_ALIBABA_FC 19
/**
 * Alibaba Cloud API Gateway
 * (<https://www.alibabacloud.com/help/en/api-gateway/traditional-api-gateway/user-guide/use-function-compute-as-the-backend-service-of-an-api-operation>).
 */
#define APIGW_DIALECT_ALIBABA_API_GATEWAY 20
/**
 * Huawei Cloud API Gateway
 * (<https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html>).
 */
#define APIGW_DIALECT_HUAWEI_APIG 21
/** Yandex Cloud Functions (<https://yandex.cloud/en/docs/functions/concepts/function-invoke>). */
#define APIGW_DIALECT_YANDEX_FUNCTIONS 22
/**
 * Yandex API Gateway, payload formats 0.1 and 1.0
 * (<https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions>).
 */
#define APIGW_DIALECT_YANDEX_API_GATEWAY 23
/**
 * Apache OpenWhisk, web action
 * (<https://github.com/apache/openwhisk/blob/master/docs/webactions.md>).
 */
#define APIGW_DIALECT_OPENWHISK 24
/**
 * DigitalOcean Functions
 * (<https://docs.digitalocean.com/products/functions/reference/parameters-responses/>).
 */
#define APIGW_DIALECT_DIGITALOCEAN 25
/**
 * Azure Functions, custom handler
 * (<https://learn.microsoft.com/en-us/azure/azure-functions/functions-custom-handlers>).
 */
#define APIGW_DIALECT_AZURE 26
/** Baidu Cloud Function Compute (<https://cloud.baidu.com/doc/CFC/index.html>). */
#define APIGW_DIALECT_BAIDU_CFC 27
/**
 * Netlify Functions, Lambda-compatible
 * (<https://docs.netlify.com/functions/lambda-compatibility/>).
 */
#define APIGW_DIALECT_NETLIFY 28

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
/**
 * As the bytes that follow the response, for a streamed response of AWS
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>):
 * JSON with status and headers, eight zero bytes, then the body as it is. More bytes of the body
 * may follow the output.
 */
#define APIGW_BODY_STREAM 3

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
/**
 * The rules of a REST API of AWS
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>):
 * a missing status is 200 if there is another member, a status may be a string, an unknown member
 * is refused, and values of `multiValueHeaders` come before those of `headers`.
 */
#define APIGW_RULES_AWS_REST_API 4
/**
 * The rules of an HTTP API of AWS with format 2.0, and of an AWS Function URL
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>):
 * JSON without a `statusCode` is the body, with status 200 and content type `application/json`,
 * and `cookies` become headers.
 */
#define APIGW_RULES_AWS_HTTP_API 5
/**
 * The rules of an Application Load Balancer of AWS
 * (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>):
 * `statusCode` is a number, headers are strings, and `multiValueHeaders` replaces `headers`.
 */
#define APIGW_RULES_AWS_ALB 6
/**
 * The rules of VPC Lattice of AWS
 * (<https://docs.aws.amazon.com/lambda/latest/dg/services-vpc-lattice.html>): `statusCode` is a
 * number, and headers are strings.
 */
#define APIGW_RULES_AWS_LATTICE 7
/**
 * The rules of Lambda@Edge
 * (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses-in-requests.html>):
 * `status` is a string, headers are lists of objects with `key` and `value`, `bodyEncoding` is
 * `text` or `base64`, and an unknown member is refused.
 */
#define APIGW_RULES_AWS_CLOUDFRONT 8
/**
 * The rules of Yandex Cloud Functions
 * (<https://yandex.cloud/en/docs/functions/concepts/function-invoke>): a list in
 * `multiValueHeaders` replaces the values with the same name in `headers`.
 */
#define APIGW_RULES_YANDEX 9
/**
 * The rules of OpenWhisk and DigitalOcean
 * (<https://github.com/apache/openwhisk/blob/master/docs/webactions.md>): a missing status is 200,
 * or 204 without a body, the body is any JSON, and a text body is base64 if the content type is
 * binary.
 */
#define APIGW_RULES_OPENWHISK 10
/**
 * The rules of a custom handler of Azure
 * (<https://learn.microsoft.com/en-us/azure/azure-functions/functions-custom-handlers>): the
 * response is the first object in `Outputs`, a missing status is 200, and the body is any JSON.
 */
#define APIGW_RULES_AZURE 11
/**
 * The rules of Netlify Functions (<https://docs.netlify.com/functions/lambda-compatibility/>): a
 * missing status is 200, and values of `headers` come before those of `multiValueHeaders`.
 */
#define APIGW_RULES_NETLIFY 12

/*
 * ==== Kinds of JSON values ====
 *
 * The kind of a JSON value.
 */

/** `null`. */
#define APIGW_JSON_NULL 0
/** `true` or `false`, in `value.boolean`. */
#define APIGW_JSON_BOOL 1
/** An integer from -2^63 to 2^63-1, in `value.integer`. */
#define APIGW_JSON_INT 2
/** An integer from 2^63 to 2^64-1, in `value.uinteger`. */
#define APIGW_JSON_UINT 3
/** Any other number, in `value.real`. */
#define APIGW_JSON_FLOAT 4
/** A string, or the name of a member, in `value.string`. */
#define APIGW_JSON_STRING 5
/** An array, with the number of its elements in `value.count`. */
#define APIGW_JSON_ARRAY 6
/** An object, with the number of its members in `value.count`. */
#define APIGW_JSON_OBJECT 7

/*
 * ==== Flags ====
 *
 * The bits of `apigw_event_table.flags`.
 */

/** The body is in base64. */
#define APIGW_FLAG_BODY_BASE64 0x01
/**
 * The body was sent as a JSON object or array and is its raw JSON text; `APIGW_FLAG_BODY_BASE64`
 * has no meaning then.
 */
#define APIGW_FLAG_BODY_JSON 0x02
/** Every string of the event is ASCII. */
#define APIGW_FLAG_ASCII 0x04
/** A WebSocket client asks for a connection. */
#define APIGW_FLAG_WEBSOCKET_CONNECT 0x08
/** A WebSocket client sent a message. */
#define APIGW_FLAG_WEBSOCKET_MESSAGE 0x10
/** A WebSocket client closed the connection. */
#define APIGW_FLAG_WEBSOCKET_CLOSE 0x20
/** The gateway has percent-decoded the path. */
#define APIGW_FLAG_PATH_DECODED 0x40
/** The response is an integrated response; otherwise the output was passed through as the body. */
#define APIGW_FLAG_INTEGRATED 0x80

/*
 * ==== Structs ====
 *
 * The caller fills the structs that have an `..._INIT`, which sets `size` to the size of the
 * struct in bytes and everything else to a default. Structs that do not begin with `size` never
 * change.
 */

/**
 * A decoder: the memory and the settings that are kept from event to event.
 *
 * Make one per thread and use it for every event: from the third event on, and from the second
 * event of a size on, decoding allocates nothing.
 */
typedef struct apigw_decoder apigw_decoder;

/** An encoder: the memory and the settings that are kept from response to response. */
typedef struct apigw_encoder apigw_encoder;

/** The result of a function that can fail: `APIGW_OK` or one of `APIGW_E_...`. */
typedef uint32_t apigw_status;

/** The options of a decoder. Start from `APIGW_DECODER_OPTIONS_INIT`. */
typedef struct apigw_decoder_options {
    uint32_t size;
    /** The maximum length of an input in bytes; 0 for the default, 16 MiB. */
    uint32_t max_input;
    /**
     * The maximum number of pairs in an event, including unknown members; 0 for the default, 4096.
     */
    uint32_t max_pairs;
    /** The maximum number of values and names in a JSON document; 0 for the default, 1 048 576. */
    uint32_t max_nodes;
    /**
     * The name of the vector code, such as "avx2", for tests and measurements: results, errors and
     * offsets are the same with all of them. NULL for the one that the environment variable
     * `APIGW_KERNEL` names, or else the fastest of this CPU.
     */
    const char *kernel;
    /**
     * The kind of gateway that sent all events, one of `APIGW_DIALECT_...`; 0 if the members of an
     * event decide.
     */
    uint32_t dialect;
} apigw_decoder_options;

/** Why the last call on a decoder or an encoder failed. */
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
    /** The meaning of the status. */
    const char *text;
    /**
     * The member of the event or response that has the error, such as "requestContext.stage" or
     * "headers.x-a"; NULL if that is not known.
     */
    const char *member;
} apigw_error;

/** A string in the text block of an event: UTF-8, without a NUL at its end. */
typedef struct apigw_span {
    /** The byte offset in the text block; the highest 32-bit number if the string is absent. */
    uint32_t off;
    /** The length in bytes; an empty string has a valid offset and length 0. */
    uint32_t len;
} apigw_span;

/**
 * A map of an event: consecutive entries of its array of pairs, in the event's order, including
 * repeated names.
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
typedef struct apigw_event_table {
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
    /** The request's method as it was sent. From `httpMethod`, or `requestContext.http.method`. */
    apigw_span method;
    /**
     * The request's path, without the stage if the gateway gives the stage. The flag
     * `PATH_DECODED` says whether the gateway has percent-decoded it.
     * From `path`, or `rawPath`.
     */
    apigw_span path;
    /**
     * The path with the stage, where the event has it apart from the path.
     * From `requestContext.http.path`.
     */
    apigw_span full_path;
    /**
     * The configured path, which may be a template or a prefix of the request's path.
     * From `requestContext.path`.
     */
    apigw_span route;
    /** The configured method, which may be `ANY`. From `requestContext.httpMethod`. */
    apigw_span route_method;
    /**
     * The key of the configured route, such as `GET /cats/{id}`, `$default` or `$connect`.
     * From `requestContext.routeKey`, or `routeKey`.
     */
    apigw_span route_key;
    /** The stage of the API, such as `release`. From `requestContext.stage`. */
    apigw_span stage;
    /**
     * The request's identifier. Events of Tencent's running API gateways do not have it; it is in
     * their header `x-api-requestid`.
     * From `requestContext.requestId`.
     */
    apigw_span request_id;
    /**
     * The identifier of the API or service.
     * From `requestContext.serviceId`, or `requestContext.apiId`.
     */
    apigw_span api_id;
    /**
     * The service's name, which Tencent's events until 2019 and its WebSocket events have instead
     * of the identifier.
     * From `requestContext.serviceName`.
     */
    apigw_span service_name;
    /** The domain that the request was sent to. From `requestContext.domainName`. */
    apigw_span domain_name;
    /** The account that owns the gateway. From `requestContext.accountId`. */
    apigw_span account_id;
    /**
     * The client's address.
     * From `requestContext.sourceIp`, or `requestContext.http.sourceIp`, or
     * `requestContext.identity.sourceIp`.
     */
    apigw_span source_ip;
    /**
     * The client's user agent, where the event has it apart from the headers.
     * From `requestContext.http.userAgent`, or `requestContext.identity.userAgent`.
     */
    apigw_span user_agent;
    /**
     * The protocol of the request, such as `HTTP/1.1`.
     * From `requestContext.http.protocol`, or `requestContext.protocol`.
     */
    apigw_span protocol;
    /** The key that a request was signed with. From `requestContext.identity.secretId`. */
    apigw_span secret_id;
    /**
     * The query as it was sent, percent-encoded, where the event has it as one string.
     * From `query`, or `rawQueryString`.
     */
    apigw_span raw_query;
    /**
     * What an authorizer has found out, as raw JSON text: claims of a token, or the context that
     * an authorizer function returned.
     * From `requestContext.authorizer`.
     */
    apigw_span authorizer;
    /**
     * The client's certificate of mutual TLS, as raw JSON text.
     * From `requestContext.identity.clientCert`.
     */
    apigw_span client_certificate;
    /**
     * The gateway's name for what happened, to a WebSocket connection above all.
     * From `websocket.action`, or `requestContext.eventType`.
     */
    apigw_span event_type;
    /**
     * The identifier of the WebSocket connection.
     * From `websocket.secConnectionID`, or `requestContext.connectionId`.
     */
    apigw_span connection_id;
    /** The identifier of a WebSocket message. From `requestContext.messageId`. */
    apigw_span message_id;
    /** The type of a WebSocket message: `text` or `binary`. From `websocket.dataType`. */
    apigw_span data_type;
    /**
     * The subprotocols that a WebSocket client offers, separated by commas.
     * From `websocket.secWebSocketProtocol`.
     */
    apigw_span websocket_protocol;
    /**
     * The extensions that a WebSocket client offers, separated by commas.
     * From `websocket.secWebSocketExtensions`.
     */
    apigw_span websocket_extensions;
    /**
     * The request's body, or the data of a WebSocket message, as it is in the event. The flags say
     * whether it is text, base64 or JSON.
     * From `body`, or `websocket.data`.
     */
    apigw_span body;
    /**
     * The request's headers, repeated ones included. Names are as they were sent, and most
     * gateways send them in lower case.
     * From `headers`.
     */
    apigw_range headers;
    /**
     * The request's query, repeated names included, percent-decoded once. A key without `=` has no
     * value where the event shows that.
     * From `queryString`.
     */
    apigw_range query;
    /** The values of the variables in the configured path. From `pathParameters`. */
    apigw_range path_parameters;
    /** The variables of the stage. From `stageVariables`. */
    apigw_range stage_variables;
    /**
     * The cookies of events that have them apart from the headers, split at the first `=`.
     * From `cookies`.
     */
    apigw_range cookie_list;
    /**
     * The query parameters that the configuration of a Tencent API gateway declares.
     * From `queryStringParameters`.
     */
    apigw_range declared_query;
    /**
     * The headers that the configuration of a Tencent API gateway declares.
     * From `headerParameters`, or `headersParameters`.
     */
    apigw_range declared_headers;
    /**
     * The headers with one value for each name, where the event has them twice: `headers` then has
     * every value.
     */
    apigw_range single_headers;
    /**
     * The query with one value for each name, where the event has it twice: `query` then has every
     * value.
     */
    apigw_range single_query;
    /** Members of the event that have no field: names, and values as raw JSON text. */
    apigw_range extras;
    /** Members of `requestContext` that have no field: names, and values as raw JSON text. */
    apigw_range context_extras;
    /**
     * Members of `requestContext.identity` that have no field: names, and values as raw JSON text.
     */
    apigw_range identity_extras;
    /**
     * Members of `requestContext.http`, or of the object that has the request in other events,
     * that have no field: names, and values as raw JSON text.
     */
    apigw_range http_extras;
    /** Members of `websocket` that have no field: names, and values as raw JSON text. */
    apigw_range websocket_extras;
    /** The status of a response, 100 to 999; 0 in an event. */
    uint32_t status;
    /**
     * The lower half of the request's time, milliseconds since 1970. Both
     * halves are 0 if the event has no time.
     */
    uint32_t time_low;
    /** The upper half of the time. */
    uint32_t time_high;
} apigw_event_table;

/** A name and its value, one entry of the array that contains all maps of an event. */
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

/** A decoded event. The caller owns the struct and may copy it freely. */
typedef struct apigw_event {
    /** The fields, as offsets. */
    const apigw_event_table *table;
    /** The pairs of all maps; their number is `table->pair_count`. */
    const apigw_pair *pairs;
    /**
     * The text block, to which all offsets except that of `table->body` refer. Its strings are
     * UTF-8. They may contain NUL and do not end with it.
     */
    const char *text;
    /** The length of the text block in bytes. */
    size_t text_len;
    /**
     * The text to which `table->body` refers: `text`, or the caller's input if the body was
     * borrowed. `apigw_event_body` reads it.
     */
    const char *body_text;
} apigw_event;

/** The value of a node. Its kind says which member is set. */
typedef union apigw_json_value {
    /** `APIGW_JSON_BOOL`: 1 for true, 0 for false. */
    uint64_t boolean;
    /** `APIGW_JSON_INT`. */
    int64_t integer;
    /** `APIGW_JSON_UINT`. */
    uint64_t uinteger;
    /** `APIGW_JSON_FLOAT`. */
    double real;
    /** `APIGW_JSON_STRING`: the string, unescaped, in the text of the document. */
    apigw_span string;
    /** `APIGW_JSON_ARRAY`: the number of elements. `APIGW_JSON_OBJECT`: the number of members. */
    uint64_t count;
} apigw_json_value;

/**
 * A value of a JSON document, or the name of a member. A container is followed by its contents; in
 * an object, names and values alternate. The first node inside is `node + 1`, and the node after
 * each of them is `node + node->next`.
 */
typedef struct apigw_json_node {
    /** One of `APIGW_JSON_...`. */
    uint32_t kind;
    /**
     * The distance to the next node: 1, or for a container 1 plus the number of all nodes inside.
     */
    uint32_t next;
    /** The value. */
    apigw_json_value value;
} apigw_json_node;

/**
 * A JSON document: its nodes, the first of which is the value of the document, and the text that
 * contains their strings. It is valid as long as the last event of the decoder.
 */
typedef struct apigw_json {
    const apigw_json_node *nodes;
    /** The number of nodes. */
    size_t count;
    /** The text. It is the decoder's own copy. */
    const char *text;
    /** The length of the text in bytes. */
    size_t text_len;
} apigw_json;

/** The options of an encoder. Start from `APIGW_ENCODER_OPTIONS_INIT`. */
typedef struct apigw_encoder_options {
    uint32_t size;
    /** The maximum length of an output in bytes; 0 for the default, 6 MiB. */
    uint32_t max_output;
    /** As in `apigw_decoder_options`. */
    const char *kernel;
} apigw_encoder_options;

/** A string, or bytes, without a NUL at the end. `data` is NULL if the string is absent. */
typedef struct apigw_string {
    const char *data;
    /** The length in bytes. */
    size_t len;
} apigw_string;

/** A name and its value: a header, or a parameter. The value of a bare name is absent. */
typedef struct apigw_string_pair {
    apigw_string name;
    apigw_string value;
} apigw_string_pair;

/** A list of names and values. A name may occur several times. */
typedef struct apigw_string_pairs {
    /** May be NULL if there are none. */
    const apigw_string_pair *pairs;
    size_t count;
} apigw_string_pairs;

/** A response. Start from `APIGW_RESPONSE_INIT`. */
typedef struct apigw_response {
    uint32_t size;
    /** The status, 100 to 999. */
    uint32_t status;
    /**
     * The headers. A name is a token (RFC 9110 section 5.1), and compares without case. A value is
     * UTF-8 without control characters other than tabs (section 5.5).
     */
    apigw_string_pairs headers;
    /** The bytes of the body. */
    apigw_string body;
    /** How the body is written: one of `APIGW_BODY_...`. */
    uint32_t body_encoding;
    /** The kind of gateway that receives the response: `table->dialect` of the event. */
    uint32_t dialect;
} apigw_response;

/**
 * A response whose headers are words of 32 bits, for runtimes that cannot pass arrays of pointers.
 * Start from `APIGW_RESPONSE_TABLE_INIT`.
 */
typedef struct apigw_response_table {
    uint32_t size;
    /** The status, 100 to 999. */
    uint32_t status;
    /** The names and values of the headers. */
    apigw_string text;
    /**
     * Four words for each header: the offset and the length of the name in `text`, and the offset
     * and the length of the value.
     */
    const uint32_t *headers;
    /** The number of headers. */
    size_t header_count;
    /** The bytes of the body. */
    apigw_string body;
    /** How the body is written: one of `APIGW_BODY_...`. */
    uint32_t body_encoding;
    /** The kind of gateway that receives the response. */
    uint32_t dialect;
} apigw_response_table;

/**
 * The reply to a WebSocket client that wants to connect. `APIGW_WEBSOCKET_REPLY_INIT` accepts the
 * client; the caller sets the connection.
 */
typedef struct apigw_websocket_reply {
    uint32_t size;
    /** 0 accepts the connection, any other number refuses it. */
    int32_t error_number;
    /** The meaning of the number, for people. */
    apigw_string error_message;
    /** The connection: `table->connection_id` of the event. */
    apigw_string connection_id;
    /** The chosen subprotocol; absent for none. */
    apigw_string protocol;
    /** The chosen extension; absent for none. */
    apigw_string extensions;
} apigw_websocket_reply;

/**
 * The parts of an event that is to be encoded, with the names that they have in
 * `apigw_event_table`. Start from `APIGW_EVENT_PARTS_INIT`. Parts that a dialect does not have are
 * left out. So are absent parts, except those that the dialect always has: they get a sample
 * value.
 */
typedef struct apigw_event_parts {
    uint32_t size;
    /** The kind of gateway: one of `APIGW_DIALECT_...` whose events are requests. */
    uint32_t dialect;
    /**
     * `APIGW_FLAG_BODY_JSON` if the body is an object or array that is written as it is. For
     * `APIGW_DIALECT_TENCENT_WEBSOCKET` and `APIGW_DIALECT_AWS_WEBSOCKET` also one of
     * `APIGW_FLAG_WEBSOCKET_...`.
     */
    uint32_t flags;
    /** How the body is written: one of `APIGW_BODY_...`. */
    uint32_t body_encoding;
    /** The time of the request in milliseconds since 1970, or 0 for a sample value. */
    uint64_t time_ms;
    /** The bytes of the body; absent for an event without a body. */
    apigw_string body;
    apigw_string method;
    apigw_string path;
    apigw_string route;
    apigw_string route_method;
    apigw_string stage;
    apigw_string request_id;
    apigw_string api_id;
    apigw_string domain_name;
    apigw_string account_id;
    apigw_string source_ip;
    apigw_string user_agent;
    apigw_string secret_id;
    /** `envId` of CloudBase, which needs it. */
    apigw_string environment_id;
    /** The WebSocket connection, which its events need. */
    apigw_string connection_id;
    apigw_string websocket_protocol;
    apigw_string websocket_extensions;
    apigw_string_pairs headers;
    apigw_string_pairs query;
    apigw_string_pairs path_parameters;
    /** For CloudBase, the query. */
    apigw_string_pairs declared_query;
    apigw_string_pairs declared_headers;
    /** Left out if `pairs` is NULL. */
    apigw_string_pairs stage_variables;
} apigw_event_parts;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 * ==== Library ====
 */

/** Returns the interface number of the library in use. */
uint32_t apigw_abi(void);

/** Returns the library's release as text, such as "1.2.3". */
const char *apigw_version(void);

/*
 * ==== Decoders ====
 */

/**
 * Makes a decoder and writes it to `*out`. `abi` is `APIGW_ABI`. `options` may be NULL for the
 * defaults.
 *
 * Returns `APIGW_E_ABI` if the library has another interface, `APIGW_E_ARGUMENT` also for options
 * that this library does not know and for a kernel that it does not have or this CPU cannot run,
 * and `APIGW_E_OUT_OF_MEMORY`.
 */
APIGW_CHECKED apigw_status
apigw_decoder_new(uint32_t abi, const apigw_decoder_options *options, apigw_decoder **out);

/** Frees a decoder and everything that it owns. Does nothing if `decoder` is NULL. */
void apigw_decoder_free(apigw_decoder *decoder);

/**
 * Frees the memory that is kept for the next event; its size is that of the largest event so far.
 * Does nothing if `decoder` is NULL.
 */
void apigw_decoder_trim(apigw_decoder *decoder);

/**
 * Returns why the last call with this decoder that returns a status failed. The result is valid
 * until the next such call, or until the decoder is freed.
 */
const apigw_error *apigw_decoder_error(const apigw_decoder *decoder);

/**
 * Returns the name of the vector code that decodes, such as "portable" or "avx2"; NULL if
 * `decoder` is NULL. The result is valid until the decoder is freed.
 */
const char *apigw_decoder_kernel(const apigw_decoder *decoder);

/*
 * ==== Decoding ====
 */

/**
 * Decodes the event in `input` and fills `*out`. The input is copied once. It is not changed, it
 * is not read after the call, and it needs neither padding nor a NUL.
 *
 * Returns the errors of JSON, of members and of limits. On failure the last event becomes invalid;
 * `apigw_decoder_error` returns the position of the error.
 */
APIGW_CHECKED apigw_status
apigw_decoder_decode(apigw_decoder *decoder, const void *input, size_t len, apigw_event *out);

/**
 * Does the same as `apigw_decoder_decode`, but does not copy a body of 16 KiB or more that is
 * ASCII without escapes, as base64 is: `out->body_text` is then `input`, which must stay unchanged
 * as long as the event is used.
 */
APIGW_CHECKED apigw_status
apigw_decoder_decode_borrowed(apigw_decoder *decoder, const void *input, size_t len,
                              apigw_event *out);

/**
 * Decodes the event in the first `len` bytes of `buffer` without a copy: strings are unescaped in
 * place, and `out->text` is `buffer`. `size` is the size of the whole buffer, at least `len +
 * APIGW_PADDING`. The bytes after the event may have any value and are overwritten: a query that
 * the gateway passes percent-encoded is decoded there. Returns `APIGW_E_BUFFER` if it does not
 * fit; `2 * len + APIGW_PADDING` bytes are enough for every event.
 *
 * On success the buffer must stay unchanged as long as the event is used. After a failure its
 * content is unspecified, except after `APIGW_E_INPUT_TOO_LONG` and `APIGW_E_ARGUMENT`. The latter
 * is also returned if there is no room for the padding.
 */
APIGW_CHECKED apigw_status
apigw_decoder_decode_in_place(apigw_decoder *decoder, void *buffer, size_t len, size_t size,
                              apigw_event *out);

/**
 * Decodes a function's response and fills `*out`: `status`, `headers`, `body`, `flags` and
 * `extras` of its table; everything else is absent. `rules` is one of `APIGW_RULES_...`. A gateway
 * replies "Invalid scf response format" to a response that is refused.
 *
 * Input, failures and lifetimes are as for `apigw_decoder_decode`.
 */
APIGW_CHECKED apigw_status
apigw_decoder_decode_response(apigw_decoder *decoder, const void *input, size_t len, uint32_t rules,
                              apigw_event *out);

/**
 * Decodes an event into memory that the caller owns, for runtimes that read the words themselves:
 * one call, no pointers. `apigw_event_from_table` makes an event of the output.
 *
 * The input is copied to `text`, which has room for `text_size` bytes, at least `len +
 * APIGW_PADDING`, and is unescaped there. `input` may be equal to `text`, in which case nothing is
 * copied, but must not overlap it otherwise. `words` has room for `words_size` words of 32 bits.
 * They receive the table and then, from word `size / 4` on (`size` is the first word of the
 * table), the pairs of 4 words each. `*need` becomes the number of words used.
 *
 * Returns `APIGW_E_BUFFER` if the words do not fit: `*need` is then the number of words that this
 * event needs, and the input is unchanged, even if it is in `text`. Returns `APIGW_E_BUFFER` with
 * 0 in `*need` if the text does not fit: a query that the gateway passes percent-encoded is
 * decoded to the room after the document, for which `2 * len + APIGW_PADDING` bytes are enough.
 * The input is then unspecified if it is in `text`. The words of a table and of
 * `max_pairs` or `len / 2` pairs are enough for every event. With fewer words than that, an event
 * in `text` costs a copy. After any other failure the contents of `text` and `words` are
 * unspecified. The last event of the decoder becomes invalid.
 */
APIGW_CHECKED apigw_status
apigw_decoder_decode_table(apigw_decoder *decoder, const void *input, size_t len, void *text,
                           size_t text_size, uint32_t *words, size_t words_size, size_t *need);

/*
 * ==== Events ====
 *
 * The event is from the last decode of the decoder, or from `apigw_event_from_table`. The inline
 * functions below read its strings and maps.
 */

/**
 * Returns the index of the first pair of `range` with this name whose index is at least `from`:
 * `event->pairs[index]`. Begin with `from` 0; for the next pair, pass the last result plus 1.
 * Returns `APIGW_NONE` if there is no such pair, or if a pointer is NULL. With `ignore_case`,
 * ASCII letters compare without case, as header names must.
 */
uint32_t
apigw_event_find(const apigw_event *event, apigw_range range, const char *name, size_t name_len,
                 uint32_t from, bool ignore_case);

/**
 * Writes the bytes of the body to `out` and their number to `*need`. A base64 body is decoded; any
 * other body is written as it is in the event. Without a body there are 0 bytes.
 *
 * `out` may be the body itself, `apigw_event_body(event).data`, unless it is borrowed: the bytes
 * then replace the text, which is the fastest way, and the body must not be read again. Otherwise
 * `out` and the text must not overlap. `out` may be NULL if `out_size` is 0, to ask for the number
 * of bytes.
 *
 * Returns `APIGW_E_BUFFER` if there are more than `out_size` bytes; `*need` is then their number.
 * Returns `APIGW_E_INVALID_BASE64` with the offset in the text of the body. Nothing is written to
 * `out` in either case.
 */
APIGW_CHECKED apigw_status
apigw_event_read_body(const apigw_event *event, apigw_decoder *decoder, void *out, size_t out_size,
                      size_t *need);

/**
 * Reads the body as a form, `application/x-www-form-urlencoded`, and fills `*out` with its fields:
 * they are all pairs of `*out`, `apigw_event_all(out)`, and everything else is absent. A field
 * without `=` has an empty value. Bytes that are not UTF-8 are replaced by U+FFFD. Without a body
 * there are no fields.
 *
 * Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the bytes of the
 * body, and `APIGW_E_INVALID_BASE64` with the offset in its text. `*out` is valid as long as the
 * last event of the decoder.
 */
APIGW_CHECKED apigw_status
apigw_event_read_form(const apigw_event *event, apigw_decoder *decoder, apigw_event *out);

/**
 * Reads the cookies of all `Cookie` headers and fills `*out` with them, as `apigw_event_read_form`
 * does with fields. Values are as they were sent, including quotes. A cookie without `=` is a bare
 * name.
 *
 * Returns `APIGW_E_TOO_MANY_PAIRS` and `APIGW_E_NAME_TOO_LONG` with the offset in the value of the
 * header. `*out` is valid as long as both `event` and the last event of the decoder.
 */
APIGW_CHECKED apigw_status
apigw_event_read_cookies(const apigw_event *event, apigw_decoder *decoder, apigw_event *out);

/*
 * ==== JSON ====
 */

/**
 * Reads the JSON document in `text` and fills `*out`. The document is a body, or a member of
 * `extras`, which is raw JSON. The text is not changed, and not read after the call.
 *
 * The rules are those of events: strict RFC 8259, and at most `APIGW_MAX_DEPTH` objects and arrays
 * open at once. A number is `APIGW_JSON_INT` or `APIGW_JSON_UINT` if it is an integer in range,
 * written without fraction and exponent. Any other number, and also `-0`, is the nearest float.
 *
 * Returns the errors of decoding, with the offset in `text`, and also `APIGW_E_INVALID_NUMBER` for
 * a number beyond the range of floats, and `APIGW_E_TOO_MANY_NODES`. The decoder keeps the memory
 * of all documents until its next decode.
 */
APIGW_CHECKED apigw_status
apigw_json_parse(apigw_decoder *decoder, const char *text, size_t len, apigw_json *out);

/*
 * ==== Encoders ====
 */

/** Makes an encoder and writes it to `*out`, as `apigw_decoder_new` makes a decoder. */
APIGW_CHECKED apigw_status
apigw_encoder_new(uint32_t abi, const apigw_encoder_options *options, apigw_encoder **out);

/** Frees an encoder and everything that it owns. Does nothing if `encoder` is NULL. */
void apigw_encoder_free(apigw_encoder *encoder);

/** Returns why the last call with this encoder failed, as `apigw_decoder_error` does. */
const apigw_error *apigw_encoder_error(const apigw_encoder *encoder);

/**
 * Encodes a response as the JSON that a function returns:
 * `{"isBase64Encoded":...,"statusCode":...,"headers":{...},"body":"..."}`. It is written to `out`,
 * which has room for `out_size` bytes and may be NULL if that is 0, without a NUL at its end;
 * `*need` becomes its length. Values of the same header name, compared without case, are written
 * together as an array. The response may contain strings of an event. Gateways of other vendors
 * take other members: the dialect decides.
 *
 * Returns `APIGW_E_BUFFER` if there is no room; `*need` is then the length of the output. Returns
 * `APIGW_E_INVALID_STATUS`, `APIGW_E_INVALID_HEADER_NAME`, `APIGW_E_INVALID_HEADER_VALUE` or, for
 * a body that must be text, `APIGW_E_INVALID_UTF8`; the offset counts in the name, the value or
 * the body. Returns `APIGW_E_NO_RESPONSE` if the dialect has no such response, and
 * `APIGW_E_RESPONSE_TOO_LONG` if the output is longer than `max_output`. After every failure the
 * content of `out` is unspecified; `*need` is changed only by `APIGW_E_BUFFER`.
 */
APIGW_CHECKED apigw_status
apigw_encoder_encode_response(apigw_encoder *encoder, const apigw_response *response, void *out,
                              size_t out_size, size_t *need);

/**
 * Does the same as `apigw_encoder_encode_response`. Returns `APIGW_E_ARGUMENT` also if a word
 * points outside the text.
 */
APIGW_CHECKED apigw_status
apigw_encoder_encode_response_table(apigw_encoder *encoder, const apigw_response_table *response,
                                    void *out, size_t out_size, size_t *need);

/**
 * Encodes the reply to a WebSocket client that wants to connect (`APIGW_FLAG_WEBSOCKET_CONNECT`).
 * Output and errors are as for `apigw_encoder_encode_response`.
 */
APIGW_CHECKED apigw_status
apigw_encoder_encode_websocket_reply(apigw_encoder *encoder, const apigw_websocket_reply *reply,
                                     void *out, size_t out_size, size_t *need);

/**
 * Encodes an event as a gateway passes it to a function, for tests and emulators. Maps are sorted
 * by name. Output and errors are as for `apigw_encoder_encode_response`.
 *
 * Returns `APIGW_E_ARGUMENT` also for impossible flags and if a part is missing that the dialect
 * needs, `APIGW_E_NO_RESPONSE` for a dialect whose events are not requests,
 * `APIGW_E_INVALID_UTF8` with the name of the part in `member`, `APIGW_E_NAME_TOO_LONG`, and for a
 * JSON body that is not JSON the error of JSON, with its offset in the body.
 */
APIGW_CHECKED apigw_status
apigw_encoder_encode_event(apigw_encoder *encoder, const apigw_event_parts *parts, void *out,
                           size_t out_size, size_t *need);

/*
 * ==== Names of numbers ====
 */

/**
 * Returns the number of a well-known header name, `APIGW_HEADER_...` in `apigw_headers.h`,
 * compared without ASCII case; 0 for every other name, and for NULL.
 */
uint32_t apigw_header_id(const char *name, size_t name_len);

/**
 * Returns the lower-case header name with the number `id`; NULL for 0 and for a number that this
 * library does not know.
 */
const char *apigw_header_name(uint32_t id);

/**
 * Returns the stable name of a dialect, such as "aws-http-api"; "unknown" for a number that this
 * library does not know.
 */
const char *apigw_dialect_name(uint32_t dialect);

/**
 * Returns the stable name of a status, such as "unexpected-end"; "unknown" for a number that this
 * library does not know.
 */
const char *apigw_status_name(apigw_status status);

/** Returns the meaning of a status, a sentence without a full stop. */
const char *apigw_status_text(apigw_status status);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/*
 * ==== Initial values ====
 */

#define APIGW_DECODER_OPTIONS_INIT {sizeof(apigw_decoder_options), 0, 0, 0, NULL, 0}
#define APIGW_ENCODER_OPTIONS_INIT {sizeof(apigw_encoder_options), 0, NULL}

/** A response for Tencent API Gateway with status 200, without headers and body. */
#define APIGW_RESPONSE_INIT                                                                        \
    {sizeof(apigw_response), 200, {NULL, 0}, {NULL, 0}, APIGW_BODY_AUTO,                    \
     APIGW_DIALECT_TENCENT_API_GATEWAY}
#define APIGW_RESPONSE_TABLE_INIT                                                                  \
    {sizeof(apigw_response_table), 200, {NULL, 0}, NULL, 0, {NULL, 0}, APIGW_BODY_AUTO,            \
     APIGW_DIALECT_TENCENT_API_GATEWAY}

/** A reply that accepts a client. */
#define APIGW_WEBSOCKET_REPLY_INIT                                                                 \
    {sizeof(apigw_websocket_reply), 0, {"ok", 2}, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/** An event of Tencent's API Gateway without parts. */
#define APIGW_EVENT_PARTS_INIT                                                                     \
    {sizeof(apigw_event_parts), APIGW_DIALECT_TENCENT_API_GATEWAY, 0, APIGW_BODY_AUTO, 0,          \
     {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0},       \
     {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0},       \
     {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/*
 * ==== Inline functions ====
 *
 * Their arguments must not be NULL, unless the description says so.
 */

/**
 * Whether the library in use fills this member of a table or error; the header may be newer than
 * the library: `APIGW_HAS(event.table, apigw_event_table, status)`.
 */
#define APIGW_HAS(pointer, type, member) \
    ((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/** A loop over a map: `APIGW_FOR_EACH_PAIR(event.table->headers, i) { ... }`. `i` is an index. */
#define APIGW_FOR_EACH_PAIR(range, index)                                                          \
    for (uint32_t index = (range).first, index##_left = (range).count; index##_left != 0;          \
         index++, index##_left--)

/** Returns the string of a C string, without a copy. */
static inline apigw_string apigw_string_from(const char *text) {
    apigw_string string = {text, strlen(text)};
    return string;
}

/** Returns the event in the output of `apigw_decoder_decode_table`. */
static inline apigw_event apigw_event_from_table(const uint32_t *words, const void *text,
                                                 size_t text_len) {
    apigw_event event;
    event.table = (const apigw_event_table *)words;
    event.pairs = (const apigw_pair *)(words + event.table->size / 4);
    event.text = event.body_text = (const char *)text;
    event.text_len = text_len;
    return event;
}

/** Returns the string of a span other than the body: `event.table->path`. */
static inline apigw_string apigw_event_string(const apigw_event *event, apigw_span span) {
    apigw_string string = {NULL, 0};
    if (span.off != APIGW_NONE) {
        string.data = event->text + span.off;
        string.len = span.len;
    }
    return string;
}

/** Returns the body as it is in the event. */
static inline apigw_string apigw_event_body(const apigw_event *event) {
    apigw_string string = {NULL, 0};
    if (event->table->body.off != APIGW_NONE) {
        string.data = event->body_text + event->table->body.off;
        string.len = event->table->body.len;
    }
    return string;
}

/** Returns the time of the request in milliseconds since 1970, or 0 if there is none. */
static inline uint64_t apigw_event_time_ms(const apigw_event_table *table) {
    return (uint64_t)table->time_high << 32 | table->time_low;
}

/** Returns all pairs of an event, which are those of a form or of cookies. */
static inline apigw_range apigw_event_all(const apigw_event *event) {
    apigw_range range = {0, event->table->pair_count};
    return range;
}

/** Returns the name of the pair with this index. */
static inline apigw_string apigw_event_name(const apigw_event *event, uint32_t index) {
    const apigw_pair *pair = &event->pairs[index];
    apigw_span span = {pair->name_off, pair->name_len};
    return apigw_event_string(event, span);
}

/** Returns the value of the pair with this index; absent for a bare name, such as `?flag`. */
static inline apigw_string apigw_event_value(const apigw_event *event, uint32_t index) {
    const apigw_pair *pair = &event->pairs[index];
    apigw_span span = {pair->value_off, pair->value_len};
    return apigw_event_string(event, span);
}

/** Returns the first value of a name in a map. Pass true for headers, whose names have no case. */
static inline apigw_string apigw_event_get(const apigw_event *event, apigw_range range,
                                           const char *name, bool ignore_case) {
    apigw_string absent = {NULL, 0};
    uint32_t index = apigw_event_find(event, range, name, strlen(name), 0, ignore_case);
    return index == APIGW_NONE ? absent : apigw_event_value(event, index);
}

/** Returns the value of the first header with this name, in any case. */
static inline apigw_string apigw_event_header(const apigw_event *event, const char *name) {
    return apigw_event_get(event, event->table->headers, name, true);
}

/** Returns the value of the first header with this number, one of `APIGW_HEADER_...`. */
static inline apigw_string apigw_event_header_by_id(const apigw_event *event, uint32_t id) {
    apigw_string absent = {NULL, 0};
    APIGW_FOR_EACH_PAIR(event->table->headers, i) {
        if (event->pairs[i].name_id == id) return apigw_event_value(event, i);
    }
    return absent;
}

/** Returns the value of the first query parameter with this name. */
static inline apigw_string apigw_event_query(const apigw_event *event, const char *name) {
    return apigw_event_get(event, event->table->query, name, false);
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

/** Returns the value of the first member with this name; NULL if `object` is NULL or has none. */
static inline const apigw_json_node *apigw_json_find(const apigw_json *document,
                                                     const apigw_json_node *object,
                                                     const char *name, size_t name_len) {
    if (object != NULL && object->kind == APIGW_JSON_OBJECT) {
        const apigw_json_node *node = object + 1, *end = object + object->next;
        for (; node < end; node += 1 + node[1].next) {
            apigw_string found = apigw_json_string(document, node);
            if (found.len == name_len && (name_len == 0 || !memcmp(found.data, name, name_len))) {
                return node + 1;
            }
        }
    }
    return NULL;
}

/** Returns the element with this index, from 0; NULL if `array` is NULL or has none. */
static inline const apigw_json_node *apigw_json_at(const apigw_json_node *array, size_t index) {
    if (array != NULL && array->kind == APIGW_JSON_ARRAY && index < array->value.count) {
        const apigw_json_node *node = array + 1;
        while (index-- > 0) node += node->next;
        return node;
    }
    return NULL;
}

#endif
