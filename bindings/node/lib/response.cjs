'use strict';

const { Buffer } = require('node:buffer');

const binding = require('./binding.cjs');
const { AT, DIALECTS, FLAGS, word, string } = require('./block.cjs');
const { ERRORS, ApigwError } = require('./error.cjs');
const { fail } = require('./fail.cjs');
const { Pairs, byHeader } = require('./pairs.cjs');

const ENCODINGS = new Map([
    [undefined, 0],
    ['auto', 0],
    ['text', 1],
    ['base64', 2],
]);
/** Bytes of a Buffer from which on it has memory of its own. */
const MOST_POOLED = Buffer.poolSize >>> 1;
const RULES = ['strict', 'gateway', 'pass-through', 'function-url'];

/** The response as the JSON that the function answers with. */
function encodeResponse(decoder, response) {
    const { status = 200, headers, body, encoding, dialect = 'unknown' } = response;
    const numbers = [DIALECTS.indexOf(dialect), ENCODINGS.get(encoding) ?? -1];
    if (numbers[0] < 0) throw new TypeError(`apigw: there is no dialect ${JSON.stringify(dialect)}`);
    if (numbers[1] < 0) throw new TypeError('apigw: an encoding is "auto", "text" or "base64"');
    if (!(Number.isInteger(status) && status >= 100 && status <= 999)) {
        throw new ApigwError(ERRORS.INVALID_STATUS, 0, 'statusCode');
    }
    const list = headerList(headers);
    const joined = list.join('\n');
    const content = bodyOf(body);
    const room = roomFor(joined.length + 6 * list.length, content);
    const encoded = binding.encodeResponse(decoder, status, ...numbers, list, content, joined, room);
    return typeof encoded === 'number' ? room.subarray(0, encoded) : (encoded ?? fail(decoder));
}

/** Memory for a response that is short: a part of what Node keeps for such takes half as long as a Buffer made in C. */
function roomFor(headersLength, { length }) {
    // As much as base64 takes, or most JSON.
    const size = headersLength + length + Math.ceil(length / 3) + 84;
    return size < MOST_POOLED ? Buffer.allocUnsafe(size) : undefined;
}

/** Headers as names and values in turn. */
function headerList(headers) {
    const list = [];
    if (headers === undefined || headers === null) return list;
    if (typeof headers !== 'object') throw new TypeError('apigw: headers are an object, pairs, or Headers');
    const pairs = typeof headers[Symbol.iterator] === 'function' ? headers : Object.entries(headers);
    for (const [name, values] of pairs) {
        for (const value of Array.isArray(values) ? values : [values]) {
            if (typeof value !== 'string' && typeof value !== 'number') {
                throw new TypeError(`apigw: the value of the header ${JSON.stringify(String(name))} is no string`);
            }
            list.push(String(name), String(value));
        }
    }
    return list;
}

function bodyOf(body) {
    if (body === undefined || body === null) return '';
    if (typeof body === 'string' || body instanceof Uint8Array) return body;
    if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (body instanceof ArrayBuffer) return Buffer.from(body);
    throw new TypeError('apigw: a body is a string or bytes');
}

/** The reply to a WebSocket client that asks for a connection. */
function encodeWebSocketReply(decoder, reply) {
    const { errorNumber = 0, connectionId = '', protocol = '', extensions = '' } = reply;
    const { errorMessage = errorNumber === 0 ? 'ok' : '' } = reply;
    if ((errorNumber | 0) !== errorNumber) throw new TypeError('apigw: errorNumber is a whole number of 32 bits');
    const texts = [errorMessage, connectionId, protocol, extensions];
    if (texts.some((text) => typeof text !== 'string')) throw new TypeError('apigw: a reply holds strings');
    return binding.encodeWebSocketReply(decoder, errorNumber, ...texts) ?? fail(decoder);
}

/** What a function has answered, read as the gateway reads it. */
function decodeResponse(decoder, input, rules) {
    const number = RULES.indexOf(rules);
    if (number < 0) throw new TypeError(`apigw: rules are one of ${RULES.join(', ')}`);
    const found = binding.decodeResponse(decoder, input, number);
    if (found === undefined) fail(decoder);
    const [block, wide] = typeof found === 'string' ? [found] : found;
    const flags = block.charCodeAt(AT.FLAGS);
    const headers = [...new Pairs(block, wide, AT.HEADERS, byHeader)];
    if (rules === 'function-url' && !(flags & FLAGS.INTEGRATED)) headers.push(['content-type', 'application/json']);
    const text = string(block, wide, AT.BODY) ?? '';
    const isBase64 = (flags & (FLAGS.BASE64 | FLAGS.JSON)) === FLAGS.BASE64;
    const body = isBase64 ? (binding.base64(decoder, text) ?? fail(decoder, 'body')) : Buffer.from(text);
    return { status: word(block, AT.STATUS), headers, body, encoding: isBase64 ? 'base64' : 'text' };
}

module.exports = { encodeResponse, encodeWebSocketReply, decodeResponse, headerList };
