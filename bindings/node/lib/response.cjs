'use strict';

const { Buffer } = require('node:buffer');

const { checkOptions, inputOf, loneSurrogate, wrongType, wrongValue } = require('./arguments.cjs');
const binding = require('./binding.cjs');
const { Block } = require('./block.cjs');
const { ERRORS, ApigwError } = require('./error.cjs');
const { fail } = require('./fail.cjs');
const { DIALECTS, ENCODINGS, FLAGS, RULES } = require('./fields.cjs');
const { AT } = require('./layout.cjs');
const { BY, Pairs } = require('./pairs.cjs');

/** The rules by which an output that is not a response is JSON. */
const INFERS_JSON = ['function-url', 'aws-http-api'];
const MEMBERS = ['status', 'headers', 'body', 'encoding', 'dialect'];
/** What the gateway, other platforms and node:http call the members. */
const MEANT = {
    statusCode: 'status',
    header: 'headers',
    multiValueHeaders: 'headers',
    isBase64Encoded: 'encoding',
    isBase64: 'encoding',
    content: 'body',
};
const REPLY_MEMBERS = ['errorNumber', 'errorMessage', 'connectionId', 'protocol', 'extensions'];
const REPLY_MEANT = {
    errNo: 'errorNumber',
    errMsg: 'errorMessage',
    secConnectionID: 'connectionId',
    secWebSocketProtocol: 'protocol',
    secWebSocketExtensions: 'extensions',
};
/** Bytes of a Buffer from which on Node gives it memory of its own. */
const MAX_POOLED = Buffer.poolSize >>> 1;

/** The response as the JSON that the function returns. */
function encodeResponse(decoder, response) {
    checkOptions('response', response, MEMBERS, MEANT);
    const { status = 200, headers, body } = response;
    const { encoding = 'auto', dialect = 'unknown' } = response;
    const numbers = [DIALECTS.indexOf(dialect), ENCODINGS.indexOf(encoding)];
    if (numbers[0] < 0) throw wrongValue('response.dialect', DIALECTS, dialect);
    if (numbers[1] < 0) throw wrongValue('response.encoding', ENCODINGS, encoding);
    if (typeof status !== 'number') throw wrongType('response.status', 'a number', status);
    if (!(Number.isInteger(status) && status >= 100 && status <= 999)) {
        throw new ApigwError(ERRORS.INVALID_STATUS, 0, 'statusCode');
    }
    const list = headerList(headers);
    const joined = list.join('\n');
    if (!joined.isWellFormed()) refuseHeaders(list);
    const content = bodyOf(body);
    const room = roomFor(joined.length + 6 * list.length, content);
    const encoded = binding.encodeResponse(
        decoder,
        status,
        ...numbers,
        list,
        content,
        joined,
        room,
    );
    return typeof encoded === 'number' ? room.subarray(0, encoded) : (encoded ?? fail(decoder));
}

/**
 * Memory for a short response: a part of what Node keeps for such takes half the time of a Buffer
 * made in C.
 */
function roomFor(headersLength, { length }) {
    // As much as base64 takes, or most JSON.
    const size = headersLength + length + Math.ceil(length / 3) + 84;
    return size < MAX_POOLED ? Buffer.allocUnsafe(size) : undefined;
}

/** Headers as names and values in turn. */
function headerList(headers) {
    const list = [];
    if (headers === undefined || headers === null) return list;
    if (typeof headers !== 'object')
        throw wrongType('response.headers', 'an object, pairs, or Headers', headers);
    const pairs =
        typeof headers[Symbol.iterator] === 'function' ? headers : Object.entries(headers);
    for (const [name, values] of pairs) {
        for (const value of Array.isArray(values) ? values : [values]) {
            if (typeof value !== 'string' && typeof value !== 'number') {
                throw wrongType(
                    `response.headers[${JSON.stringify(String(name))}]`,
                    'a string or a number',
                    value,
                );
            }
            list.push(String(name), String(value));
        }
    }
    return list;
}

/**
 * Refuses the first name or value that has a lone surrogate, as the library refuses bytes that are
 * not UTF-8.
 */
function refuseHeaders(list) {
    const index = list.findIndex((text) => !text.isWellFormed());
    const offset = loneSurrogate(list[index]);
    if (index % 2 === 0) throw new ApigwError(ERRORS.INVALID_HEADER_NAME, offset, 'headers');
    throw new ApigwError(ERRORS.INVALID_HEADER_VALUE, offset, `headers.${list[index - 1]}`);
}

function bodyOf(body) {
    if (body === undefined || body === null) return '';
    if (typeof body === 'string') return wellFormed(body, 'body');
    if (body instanceof Uint8Array) return body;
    if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (body instanceof ArrayBuffer) return Buffer.from(body);
    throw wrongType('response.body', 'a string or bytes', body);
}

/** A text that can be UTF-8. */
function wellFormed(text, member) {
    const at = loneSurrogate(text);
    if (at >= 0) throw new ApigwError(ERRORS.INVALID_UTF8, at, member);
    return text;
}

/** The reply to a WebSocket client that asks for a connection. */
function encodeWebSocketReply(decoder, reply) {
    checkOptions('reply', reply, REPLY_MEMBERS, REPLY_MEANT);
    const { errorNumber = 0, connectionId = '', protocol = '', extensions = '' } = reply;
    const { errorMessage = errorNumber === 0 ? 'ok' : '' } = reply;
    if ((errorNumber | 0) !== errorNumber) {
        throw wrongType('reply.errorNumber', 'a whole number of 32 bits', errorNumber);
    }
    const texts = Object.entries({ errorMessage, connectionId, protocol, extensions }).map(
        ([name, text]) => {
            if (typeof text !== 'string') throw wrongType(`reply.${name}`, 'a string', text);
            return wellFormed(text, name);
        },
    );
    return binding.encodeWebSocketReply(decoder, errorNumber, ...texts) ?? fail(decoder);
}

/** A function's response, read as the gateway reads it. */
function decodeResponse(decoder, input, rules) {
    const number = RULES.indexOf(rules);
    if (number < 0) throw wrongValue('rules', RULES, rules);
    const found = binding.decodeResponse(decoder, inputOf(input), number);
    if (found === undefined) fail(decoder);
    const block = Block.from(found);
    const flags = block.word(AT.FLAGS);
    const headers = [...new Pairs(block, AT.HEADERS, BY.HEADER)];
    if (INFERS_JSON.includes(rules) && !(flags & FLAGS.INTEGRATED))
        headers.push(['content-type', 'application/json']);
    const text = block.string(AT.BODY) ?? '';
    const isBase64 = (flags & (FLAGS.BODY_BASE64 | FLAGS.BODY_JSON)) === FLAGS.BODY_BASE64;
    const body = isBase64
        ? (binding.base64(decoder, text) ?? fail(decoder, 'body'))
        : Buffer.from(text);
    return { status: block.word(AT.STATUS), headers, body, encoding: isBase64 ? 'base64' : 'text' };
}

module.exports = { encodeResponse, encodeWebSocketReply, decodeResponse };
