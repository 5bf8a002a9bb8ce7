'use strict';

// Reads the block of src/block.h, the form in which events come from the addon; or one that
// fallback.cjs has made, which begins with the document and the strings, in UTF-8.

const { Buffer } = require('node:buffer');

const { FLAGS } = require('./fields.cjs');
const { AT, PAIR } = require('./layout.cjs');
const { textOf } = require('./text.cjs');

/** A word with the sign of its highest bit: an absent offset is -1. */
function word(text, at) {
    return (
        text.charCodeAt(at) |
        (text.charCodeAt(at + 1) << 8) |
        (text.charCodeAt(at + 2) << 16) |
        (text.charCodeAt(at + 3) << 24)
    );
}

/** An event that is kept. A `Lease` has the same methods. */
class Block {
    /** Of one byte per character. */
    #text;
    /** The strings that are not ASCII. */
    #wide;
    /** The bytes of a long body. */
    #memory;
    #longBody;
    /** Where the block begins in the text: after the document and the strings, or at its start. */
    #at;
    /** Where the text begins that offsets count from. */
    #strings;
    /** Whether strings are UTF-8, a byte per character. */
    #isUtf8;
    /** The document, if it is in neither. */
    #document;

    constructor(text, wide, memory, at = 0, document = undefined) {
        this.#text = text;
        this.#wide = wide;
        this.#memory = memory;
        this.#at = at;
        this.#strings = word(text, at);
        this.#isUtf8 = at > 0 && !this.isAscii;
        this.#document = document;
    }

    /** What a function of the addon, or of what replaces it, has returned. */
    static from(found) {
        if (typeof found === 'string') return new Block(found);
        if (Array.isArray(found)) return new Block(found[0], found[1], found[2]);
        const { text, at, body, document } = found;
        return new Block(text, undefined, body, at, document);
    }

    get isOver() {
        return false;
    }

    get isAscii() {
        return (this.#text.charCodeAt(this.#at + AT.FLAGS) & FLAGS.ASCII) !== 0;
    }

    word(at) {
        return word(this.#text, this.#at + at);
    }

    /** The string whose offset and length are at `at`; undefined if it is absent. */
    string(at) {
        return this.#cut(this.word(at), this.word(at + 4));
    }

    /** The name of a pair by its index. */
    name(index) {
        return this.#cut(this.word(AT.PAIRS + PAIR * index), this.nameLength(index));
    }

    nameLength(index) {
        return this.word(AT.PAIRS + PAIR * index + 4) & 0xffff;
    }

    /** A name's length as `nameLength` counts. */
    lengthOf(name) {
        return this.#isUtf8 ? Buffer.byteLength(name) : name.length;
    }

    /** The value of a pair by its index; undefined for a bare name. */
    value(index) {
        return this.string(AT.PAIRS + PAIR * index + 8);
    }

    /**
     * The index among the headers of the first one, from an index on, with a well-known name; or
     * -1.
     */
    findHeader(number, from) {
        const text = this.#text;
        const count = this.word(AT.HEADERS + 4);
        let at = this.#at + AT.PAIRS + PAIR * (this.word(AT.HEADERS) + from) + 6;
        for (let i = from; i < count; i++, at += PAIR)
            if ((text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8)) === number) return i;
        return -1;
    }

    /** The body as the event has it. */
    body() {
        if (this.#memory === undefined) return this.string(AT.BODY);
        this.#longBody ??= this.#readLongBody();
        return this.#longBody;
    }

    /** The bytes of a body in base64, if they are known already. */
    decodedBody() {
        return this.#memory !== undefined && this.word(AT.BODY) < 0 ? this.#memory : undefined;
    }

    /** The body as the event has it, in bytes that nobody else changes. */
    bodyBytes() {
        return this.#memory ?? Buffer.from(this.string(AT.BODY), this.isAscii ? 'latin1' : 'utf8');
    }

    /** The same, for a look at it. */
    bodySource() {
        return this.#memory ?? this.string(AT.BODY);
    }

    /** The JSON text of the event. */
    document() {
        if (this.#document !== undefined) return this.#document.utf8Slice();
        const text = this.#text;
        const start = this.#at > 0 ? 0 : this.#strings;
        const end = start + this.word(AT.DOCUMENT_LENGTH);
        const cut = this.#at > 0 ? -1 : this.word(AT.CUT);
        const part = (from, to) => utf8(text.slice(from, to));
        if (cut === -1) return part(start, end);
        const isRaw = (this.word(AT.FLAGS) & FLAGS.BODY_JSON) !== 0;
        const body = isRaw ? this.body() : JSON.stringify(this.body()).slice(1, -1);
        return part(start, start + cut) + body + part(start + cut, end);
    }

    end() {}

    #cut(offset, length) {
        if (offset >= 0) {
            const start = offset + this.#strings;
            const cut = this.#text.substring(start, start + length);
            return this.#isUtf8 ? utf8(cut) : cut;
        }
        if (offset === -1) return undefined;
        const start = offset & 0x7fffffff;
        return this.#wide.substring(start, start + length);
    }

    #readLongBody() {
        const memory = this.#memory;
        if (this.word(AT.BODY) < 0) return memory.base64Slice();
        return this.isAscii ? memory.latin1Slice() : textOf(memory);
    }
}

/**
 * The string of UTF-8, a byte per character. What is not ASCII is found without a regular
 * expression, because the last string that one was tested on stays in memory.
 */
function utf8(bytes) {
    const isAscii = Buffer.byteLength(bytes) === bytes.length;
    return isAscii ? bytes : Buffer.from(bytes, 'latin1').utf8Slice();
}

module.exports = { Block };
