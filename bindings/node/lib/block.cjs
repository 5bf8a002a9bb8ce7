'use strict';

// Reads the block of src/block.h, the form in which events come from the addon.

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

    constructor(text, wide, memory) {
        this.#text = text;
        this.#wide = wide;
        this.#memory = memory;
    }

    /** What a function of the addon has returned. */
    static from(found) {
        return typeof found === 'string'
            ? new Block(found)
            : new Block(found[0], found[1], found[2]);
    }

    get isOver() {
        return false;
    }

    get isAscii() {
        return (this.#text.charCodeAt(AT.FLAGS) & FLAGS.ASCII) !== 0;
    }

    word(at) {
        return word(this.#text, at);
    }

    /** The string whose offset and length are at `at`; undefined if it is absent. */
    string(at) {
        const text = this.#text;
        return this.#cut(word(text, at), word(text, at + 4));
    }

    /** The name of a pair by its index. */
    name(index) {
        const at = AT.PAIRS + PAIR * index;
        return this.#cut(word(this.#text, at), this.nameLength(index));
    }

    nameLength(index) {
        const at = AT.PAIRS + PAIR * index + 4;
        return this.#text.charCodeAt(at) | (this.#text.charCodeAt(at + 1) << 8);
    }

    /** A name's length as `nameLength` counts. */
    lengthOf(name) {
        return name.length;
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
        const start = AT.PAIRS + PAIR * word(text, AT.PAIR_COUNT);
        const index = text.indexOf(String.fromCharCode(number), start + from) - start;
        return index < word(text, AT.HEADERS + 4) ? Math.max(index, -1) : -1;
    }

    /** The body as the event has it. */
    body() {
        if (this.#memory === undefined) return this.string(AT.BODY);
        this.#longBody ??= this.#readLongBody();
        return this.#longBody;
    }

    /** The bytes of a body in base64, if they are known already. */
    decodedBody() {
        return this.#memory !== undefined && word(this.#text, AT.BODY) < 0
            ? this.#memory
            : undefined;
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
        const text = this.#text;
        const start = word(text, AT.DOCUMENT);
        const end = start + word(text, AT.DOCUMENT_LENGTH);
        const cut = word(text, AT.CUT);
        const part = (from, to) => {
            const bytes = text.slice(from, to);
            return this.isAscii ? bytes : Buffer.from(bytes, 'latin1').utf8Slice();
        };
        if (cut === -1) return part(start, end);
        const isRaw = (text.charCodeAt(AT.FLAGS) & FLAGS.BODY_JSON) !== 0;
        const body = isRaw ? this.body() : JSON.stringify(this.body()).slice(1, -1);
        return part(start, start + cut) + body + part(start + cut, end);
    }

    end() {}

    #cut(offset, length) {
        if (offset >= 0) {
            const start = offset + word(this.#text, AT.DOCUMENT);
            return this.#text.substring(start, start + length);
        }
        if (offset === -1) return undefined;
        const start = offset & 0x7fffffff;
        return this.#wide.substring(start, start + length);
    }

    #readLongBody() {
        const memory = this.#memory;
        if (word(this.#text, AT.BODY) < 0) return memory.base64Slice();
        return this.isAscii ? memory.latin1Slice() : textOf(memory);
    }
}

module.exports = { Block };
