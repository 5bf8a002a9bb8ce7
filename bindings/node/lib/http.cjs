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

/** The method and the target, path and query, of an event that is an HTTP request. */
function requestLine(event) {
    const isMessage = event.websocketPhase === 'message' || event.websocketPhase === 'close';
    if (event.dialect === 'not-http' || isMessage) throw notRequest();
    if (event.dialect === 'tencent-clb') {
        // A load balancer passes both in headers, if it is configured to.
        const method = event.headers.get('x-method') || (event.body ? 'POST' : 'GET');
        const [path, ...query] = (event.headers.get('x-uri') ?? '').split('?');
        return { method: canonical(method), target: targetOf(path, query.join('?')) };
    }
    const vendor = otherVendor(event);
    if (vendor !== undefined)
        throw new TypeError(
            `apigw: the event is of another vendor, ${vendor}, which is not supported`,
        );
    const isConnect = event.websocketPhase === 'connect';
    const method = isConnect ? event.routeMethod : event.method;
    if (!method) throw notRequest();
    return {
        method: canonical(method),
        target: targetOf((isConnect ? event.route : event.path) ?? '', queryString(event)),
    };
}

/** The vendor of an event that is of no dialect: its query and headers are not known here. */
function otherVendor(event) {
    if (event.dialect !== 'unknown') return undefined;
    const has = (pairs) => (name) => pairs.get(name) !== undefined && pairs.get(name) !== 'null';
    const member = has(event.extras);
    const context = has(event.contextExtras);
    const hasApi =
        event.apiId !== undefined || context('resourceId') || context('resourcePath');
    if (member('messageVersion') && member('agent')) return 'Amazon Bedrock';
    if (member('methodArn') || member('routeArn')) return 'AWS, a Lambda authorizer';
    if (context('elb')) return 'AWS ALB';
    if (context('serviceNetworkArn') || member('raw_path')) return 'AWS VPC Lattice';
    if (context('http') && event.extras.get('version') === '"v1"')
        return 'Alibaba Cloud Function Compute';
    if (context('http') || member('rawPath')) return 'AWS HTTP API';
    if (context('eventType') || event.connectionId !== undefined) return 'AWS WebSocket API';
    if (member('__ow_method')) return 'OpenWhisk';
    if (member('http')) return 'DigitalOcean';
    if (member('Data') && member('Metadata')) return 'Azure';
    if (member('rawUrl')) return 'Netlify';
    if (member('multiValueHeaders') && !hasApi) return 'Yandex Cloud';
    if (event.extras.get('multiValueHeaders') !== undefined) return 'AWS REST API';
    if (member('lubanops-gtrace-id') || member('user_data')) return 'Huawei Cloud APIG';
    if (member('resource')) return 'AWS REST API or Baidu Cloud CFC';
    if (member('queryParameters')) return 'Alibaba Cloud API Gateway';
    return undefined;
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
    const pairs = event.query.isPresent ? event.query : event.declaredQuery;
    const part = (text) => encodeURIComponent(text).replaceAll('%20', '+');
    return pairs
        .toArray()
        .map(([name, value]) => (value === undefined ? part(name) : `${part(name)}=${part(value)}`))
        .join('&');
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
    responseOf,
    eventOf,
    fromRequest,
    headerText,
    isFraming,
    remember,
    requestLine,
};
