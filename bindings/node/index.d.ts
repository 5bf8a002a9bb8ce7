/**
 * Decodes API-gateway events, the JSON that a serverless platform passes to a function for each
 * HTTP request, into lazy strings, and encodes the responses of functions.
 *
 * ```js
 * import { decode } from 'apigw';
 *
 * const event = decode(buffer);
 * console.log(event.method, event.path, event.headers.get('host'));
 * ```
 *
 * @packageDocumentation
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

// generated: dialects
/**
 * The kind of gateway that made an event, recognised by the event's members. New ones may be added.
 *
 * - `unknown`: Unknown. Members with known names are read nevertheless.
 * - `tencent-api-gateway`: Tencent API Gateway
 * (<https://cloud.tencent.com/document/product/583/12513>).
 * - `tencent-websocket`: Tencent API Gateway, WebSocket
 * (<https://cloud.tencent.com/document/product/583/32553>).
 * - `tencent-function-url`: Tencent SCF Function URL
 * (<https://cloud.tencent.com/document/product/583/96099>).
 * - `tencent-clb`: Tencent Cloud Load Balancer
 * (<https://cloud.tencent.com/document/product/583/52635>).
 * - `tencent-cloudbase`: Tencent CloudBase HTTP access
 * (<https://cloud.tencent.com/document/product/876/41776>).
 * - `not-http`: Not an HTTP request: the event of a timer, an object store, a message queue or
 * another source.
 * - `aws-http-api`: AWS API Gateway, HTTP API with payload format 2.0
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).
 * - `aws-function-url`: AWS Lambda Function URL
 * (<https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>).
 * - `aws-rest-api`: AWS API Gateway, REST API, and HTTP API with payload format 1.0
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>).
 * - `aws-alb`: AWS Application Load Balancer
 * (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>).
 * - `aws-alb-multi-value`: AWS Application Load Balancer with multi-value headers enabled.
 * - `aws-websocket`: AWS API Gateway, WebSocket API
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-proxy-integrations.html>).
 * - `aws-lattice`: AWS VPC Lattice, event version 2.0
 * (<https://docs.aws.amazon.com/lambda/latest/dg/services-vpc-lattice.html>).
 * - `aws-lattice-v1`: AWS VPC Lattice, event version 1.0.
 * - `aws-token-authorizer`: A Lambda authorizer of a REST API that gets a token
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>).
 * - `aws-request-authorizer`: A Lambda authorizer of a REST or WebSocket API, or of an HTTP API
 * with format 1.0, that gets the request.
 * - `aws-http-api-authorizer`: A Lambda authorizer of an HTTP API with format 2.0
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>).
 * - `aws-cloudfront`: Amazon CloudFront, Lambda@Edge
 * (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html>).
 * - `alibaba-fc`: Alibaba Cloud Function Compute 3.0, HTTP trigger
 * (<https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/http-triggers-overview>).
 * - `alibaba-api-gateway`: Alibaba Cloud API Gateway
 * (<https://www.alibabacloud.com/help/en/api-gateway/traditional-api-gateway/user-guide/use-function-compute-as-the-backend-service-of-an-api-operation>).
 * - `huawei-apig`: Huawei Cloud API Gateway
 * (<https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html>).
 * - `yandex-functions`: Yandex Cloud Functions
 * (<https://yandex.cloud/en/docs/functions/concepts/function-invoke>).
 * - `yandex-api-gateway`: Yandex API Gateway, payload formats 0.1 and 1.0
 * (<https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions>).
 * - `openwhisk`: Apache OpenWhisk, web action
 * (<https://github.com/apache/openwhisk/blob/master/docs/webactions.md>).
 * - `digitalocean`: DigitalOcean Functions
 * (<https://docs.digitalocean.com/products/functions/reference/parameters-responses/>).
 * - `azure`: Azure Functions, custom handler
 * (<https://learn.microsoft.com/en-us/azure/azure-functions/functions-custom-handlers>).
 * - `baidu-cfc`: Baidu Cloud Function Compute (<https://cloud.baidu.com/doc/CFC/index.html>).
 * - `netlify`: Netlify Functions, Lambda-compatible
 * (<https://docs.netlify.com/functions/lambda-compatibility/>).
 */
export type Dialect =
    | 'unknown'
    | 'tencent-api-gateway'
    | 'tencent-websocket'
    | 'tencent-function-url'
    | 'tencent-clb'
    | 'tencent-cloudbase'
    | 'not-http'
    | 'aws-http-api'
    | 'aws-function-url'
    | 'aws-rest-api'
    | 'aws-alb'
    | 'aws-alb-multi-value'
    | 'aws-websocket'
    | 'aws-lattice'
    | 'aws-lattice-v1'
    | 'aws-token-authorizer'
    | 'aws-request-authorizer'
    | 'aws-http-api-authorizer'
    | 'aws-cloudfront'
    | 'alibaba-fc'
    | 'alibaba-api-gateway'
    | 'huawei-apig'
    | 'yandex-functions'
    | 'yandex-api-gateway'
    | 'openwhisk'
    | 'digitalocean'
    | 'azure'
    | 'baidu-cfc'
    | 'netlify';
// generated: end

/**
 * Decodes an event. It is safe to keep: it holds copies, and no later call changes it. The input is
 * not read after the call.
 *
 * A string is read as its UTF-8. A lone surrogate has none: it is refused like bytes that are not
 * UTF-8, with the error `INVALID_UTF8` and the offset at which it would be in bytes.
 *
 * @param input the JSON document: bytes or text
 * @throws {ApigwError} if it is not an event
 * @throws {TypeError} if it is neither bytes nor a string
 */
export function decode(input: Uint8Array | string): DialectEvent;

/**
 * Decodes an event into memory that is used again after {@link Event.release}, which takes about
 * 60 % of the time. An event that is not released is collected like any other object. Documents of
 * more than about 48 KB have memory of their own, as with {@link decode}.
 *
 * ```js
 * const event = lease(buffer);
 * try {
 *     console.log(event.method, event.path);
 * } finally {
 *     event.release();
 * }
 * ```
 *
 * `using event = lease(buffer)` does the same in versions of the language that have it. Strings,
 * objects and bytes that the event has returned stay valid.
 */
export function lease(input: Uint8Array | string): DialectEvent;

/** What a decoder accepts. Each is a whole number from 1 to 2^28. */
export interface Limits {
    /** Bytes that an event may have, by default 16 MiB. */
    input?: number;
    /** Names with values that an event may have, unknown members included, by default 4096. */
    pairs?: number;
    /** Bytes that an encoded response may have, by default 6 MiB. */
    response?: number;
}

/** Decodes events and encodes responses with limits of its own. It needs no closing. */
export class Decoder {
    /** @throws {RangeError} if a limit is impossible */
    constructor(limits?: Limits);
    /** As the function of the same name. */
    decode(input: Uint8Array | string): DialectEvent;
    /** As the function of the same name. */
    lease(input: Uint8Array | string): DialectEvent;
    /** As the function of the same name. */
    encodeResponse(response: ResponseInit): Buffer;
    /** As the function of the same name. */
    decodeResponse(input: Uint8Array | string, rules?: ResponseRules): DecodedResponse;
    /**
     * The name of the vector code in use: "portable", "avx2" and others; "wasm" without an addon.
     * The environment variable `APIGW_KERNEL`, read when a decoder is made, chooses one, for tests
     * and measurements.
     */
    readonly kernel: string;
}

/**
 * One HTTP request, or WebSocket message, as the gateway passed it on. A string that the event does
 * not have, or that is null, is undefined. Strings are cut out of the event when they are asked
 * for, and keep its text alive.
 */
export class Event {
    private constructor();
    /** The kind of gateway that made the event. */
    readonly dialect: Dialect;
    /** What happened to a WebSocket connection, derived from {@link Event.eventType}. */
    readonly websocketPhase: 'connect' | 'message' | 'close' | undefined;
    /** The time of the request in milliseconds since 1970, where the event has it. */
    readonly timeMs: number | undefined;
    /** Whether the gateway has percent-decoded {@link Event.path}. */
    readonly isPathDecoded: boolean;
    /**
     * Whether every string of the event is ASCII. It may be false for the sake of text that no
     * getter gives.
     */
    readonly isAscii: boolean;

    // generated: fields
    /** The request's method as it was sent. From `httpMethod`, or `requestContext.http.method`. */
    readonly method: string | undefined;
    /**
     * The request's path, without the stage if the gateway gives the stage. The flag `PATH_DECODED`
     * says whether the gateway has percent-decoded it. From `path`, or `rawPath`.
     */
    readonly path: string | undefined;
    /**
     * The path with the stage, where the event has it apart from the path. From
     * `requestContext.http.path`.
     */
    readonly fullPath: string | undefined;
    /**
     * The configured path, which may be a template or a prefix of the request's path. From
     * `requestContext.path`.
     */
    readonly route: string | undefined;
    /** The configured method, which may be `ANY`. From `requestContext.httpMethod`. */
    readonly routeMethod: string | undefined;
    /**
     * The key of the configured route, such as `GET /cats/{id}`, `$default` or `$connect`. From
     * `requestContext.routeKey`, or `routeKey`.
     */
    readonly routeKey: string | undefined;
    /** The stage of the API, such as `release`. From `requestContext.stage`. */
    readonly stage: string | undefined;
    /**
     * The request's identifier. Events of Tencent's running API gateways do not have it; it is in
     * their header `x-api-requestid`. From `requestContext.requestId`.
     */
    readonly requestId: string | undefined;
    /**
     * The identifier of the API or service. From `requestContext.serviceId`, or
     * `requestContext.apiId`.
     */
    readonly apiId: string | undefined;
    /**
     * The service's name, which Tencent's events until 2019 and its WebSocket events have instead
     * of the identifier. From `requestContext.serviceName`.
     */
    readonly serviceName: string | undefined;
    /** The domain that the request was sent to. From `requestContext.domainName`. */
    readonly domainName: string | undefined;
    /** The account that owns the gateway. From `requestContext.accountId`. */
    readonly accountId: string | undefined;
    /**
     * The client's address. From `requestContext.sourceIp`, or `requestContext.http.sourceIp`, or
     * `requestContext.identity.sourceIp`.
     */
    readonly sourceIp: string | undefined;
    /**
     * The client's user agent, where the event has it apart from the headers. From
     * `requestContext.http.userAgent`, or `requestContext.identity.userAgent`.
     */
    readonly userAgent: string | undefined;
    /**
     * The protocol of the request, such as `HTTP/1.1`. From `requestContext.http.protocol`, or
     * `requestContext.protocol`.
     */
    readonly protocol: string | undefined;
    /** The key that a request was signed with. From `requestContext.identity.secretId`. */
    readonly secretId: string | undefined;
    /**
     * The query as it was sent, percent-encoded, where the event has it as one string. From
     * `query`, or `rawQueryString`.
     */
    readonly rawQuery: string | undefined;
    /**
     * What an authorizer has found out, as raw JSON text: claims of a token, or the context that an
     * authorizer function returned. From `requestContext.authorizer`.
     */
    readonly authorizer: string | undefined;
    /**
     * The client's certificate of mutual TLS, as raw JSON text. From
     * `requestContext.identity.clientCert`.
     */
    readonly clientCertificate: string | undefined;
    /**
     * The gateway's name for what happened, to a WebSocket connection above all. From
     * `websocket.action`, or `requestContext.eventType`.
     */
    readonly eventType: string | undefined;
    /**
     * The identifier of the WebSocket connection. From `websocket.secConnectionID`, or
     * `requestContext.connectionId`.
     */
    readonly connectionId: string | undefined;
    /** The identifier of a WebSocket message. From `requestContext.messageId`. */
    readonly messageId: string | undefined;
    /** The type of a WebSocket message: `text` or `binary`. From `websocket.dataType`. */
    readonly dataType: string | undefined;
    /**
     * The subprotocols that a WebSocket client offers, separated by commas. From
     * `websocket.secWebSocketProtocol`.
     */
    readonly websocketProtocol: string | undefined;
    /**
     * The extensions that a WebSocket client offers, separated by commas. From
     * `websocket.secWebSocketExtensions`.
     */
    readonly websocketExtensions: string | undefined;
    /**
     * The request's headers, repeated ones included. Names are as they were sent, and most gateways
     * send them in lower case. From `headers`.
     */
    readonly headers: Pairs;
    /**
     * The request's query, repeated names included, percent-decoded once. A key without `=` has no
     * value where the event shows that. From `queryString`.
     */
    readonly query: Pairs;
    /** The values of the variables in the configured path. From `pathParameters`. */
    readonly pathParameters: Pairs;
    /** The variables of the stage. From `stageVariables`. */
    readonly stageVariables: Pairs;
    /**
     * The cookies of events that have them apart from the headers, split at the first `=`. From
     * `cookies`.
     */
    readonly cookieList: Pairs;
    /**
     * The query parameters that the configuration of a Tencent API gateway declares. From
     * `queryStringParameters`.
     */
    readonly declaredQuery: Pairs;
    /**
     * The headers that the configuration of a Tencent API gateway declares. From
     * `headerParameters`, or `headersParameters`.
     */
    readonly declaredHeaders: Pairs;
    /**
     * The headers with one value for each name, where the event has them twice: `headers` then has
     * every value.
     */
    readonly singleHeaders: Pairs;
    /**
     * The query with one value for each name, where the event has it twice: `query` then has every
     * value.
     */
    readonly singleQuery: Pairs;
    /** Members of the event that have no field: names, and values as raw JSON text. */
    readonly extras: Pairs;
    /** Members of `requestContext` that have no field: names, and values as raw JSON text. */
    readonly contextExtras: Pairs;
    /**
     * Members of `requestContext.identity` that have no field: names, and values as raw JSON text.
     */
    readonly identityExtras: Pairs;
    /**
     * Members of `requestContext.http`, or of the object that has the request in other events, that
     * have no field: names, and values as raw JSON text.
     */
    readonly httpExtras: Pairs;
    /** Members of `websocket` that have no field: names, and values as raw JSON text. */
    readonly websocketExtras: Pairs;
    // generated: end

    /**
     * The form of the body in the event: absent, text, base64 of its bytes, or a JSON object or
     * array instead of a string.
     */
    readonly bodyKind: 'absent' | 'text' | 'base64' | 'json';
    /**
     * The request's body, or the data of a WebSocket message, as it is in the event: base64 is not
     * decoded, and a JSON object is its JSON text.
     */
    readonly body: string | undefined;
    /**
     * The header `Content-Type` (RFC 9110 section 8.3.1). Undefined if there is none, or it is not
     * a media type.
     */
    readonly contentType: ContentType | undefined;

    /**
     * The body's bytes, base64 decoded; undefined without a body. Each call returns the same
     * Buffer.
     * Do not write to it: other members may read the body from it.
     *
     * @throws {ApigwError} `INVALID_BASE64`, with the offset in the body
     */
    bytes(): Buffer | undefined;
    /**
     * The body as text, base64 decoded; undefined without a body.
     *
     * @throws {ApigwError} `INVALID_BASE64`; `INVALID_UTF8`, with the offset in the decoded body
     */
    text(): string | undefined;
    /**
     * The value of a body that is a JSON document, as `JSON.parse` reads it; undefined without a
     * body.
     *
     * @throws {ApigwError} those of {@link Event.text}, and that of the document, with the offset
     * in the text
     */
    json(): unknown;
    /**
     * The fields of a body of the type `application/x-www-form-urlencoded`, decoded, in order. A
     * field without `=` has the value `''`; bytes that are not UTF-8 become U+FFFD. The content
     * type is not looked at. Without a body there is no field.
     *
     * @throws {ApigwError} `INVALID_BASE64`, `TOO_MANY_PAIRS`, `NAME_TOO_LONG`
     */
    form(): Pairs;
    /**
     * The cookies of all cookie headers (RFC 6265 section 4.2), and those of
     * {@link Event.cookieList}, values as they were sent.
     *
     * @throws {ApigwError} `TOO_MANY_PAIRS`, `NAME_TOO_LONG`
     */
    cookies(): Pairs;
    /**
     * The value of a member of the event that has no getter here, as `JSON.parse` reads it;
     * undefined if there is none.
     */
    extra(name: string): unknown;
    /**
     * The claims of the token that the gateway has checked: `claims` or `jwt.claims` of
     * {@link Event.authorizer}; undefined if there is none. Those of a user pool are all strings,
     * those of a JWT have any type.
     */
    claims(): Record<string, unknown> | undefined;

    /**
     * The object that `JSON.parse` makes of the document, anew at each call. So
     * `JSON.stringify(event)` writes the document.
     */
    toJSON(): { [name: string]: unknown };
    /**
     * Gives the event's memory back, that of a leased event to the next one. All other members
     * throw a `TypeError` afterwards; its maps do too, or give what they held, and never anything
     * of another event. A second call does nothing.
     */
    release(): void;
    /** {@link Event.release}, for `using`. */
    [Symbol.dispose](): void;

    /**
     * A line about the event, such as "GET /cats (api-gateway)". `console.log` shows the method,
     * the path, the query, the headers and the size of the body; values of headers with credentials
     * (`authorization`, `proxy-authorization`, `cookie`, `x-api-key`) are hidden.
     */
    toString(): string;
}

/** Gateways whose events may be those of WebSocket connections. */
export type WebSocketDialect = 'tencent-websocket' | 'aws-websocket' | 'yandex-api-gateway';

/**
 * An event of this dialect, by default of any: what the dialect says about members is in their
 * types. All other members may be in the events of every dialect.
 *
 * ```ts
 * if (event.websocketPhase === 'message') reply(event.connectionId);
 * else if (event.dialect === 'aws-http-api') event.isPathDecoded satisfies true;
 * ```
 */
export type DialectEvent<D extends Dialect = Dialect> = D extends Dialect
    ? Event & {
          readonly dialect: D;
          readonly websocketPhase: D extends WebSocketDialect ? Event['websocketPhase'] : undefined;
          readonly eventType: D extends 'tencent-websocket' ? string : string | undefined;
          readonly isPathDecoded: D extends 'aws-http-api' | 'aws-http-api-authorizer'
              ? true
              : false;
      }
    : never;

/**
 * A map of an event: names and values in the order in which the event has them, repeated names
 * included. Names of headers are looked up without ASCII case, all others exactly. A bare name,
 * such as `?flag` in a query, has the value `''`; {@link Pairs.toArray} shows the difference.
 *
 * It has the methods of `URLSearchParams` and `Headers`, with two differences: what is absent is
 * `undefined`, as in all of this package, not `null`; and values of a repeated name are not joined.
 */
export class Pairs implements Iterable<[string, string]> {
    private constructor();
    /** Whether the event has this map at all, be it an empty one. */
    readonly isPresent: boolean;
    /** Number of pairs. */
    readonly size: number;
    /** The first value with this name; undefined if there is none. */
    get(name: string): string | undefined;
    /** All values with this name, in order. */
    getAll(name: string): string[];
    /** Whether there is a pair with this name, and, if it is given, this value. */
    has(name: string, value?: string): boolean;
    entries(): IterableIterator<[string, string]>;
    keys(): IterableIterator<string>;
    values(): IterableIterator<string>;
    forEach(
        callback: (value: string, name: string, pairs: Pairs) => void,
        thisArgument?: unknown,
    ): void;
    /** All pairs, with undefined for the value of a bare name. */
    toArray(): [name: string, value: string | undefined][];
    [Symbol.iterator](): IterableIterator<[string, string]>;
}

/**
 * A media type: `text/html; charset=utf-8` (RFC 9110 section 8.3.1). Letters are as they were sent;
 * comparing disregards case.
 */
export class ContentType {
    private constructor();
    /** Reads a media type; undefined if it breaks the grammar anywhere. */
    static parse(text: string): ContentType | undefined;
    /** `text` */
    readonly type: string;
    /** `html` */
    readonly subtype: string;
    /** `text/html` */
    readonly essence: string;
    /** Whether type and subtype are these. */
    is(essence: string): boolean;
    /** The first parameter with this name; quotes and what they escape are taken away. */
    parameter(name: string): string | undefined;
    /** Names and values of all parameters, in order. */
    parameters(): [name: string, value: string][];
    /** {@link ContentType.essence} */
    toString(): string;
}

/**
 * Names and values of headers: an object, in which several values of a name are an array, or pairs,
 * such as those of an event or of `Headers`.
 */
export type HeadersInit =
    | Record<string, string | number | readonly (string | number)[]>
    | Iterable<readonly [string, string]>;

/** The response of a function to a request. An unknown member is a `TypeError`. */
export interface ResponseInit {
    /** 100 to 999, by default 200. */
    status?: number;
    /** A name that occurs several times, in any case, is written once, with an array. */
    headers?: HeadersInit;
    body?: string | ArrayBufferView | ArrayBuffer | null;
    /**
     * By default `auto`: text if the body is UTF-8, otherwise base64. `stream` makes the beginning
     * of a streamed response of AWS, after which more bytes of the body may be written as they are.
     */
    encoding?: 'auto' | 'text' | 'base64' | 'stream';
    /** The kind of gateway that the response goes to: that of the event. */
    dialect?: Dialect;
}

/**
 * The response as the JSON, in UTF-8, that a function returns to the gateway of `dialect`; by
 * default an integrated response of Tencent's API Gateway.
 *
 * @throws {ApigwError} `INVALID_STATUS`, `INVALID_HEADER_NAME`, `INVALID_HEADER_VALUE`,
 * `INVALID_UTF8`, `RESPONSE_TOO_LONG`; the offset is that in the name, the value or the body.
 * `NO_RESPONSE` if the gateway takes no such response, as for the event of an authorizer.
 */
export function encodeResponse(response: ResponseInit): Buffer;

/** The reply of a function to an event whose phase is `connect`. */
export interface WebSocketReplyInit {
    /** 0, the default, accepts the connection; any other number refuses it. */
    errorNumber?: number;
    /** What the number means, for people; by default "ok" for 0. */
    errorMessage?: string;
    /** The connection: {@link Event.connectionId}. */
    connectionId?: string;
    /** The one that is chosen of the subprotocols in {@link Event.websocketProtocol}, if any. */
    protocol?: string;
    /** The one that is chosen of the extensions in {@link Event.websocketExtensions}, if any. */
    extensions?: string;
}

/** The reply as the JSON that the function returns, in UTF-8. */
export function encodeWebSocketReply(reply: WebSocketReplyInit): Buffer;

// generated: rules
/**
 * How the output of a function is read.
 *
 * - `strict`: An integrated response exactly as documented
 * (<https://cloud.tencent.com/document/product/583/12513>): an integer status, headers that are
 * strings or arrays of strings, a body that is a string, a flag that is true or false. A header
 * name must not occur twice in different case, because a gateway keeps only one, and base64 must be
 * valid.
 * - `gateway`: An integrated response that may also have what gateways and emulators accept: a
 * status in a string, `null` for absent members, numbers and literals as headers, the flag as a
 * string.
 * - `pass-through`: The whole output is the body, with status 200: the integrated response is
 * switched off.
 * - `function-url`: The rules of a Function URL
 * (<https://cloud.tencent.com/document/product/583/96099>): those of a gateway, except that JSON
 * without a `statusCode` is the body, with status 200 and content type `application/json`.
 * - `aws-rest-api`: The rules of a REST API of AWS
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>):
 * a missing status is 200 if there is another member, a status may be a string, an unknown member
 * is refused, and values of `multiValueHeaders` come before those of `headers`.
 * - `aws-http-api`: The rules of an HTTP API of AWS with format 2.0, and of an AWS Function URL
 * (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>):
 * JSON without a `statusCode` is the body, with status 200 and content type `application/json`, and
 * `cookies` become headers.
 * - `aws-alb`: The rules of an Application Load Balancer of AWS
 * (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>):
 * `statusCode` is a number, headers are strings, and `multiValueHeaders` replaces `headers`.
 * - `aws-lattice`: The rules of VPC Lattice of AWS
 * (<https://docs.aws.amazon.com/lambda/latest/dg/services-vpc-lattice.html>): `statusCode` is a
 * number, and headers are strings.
 * - `aws-cloudfront`: The rules of Lambda@Edge
 * (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses-in-requests.html>):
 * `status` is a string, headers are lists of objects with `key` and `value`, `bodyEncoding` is
 * `text` or `base64`, and an unknown member is refused.
 * - `yandex`: The rules of Yandex Cloud Functions
 * (<https://yandex.cloud/en/docs/functions/concepts/function-invoke>): a list in
 * `multiValueHeaders` replaces the values with the same name in `headers`.
 * - `openwhisk`: The rules of OpenWhisk and DigitalOcean
 * (<https://github.com/apache/openwhisk/blob/master/docs/webactions.md>): a missing status is 200,
 * or 204 without a body, the body is any JSON, and a text body is base64 if the content type is
 * binary.
 * - `azure`: The rules of a custom handler of Azure
 * (<https://learn.microsoft.com/en-us/azure/azure-functions/functions-custom-handlers>): the
 * response is the first object in `Outputs`, a missing status is 200, and the body is any JSON.
 * - `netlify`: The rules of Netlify Functions
 * (<https://docs.netlify.com/functions/lambda-compatibility/>): a missing status is 200, and values
 * of `headers` come before those of `multiValueHeaders`.
 */
export type ResponseRules =
    | 'strict'
    | 'gateway'
    | 'pass-through'
    | 'function-url'
    | 'aws-rest-api'
    | 'aws-http-api'
    | 'aws-alb'
    | 'aws-lattice'
    | 'aws-cloudfront'
    | 'yandex'
    | 'openwhisk'
    | 'azure'
    | 'netlify';
// generated: end

/** A response that was read back. {@link encodeResponse} takes it as it is. */
export interface DecodedResponse {
    status: number;
    /** In order; repeated names are repeated. */
    headers: [name: string, value: string][];
    /** Base64 decoded. */
    body: Buffer;
    /** How the body stood in the response. */
    encoding: 'text' | 'base64';
}

/**
 * Reads the response of a function as the gateway does, for tests of functions and for programs
 * that run them. It refuses the responses that the gateway reports as invalid. By the rules
 * `function-url` and `aws-http-api`, an output without a `statusCode` gets the header
 * `content-type: application/json`.
 *
 * @param rules by default `gateway`
 * @throws {ApigwError} if it is not a response
 */
export function decodeResponse(input: Uint8Array | string, rules?: ResponseRules): DecodedResponse;

/** Why an event or a response was refused. */
export class ApigwError extends Error {
    private constructor();
    readonly name: 'ApigwError';
    /** What is wrong, in Node's convention, such as "ERR_APIGW_WRONG_TYPE". */
    readonly code: `ERR_APIGW_${keyof typeof ERRORS}`;
    /** The same as one of {@link ERRORS}. A number is never given to another fault. */
    readonly number: number;
    /** The same as in the other languages of the library, such as "wrong-type". */
    readonly kind: string;
    /**
     * The position of the error: bytes from the start of the input, or its length if it ends too
     * early.
     */
    readonly offset: number;
    /** The member that has the error, such as "requestContext.stage", if it is known. */
    readonly member: string | undefined;
}

/** The numbers of errors by their names: `ERRORS.UNEXPECTED_END`. */
export const ERRORS: {
    // generated: errors
    readonly ARGUMENT: 1;
    readonly ABI: 2;
    readonly OUT_OF_MEMORY: 3;
    readonly PANIC: 4;
    readonly BUFFER: 5;
    readonly UNEXPECTED_END: 16;
    readonly UNEXPECTED_BYTE: 17;
    readonly TRAILING_BYTES: 18;
    readonly INVALID_NUMBER: 19;
    readonly INVALID_ESCAPE: 20;
    readonly LONE_SURROGATE: 21;
    readonly CONTROL_CHARACTER: 22;
    readonly INVALID_UTF8: 23;
    readonly INVALID_BASE64: 24;
    readonly INVALID_MULTIPART: 25;
    readonly NOT_AN_OBJECT: 32;
    readonly WRONG_TYPE: 33;
    readonly DUPLICATE_MEMBER: 34;
    readonly MISSING_MEMBER: 35;
    readonly UNKNOWN_MEMBER: 36;
    readonly INPUT_TOO_LONG: 48;
    readonly TOO_DEEP: 49;
    readonly TOO_MANY_PAIRS: 50;
    readonly NAME_TOO_LONG: 51;
    readonly TOO_MANY_NODES: 52;
    readonly INVALID_STATUS: 64;
    readonly INVALID_HEADER_NAME: 65;
    readonly INVALID_HEADER_VALUE: 66;
    readonly RESPONSE_TOO_LONG: 67;
    readonly NO_RESPONSE: 68;
    // generated: end
};

/**
 * An event in one of the forms in which runtimes hand it over: bytes, text, decoded, or an object
 * that was parsed already.
 */
export type AnyEvent = Event | Uint8Array | string | object;

/**
 * The event as a request of the fetch API.
 *
 * The URL has the host of the header `host`, or the event's domain name, or `localhost`, and the
 * path and the query of the event, percent-encoded where they must be: in a path that the gateway
 * has decoded, every `%` too. The cookies of {@link Event.cookieList} are in the header `cookie`.
 * Headers that HTTP does not allow are left out, as are `content-length` and `transfer-encoding`; a
 * body of GET and HEAD is too, since fetch has no such requests. {@link fromRequest} gives the
 * event.
 *
 * @throws {TypeError} if the event is no HTTP request, such as that of an authorizer, or has a
 *   method that fetch does not allow:
 * CONNECT, TRACE
 * @throws {ApigwError} if the body is not the base64 that it should be
 */
export function toRequest(event: AnyEvent): Request;

/** The event of a request that {@link toRequest}, {@link handler} or {@link listener} has made. */
export function fromRequest(request: Request | IncomingMessage): DialectEvent | undefined;

/** A response of the fetch API as the JSON that the function returns. */
export function fromResponse(response: Response, options?: { dialect?: Dialect }): Promise<Buffer>;

/**
 * Makes a function for the platform from a function that handles requests of the fetch API. It
 * takes an event in any form and returns the same form: an object for an object, otherwise JSON in
 * UTF-8. Errors that the function throws are passed on.
 *
 * ```js
 * export const main_handler = handler(async (request) => new Response('hello'));
 * ```
 */
export function handler<Context = unknown>(
    serve: (
        request: Request,
        more: { event: DialectEvent; context: Context },
    ) => Response | Promise<Response>,
): (event: AnyEvent, context?: Context) => Promise<Buffer | { [name: string]: unknown }>;

/**
 * Makes a function for the platform from a listener for requests of `node:http`: an Express or
 * Connect app, or `(request, response) => ...`. Nothing is sent before the response has ended.
 */
export function listener(
    serve: (request: IncomingMessage, response: ServerResponse) => unknown,
): (event: AnyEvent, context?: unknown) => Promise<Buffer | { [name: string]: unknown }>;

/** The release of the library in use, such as "1.2.3". */
export const version: string;
