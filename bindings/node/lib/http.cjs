'use strict';

const { Buffer, isUtf8 } = require('node:buffer');

const { decode } = require('./decoder.cjs');
const { Event } = require('./event.cjs');

// What the adapters for fetch and for node:http have in common.

/** The events that requests were made of. */
const events = new WeakMap();

function remember(request, event) {
    events.set(request, event);
    return request;
}

/** The event that a request was made of. */
function fromRequest(request) {
    return events.get(request);
}

/**
 * A runtime hands over the event's bytes or text; that of the platform for JavaScript, an object
 * that it has parsed.
 */
function eventOf(input) {
    if (input instanceof Event) return input;
    return decode(isParsed(input) ? JSON.stringify(input) : input);
}

/** The response in the form that the event had. */
function responseOf(input, encoded) {
    return isParsed(input) ? JSON.parse(encoded) : encoded;
}

function isParsed(input) {
    return (
        typeof input === 'object' &&
        input !== null &&
        !ArrayBuffer.isView(input) &&
        !(input instanceof Event)
    );
}

/** The dialects of events that are no requests. */
const NO_REQUESTS = [
    'not-http',
    'aws-token-authorizer',
    'aws-request-authorizer',
    'aws-http-api-authorizer',
];

/** The method and the target, path and query, of an event that is an HTTP request. */
function requestLine(event) {
    const { dialect, websocketPhase } = event;
    const isMessage = websocketPhase === 'message' || websocketPhase === 'close';
    if (NO_REQUESTS.includes(dialect) || isMessage) throw notRequest();
    if (dialect === 'tencent-clb') {
        // A load balancer passes both in headers, if it is configured to.
        const method = event.headers.get('x-method') || (event.body ? 'POST' : 'GET');
        const [path, ...query] = (event.headers.get('x-uri') ?? '').split('?');
        return { method: canonical(method), target: targetOf(path, query.join('?')) };
    }
    let { method, path } = event;
    if (websocketPhase === 'connect') {
        if (dialect === 'tencent-websocket') [method, path] = [event.routeMethod, event.route];
        // The event of AWS has no method: every handshake is a GET.
        if (dialect === 'aws-websocket') method ??= 'GET';
    }
    if (!method) throw notRequest();
    // In a path that was decoded, a percent sign is a character like any other.
    const encoded = event.isPathDecoded ? path?.replaceAll('%', '%25') : path;
    return { method: canonical(method), target: targetOf(encoded ?? '', queryString(event)) };
}

function notRequest() {
    return new TypeError('apigw: the event is no HTTP request');
}

/** Methods have case, but those of RFC 9110 are meant however they are spelled. */
function canonical(method) {
    const upper = method.toUpperCase();
    return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE)$/.test(upper)
        ? upper
        : method;
}

function targetOf(path, query) {
    const rooted = path.startsWith('/') ? path : `/${path}`;
    return (
        percentEncode(rooted, /[^!$&'()*+,\-./\w:;=@~%]/gu) +
        (query === '' ? '' : `?${percentEncode(query, /[^!$&'()*+,\-./\w:;=@~%?]/gu)}`)
    );
}

/**
 * Encodes forbidden characters (RFC 3986 sections 3.3 and 3.4), and a percent sign that does not
 * begin an escape.
 */
function percentEncode(text, forbidden) {
    return text.replace(/%(?![\da-fA-F]{2})/g, '%25').replace(forbidden, encodeURIComponent);
}

/** The query with its pairs in order, a bare name without "=". */
function queryString(event) {
    if (event.rawQuery !== undefined) return event.rawQuery;
    const part = (text) => encodeURIComponent(text).replaceAll('%20', '+');
    return event.query
        .toArray()
        .map(([name, value]) => (value === undefined ? part(name) : `${part(name)}=${part(value)}`))
        .join('&');
}

/** The values of the headers "cookie", and one for the cookies apart from them. */
function cookieHeaders(event) {
    const list = event.cookieList
        .toArray()
        .map(([name, value]) => (value === undefined ? name : `${name}=${value}`))
        .join('; ');
    const headers = event.headers.getAll('cookie');
    return list === '' ? headers : [...headers, list];
}

/** Headers that say how the body was framed on its way, not what it is. */
function isFraming(name) {
    return /^(?:transfer-encoding|content-length)$/i.test(name);
}

/**
 * The text of a response's header, which fetch and node:http have as one byte per character. Bytes
 * that are not UTF-8 are refused, as everywhere.
 */
function headerText(name, value) {
    const bytes = Buffer.from(value, 'latin1');
    if (isUtf8(bytes)) return bytes.toString();
    const { ApigwError, ERRORS } = require('./error.cjs');
    const offset = require('./utf8.cjs').invalidUtf8(bytes);
    throw new ApigwError(ERRORS.INVALID_HEADER_VALUE, offset, `headers.${name}`);
}

module.exports = {
    cookieHeaders,
    responseOf,
    eventOf,
    fromRequest,
    headerText,
    isFraming,
    remember,
    requestLine,
};
