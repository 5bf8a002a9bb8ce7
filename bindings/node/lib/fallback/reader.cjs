'use strict';

const { Buffer } = require('node:buffer');

const { ERRORS } = require('../error.cjs');
const { sequence } = require('../utf8.cjs');

const MOST_OPEN = 64;

const BYTE = {
    quote: 0x22,
    comma: 0x2c,
    colon: 0x3a,
    open: 0x7b,
    close: 0x7d,
    list: 0x5b,
    listEnd: 0x5d,
    backslash: 0x5c,
};

/** Why a document is refused. */
class Fault {
    constructor(code, offset, member) {
        this.code = code;
        this.offset = offset;
        this.member = member;
    }
}

/**
 * Reads JSON (RFC 8259) as strictly as the library does, with the same faults at the same places.
 */
class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.at = 0;
        this.isAscii = true;
    }

    /** The current byte; undefined after the document. */
    get byte() {
        return this.bytes[this.at];
    }

    fail(code, offset = this.at) {
        throw new Fault(code, offset);
    }

    unexpected(at = this.at) {
        this.fail(at >= this.bytes.length ? ERRORS.UNEXPECTED_END : ERRORS.UNEXPECTED_BYTE, at);
    }

    /** Reports a value that is not allowed here. */
    wrongType() {
        if (/[[{"tfn\-0-9]/.test(String.fromCharCode(this.byte))) this.fail(ERRORS.WRONG_TYPE);
        this.unexpected();
    }

    skipWhite() {
        for (
            let byte = this.byte;
            byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
            byte = this.byte
        )
            this.at++;
    }

    /** To the brace that a document begins with. */
    start() {
        this.skipWhite();
        if (this.byte === BYTE.open) return;
        if (/[["tfn\-0-9]/.test(String.fromCharCode(this.byte))) this.fail(ERRORS.NOT_AN_OBJECT);
        this.unexpected();
    }

    nothingMore() {
        this.skipWhite();
        if (this.at < this.bytes.length) this.fail(ERRORS.TRAILING_BYTES);
    }

    /** Steps into an object: to its first name, or past it if it is empty. */
    enter() {
        this.at++;
        this.skipWhite();
        if (this.byte === BYTE.quote) return true;
        if (this.byte !== BYTE.close) this.unexpected();
        this.at++;
        return false;
    }

    /** Steps from the end of a member's value to the next name, or past the end of the object. */
    nextMember() {
        this.skipWhite();
        if (this.byte === BYTE.comma) {
            this.at++;
            this.skipWhite();
            if (this.byte !== BYTE.quote) this.unexpected();
            return true;
        }
        if (this.byte !== BYTE.close) this.unexpected();
        this.at++;
        return false;
    }

    /** Steps over an element of a list: true if another follows. */
    nextElement() {
        this.skipWhite();
        if (this.byte === BYTE.comma) {
            this.at++;
            this.skipWhite();
            return true;
        }
        if (this.byte !== BYTE.listEnd) this.unexpected();
        this.at++;
        return false;
    }

    colon() {
        this.skipWhite();
        if (this.byte !== BYTE.colon) this.unexpected();
        this.at++;
        this.skipWhite();
    }

    /** Reads the string that begins at the current byte, its opening quote. */
    string() {
        const start = this.at;
        const hasEscapes = this.skipString();
        const text = this.bytes.toString('utf8', start, this.at);
        return hasEscapes ? JSON.parse(text) : text.slice(1, -1);
    }

    /** Steps past a string, and returns whether it has escapes. */
    skipString() {
        const { bytes } = this;
        let hasEscapes = false;
        let at = this.at + 1;
        for (;;) {
            const byte = bytes[at];
            if (byte === BYTE.quote) break;
            if (byte === undefined) this.fail(ERRORS.UNEXPECTED_END, at);
            if (byte < 0x20) this.fail(ERRORS.CONTROL_CHARACTER, at);
            if (byte === BYTE.backslash) {
                hasEscapes = true;
                at = this.escape(at);
            } else if (byte < 0x80) {
                at++;
            } else {
                const length = sequence(bytes, at);
                if (length === 0) this.fail(ERRORS.INVALID_UTF8, at);
                this.isAscii = false;
                at += length;
            }
        }
        this.at = at + 1;
        return hasEscapes;
    }

    /** The end of the escape, or of the pair of them, that begins at `at`. */
    escape(at) {
        if (
            at + 1 < this.bytes.length &&
            '"\\/bfnrt'.includes(String.fromCharCode(this.bytes[at + 1]))
        )
            return at + 2;
        const first = this.codeUnit(at, at);
        if (first >= 0x80) this.isAscii = false;
        if (first < 0xd800 || first > 0xdfff) return at + 6;
        if (first > 0xdbff) this.fail(ERRORS.LONE_SURROGATE, at);
        for (const [i, expected] of [
            [6, BYTE.backslash],
            [7, 0x75],
        ]) {
            const found = this.bytes[at + i];
            if (found === undefined) this.fail(ERRORS.UNEXPECTED_END, at + i);
            if (found !== expected) this.fail(ERRORS.LONE_SURROGATE, at);
        }
        const second = this.codeUnit(at + 6);
        if (second < 0xdc00 || second > 0xdfff) this.fail(ERRORS.LONE_SURROGATE, at);
        return at + 12;
    }

    codeUnit(at) {
        for (let i = 1; i < 6; i++) {
            const byte = this.bytes[at + i];
            if (byte === undefined) this.fail(ERRORS.UNEXPECTED_END, at + i);
            const isRight = i === 1 ? byte === 0x75 : /[\da-fA-F]/.test(String.fromCharCode(byte));
            if (!isRight) this.fail(ERRORS.INVALID_ESCAPE, at);
        }
        return Number.parseInt(this.bytes.latin1Slice(at + 2, at + 6), 16);
    }

    /** Reads the number or literal that begins at the current byte. */
    scalar() {
        const start = this.at;
        switch (this.byte) {
            case 0x74:
                this.literal('true');
                break;
            case 0x66:
                this.literal('false');
                break;
            case 0x6e:
                this.literal('null');
                break;
            default:
                if (this.byte !== 0x2d && !isDigit(this.byte)) this.unexpected();
                this.number();
        }
        return this.bytes.latin1Slice(start, this.at);
    }

    literal(literal) {
        for (let i = 0; i < literal.length; i++) {
            if (this.bytes[this.at + i] !== literal.charCodeAt(i)) this.unexpected(this.at + i);
        }
        this.at += literal.length;
    }

    number() {
        if (this.byte === 0x2d) this.at++;
        const first = this.at;
        this.digits();
        if (this.bytes[first] === 0x30 && this.at > first + 1)
            this.fail(ERRORS.INVALID_NUMBER, first + 1);
        if (this.byte === 0x2e) {
            this.at++;
            this.digits();
        }
        if (this.byte === 0x65 || this.byte === 0x45) {
            this.at++;
            if (this.byte === 0x2b || this.byte === 0x2d) this.at++;
            this.digits();
        }
    }

    digits() {
        const start = this.at;
        while (isDigit(this.byte)) this.at++;
        if (this.at > start) return;
        this.fail(this.at >= this.bytes.length ? ERRORS.UNEXPECTED_END : ERRORS.INVALID_NUMBER);
    }

    /** Reads the text of any value, inside this number of open containers. */
    raw(depth) {
        const start = this.at;
        this.skip(depth);
        return this.bytes.toString('utf8', start, this.at);
    }

    /** Steps past any value. */
    skip(depth) {
        const isObject = this.byte === BYTE.open;
        if (this.byte === BYTE.quote) {
            this.skipString();
        } else if (!isObject && this.byte !== BYTE.list) {
            this.scalar();
        } else {
            if (depth === MOST_OPEN) this.fail(ERRORS.TOO_DEEP);
            if (isObject) this.skipObject(depth);
            else this.skipList(depth);
        }
    }

    skipObject(depth) {
        if (!this.enter()) return;
        do {
            this.skipString();
            this.colon();
            this.skip(depth + 1);
        } while (this.nextMember());
    }

    skipList(depth) {
        this.at++;
        this.skipWhite();
        if (this.byte === BYTE.listEnd) {
            this.at++;
            return;
        }
        do this.skip(depth + 1);
        while (this.nextElement());
    }

    stringOrNull() {
        if (this.byte === BYTE.quote) return this.string();
        if (this.byte !== 0x6e) this.wrongType();
        this.scalar();
        return undefined;
    }

    /** `[]`, which is how PHP writes an empty map. */
    emptyList() {
        const start = this.at;
        this.at++;
        this.skipWhite();
        if (this.at >= this.bytes.length) this.unexpected();
        if (this.byte !== BYTE.listEnd) this.fail(ERRORS.WRONG_TYPE, start);
        this.at++;
    }
}

function isDigit(byte) {
    return byte >= 0x30 && byte <= 0x39;
}

/** A document's bytes: those of a Uint8Array, or of a string in UTF-8. */
function bytesOf(input) {
    if (typeof input === 'string') return Buffer.from(input);
    // Memory that is gone has no bytes, and cannot be looked at.
    if (input.length === 0) return Buffer.alloc(0);
    // What others may write to meanwhile is copied.
    if (!(input.buffer instanceof ArrayBuffer)) return Buffer.from(input);
    return Buffer.from(input.buffer, input.byteOffset, input.byteLength);
}

module.exports = { BYTE, Fault, Reader, bytesOf };
