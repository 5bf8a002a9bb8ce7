'use strict';

const { Buffer } = require('node:buffer');

const { checkOptions, wrongType } = require('./arguments.cjs');
const { encodeResponse } = require('./decoder.cjs');
const {
    cookieHeaders,
    responseOf,
    eventOf,
    headerText,
    isFraming,
    remember,
    requestLine,
} = require('./http.cjs');

/** A name that fetch takes: https://fetch.spec.whatwg.org/#header-name */
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;
/** What may stand for a host in a URL without changing its other parts. */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/** The event as a request of the fetch API. */
function toRequest(input) {
    const event = eventOf(input);
    const { method, target } = requestLine(event);
    const host = [event.headers.get('host'), event.domainName].find(
        (name) => name && HOST.test(name),
    );
    const headers = new Headers();
    for (const [name, value] of event.headers) {
        if (TOKEN.test(name) && !isFraming(name) && name.toLowerCase() !== 'cookie')
            headers.append(name, bytesOf(value));
    }
    const cookies = cookieHeaders(event);
    if (cookies.length > 0) headers.set('cookie', bytesOf(cookies.join('; ')));
    const hasBody = method !== 'GET' && method !== 'HEAD' && event.bodyKind !== 'absent';
    const request = new Request(`https://${host ?? 'localhost'}${target}`, {
        method,
        headers,
        body: hasBody ? event.bytes() : undefined,
    });
    return remember(request, event);
}

/**
 * A header's value in fetch is bytes, one a character. Those that split headers cannot be there.
 */
function bytesOf(value) {
    return Buffer.from(value.replace(/[\0\r\n]/g, ' ')).toString('latin1');
}

/** A response of the fetch API as the JSON that the function returns. */
async function fromResponse(response, options = {}) {
    if (!(response instanceof Response)) throw wrongType('response', 'a Response', response);
    checkOptions('options', options, ['dialect']);
    const headers = [...response.headers].map(([name, value]) => [name, headerText(name, value)]);
    const body = new Uint8Array(await response.arrayBuffer());
    return encodeResponse({ status: response.status, headers, body, dialect: options.dialect });
}

/** Makes a function for the platform from one that handles requests of the fetch API. */
function handler(serve) {
    if (typeof serve !== 'function') throw wrongType('serve', 'a function', serve);
    return async (input, context) => {
        const event = eventOf(input);
        const response = await serve(toRequest(event), { event, context });
        if (!(response instanceof Response))
            throw wrongType('the result of serve', 'a Response', response);
        return responseOf(input, await fromResponse(response, { dialect: event.dialect }));
    };
}

module.exports = { toRequest, fromResponse, handler };
