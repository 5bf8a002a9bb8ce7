'use strict';

// Replaces the addon on platforms without one: the same functions, in JavaScript, with the same
// results and errors.

const { Buffer } = require('node:buffer');

const { ERRORS } = require('../error.cjs');
const { version } = require('../../package.json');
const { base64Fault } = require('./base64.cjs');
const { writeBlock } = require('./block.cjs');
const encode = require('./encode.cjs');
const { EventReader } = require('./event.cjs');
const { MOST_NAME } = require('./map.cjs');
const { Fault, Reader, bytesOf } = require('./reader.cjs');
const { ResponseReader } = require('./response.cjs');

/**
 * Behaves like a call of the addon: after a fault it returns undefined, and the fault is kept.
 */
function attempt(decoder, action) {
    try {
        return action();
    } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        decoder.fault = fault;
        return undefined;
    }
}

function create(input, pairs, response) {
    return { limits: { input, pairs, response }, fault: undefined };
}

function fault(decoder) {
    const { code, offset, member } = decoder.fault;
    return [code, offset, member];
}

function document(decoder, input) {
    const bytes = bytesOf(input);
    const { input: most } = decoder.limits;
    if (bytes.length > most) throw new Fault(ERRORS.INPUT_TOO_LONG, most);
    return bytes;
}

function decode(decoder, input) {
    return attempt(decoder, () =>
        new EventReader(document(decoder, input), decoder.limits.pairs).read(),
    );
}

function decodeResponse(decoder, input, rules) {
    return attempt(decoder, () =>
        new ResponseReader(document(decoder, input), decoder.limits.pairs, rules).read(),
    );
}

/** Pairs as a block that has nothing else. Each comes with its place. */
function pairsBlock(decoder, pairs, member) {
    const { pairs: most } = decoder.limits;
    if (pairs.length > most) throw new Fault(ERRORS.TOO_MANY_PAIRS, pairs[most].at, member);
    for (const { name, at } of pairs) {
        if (Buffer.byteLength(name) > MOST_NAME) throw new Fault(ERRORS.NAME_TOO_LONG, at, member);
    }
    return writeBlock({ extras: [pairs.map(({ name, value }) => [name, value])] });
}

/**
 * The parts of a text between separators that are not empty, with their places in it, one unit a
 * byte.
 */
function parts(text, separator) {
    const found = [];
    let at = 0;
    for (const part of text.split(separator)) {
        if (part !== '') found.push({ part, at });
        at += part.length + 1;
    }
    return found;
}

/** https://url.spec.whatwg.org/#urlencoded-parsing */
function form(decoder, body) {
    const text = Buffer.from(body).latin1Slice();
    const decoded = (part) => {
        const bytes = part
            .replaceAll('+', ' ')
            .replace(/%([\da-fA-F]{2})/g, (_, hex) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
            );
        return Buffer.from(bytes, 'latin1').toString();
    };
    const pairs = parts(text, '&').map(({ part, at }) => {
        const equals = part.indexOf('=');
        const [name, value] =
            equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
        return { name: decoded(name), value: decoded(value), at };
    });
    return attempt(decoder, () => pairsBlock(decoder, pairs, 'body'));
}

/** RFC 6265 section 4.2 */
function cookies(decoder, header) {
    const decoded = (part) => Buffer.from(part, 'latin1').toString();
    const pairs = parts(Buffer.from(header).latin1Slice(), ';').flatMap(({ part, at }) => {
        const cookie = trim(part);
        if (cookie === '') return [];
        const equals = cookie.indexOf('=');
        const name = equals < 0 ? cookie : trim(cookie.slice(0, equals));
        const value = equals < 0 ? undefined : decoded(trim(cookie.slice(equals + 1)));
        return [{ name: decoded(name), value, at: at + part.indexOf(cookie) }];
    });
    return attempt(decoder, () => pairsBlock(decoder, pairs, 'headers'));
}

function trim(text) {
    return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}

function base64(decoder, text) {
    return attempt(decoder, () => {
        const found = base64Fault(text);
        if (found >= 0)
            throw new Fault(ERRORS.INVALID_BASE64, Buffer.byteLength(text.slice(0, found)), 'body');
        return Buffer.from(text, 'base64');
    });
}

/** True if a text is a JSON document; its fault is kept otherwise. */
function json(decoder, text) {
    return attempt(decoder, () => {
        const reader = new Reader(Buffer.from(text));
        reader.skipWhite();
        reader.skip(0);
        reader.nothingMore();
        return true;
    });
}

function encodeResponse(decoder, ...response) {
    return attempt(decoder, () => encode.encodeResponse(decoder.limits.response, ...response));
}

function encodeWebSocketReply(decoder, ...reply) {
    return attempt(decoder, () => encode.encodeWebSocketReply(decoder.limits.response, ...reply));
}

module.exports = {
    base64,
    cookies,
    create,
    decode,
    decodeResponse,
    encodeResponse,
    encodeWebSocketReply,
    fault,
    form,
    json,
    kernel: () => 'javascript',
    version,
};
