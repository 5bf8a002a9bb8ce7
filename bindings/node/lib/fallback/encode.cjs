'use strict';

const { Buffer, isUtf8 } = require('node:buffer');

const { ERRORS } = require('../error.cjs');
const { DIALECTS } = require('../fields.cjs');
const { invalidUtf8 } = require('../utf8.cjs');
const { Fault, bytesOf } = require('./reader.cjs');

const ENCODINGS = { AUTO: 0, TEXT: 1, BASE64: 2 };

/** Where a name ceases to be a token (RFC 9110 section 5.6.2), or -1. */
function nameFault(name) {
    return name === '' ? 0 : name.search(/[^\w!#$%&'*+\-.^`|~]/);
}

/** Where a value has a control character that is no tab (RFC 9110 section 5.5), or -1. */
function valueFault(value) {
    for (let i = 0; i < value.length; i++) {
        const unit = value.charCodeAt(i);
        if ((unit < 0x20 && unit !== 0x09) || unit === 0x7f) return i;
    }
    return -1;
}

/** Text as it is in JSON, without its quotes. */
function escaped(text) {
    return JSON.stringify(text).slice(1, -1);
}

/** A name as errors show it: what is not printable ASCII as escapes of its bytes. */
function printable(name) {
    const letters = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };
    const shown = (byte) =>
        letters[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
    const bytes = Buffer.from(name).latin1Slice();
    return bytes.replace(/["'\\]/g, '\\$&').replace(/[^ -~]/g, shown);
}

function checkHeader(name, value) {
    const fault = (code, text, at) => {
        throw new Fault(code, Buffer.byteLength(text.slice(0, at)), `headers.${printable(name)}`);
    };
    const inName = nameFault(name);
    if (inName >= 0) fault(ERRORS.INVALID_HEADER_NAME, name, inName);
    const inValue = valueFault(value);
    if (inValue >= 0) fault(ERRORS.INVALID_HEADER_VALUE, value, inValue);
}

/**
 * Names and values in turn as the members of an object: values of one name, in any case, together.
 */
function headerMembers(list, dialect) {
    const groups = new Map();
    for (let i = 0; i < list.length; i += 2) {
        const [name, value] = [list[i], list[i + 1]];
        checkHeader(name, value);
        const group = groups.get(name.toLowerCase());
        if (group === undefined) groups.set(name.toLowerCase(), { name, values: [escaped(value)] });
        else group.values.push(escaped(value));
    }
    const member = ({ name, values }) => {
        if (values.length === 1) return `"${name}":"${values[0]}"`;
        const isJoined =
            DIALECTS[dialect] === 'function-url' && name.toLowerCase() !== 'set-cookie';
        return isJoined
            ? `"${name}":"${values.join(', ')}"`
            : `"${name}":["${values.join('","')}"]`;
    };
    return [...groups.values()].map(member).join(',');
}

function encodeResponse(limit, status, dialect, encoding, headers, body) {
    const members = headerMembers(headers, dialect);
    const bytes = bytesOf(body);
    const isText = encoding !== ENCODINGS.BASE64 && isUtf8(bytes);
    if (!isText && encoding === ENCODINGS.TEXT)
        throw new Fault(ERRORS.INVALID_UTF8, invalidUtf8(bytes), 'body');
    const text = isText ? escaped(bytes.toString()) : bytes.toString('base64');
    const head = `{"isBase64Encoded":${!isText},"statusCode":${status},"headers":{${members}}`;
    const encoded = Buffer.from(`${head},"body":"${text}"}`);
    if (encoded.length > limit) throw new Fault(ERRORS.RESPONSE_TOO_LONG, limit);
    return encoded;
}

function encodeWebSocketReply(limit, number, message, connection, protocol, extensions) {
    const websocket = ['"action":"connecting"', `"secConnectionID":"${escaped(connection)}"`];
    if (protocol !== '') websocket.push(`"secWebSocketProtocol":"${escaped(protocol)}"`);
    if (extensions !== '') websocket.push(`"secWebSocketExtensions":"${escaped(extensions)}"`);
    const encoded = Buffer.from(
        `{"errNo":${number},"errMsg":"${escaped(message)}","websocket":{${websocket.join(',')}}}`,
    );
    if (encoded.length > limit) throw new Fault(ERRORS.RESPONSE_TOO_LONG, limit);
    return encoded;
}

module.exports = { encodeResponse, encodeWebSocketReply, nameFault, valueFault };
