'use strict';

// Events in memory that is used again: `lease` of src/event.c.

const { Buffer } = require('node:buffer');

const binding = require('./binding.cjs');
const { FLAGS } = require('./fields.cjs');
const { AT } = require('./layout.cjs');

/** Room for an event of 48 KB, its pairs included. */
const BYTES = 192 << 10;
/** Pieces of memory that are kept for other events. */
const MAX_FREE = 8;

class Memory {
    bytes = Buffer.allocUnsafeSlow(BYTES);
    words = new Int32Array(this.bytes.buffer);
}

const free = [];

/** An event in memory that it has until it ends. A `Block` has the same methods. */
class Lease {
    #memory;

    constructor(memory) {
        this.#memory = memory;
    }

    /**
     * Decodes an event. Returns null if it is too long for that, and undefined if it is refused.
     */
    static decode(decoder, input) {
        if (free.length === 0) free.push(new Memory());
        const memory = free.at(-1);
        const fits = binding.lease(decoder, memory.bytes, input);
        if (fits === undefined) return undefined;
        if (!fits) return null;
        free.pop();
        return new Lease(memory);
    }

    get isOver() {
        return this.#memory === undefined;
    }

    get isAscii() {
        return (this.word(AT.FLAGS) & FLAGS.ASCII) !== 0;
    }

    word(at) {
        return this.#check().words[at >> 2];
    }

    string(at) {
        const { words } = this.#check();
        return this.#cut(words[at >> 2], words[(at >> 2) + 1]);
    }

    name(index) {
        const at = this.#pair(index);
        return this.#cut(this.#memory.words[at], this.nameLength(index));
    }

    nameLength(index) {
        const at = this.#pair(index);
        return this.#memory.words[at + 1] & 0xffff;
    }

    lengthOf(name) {
        return Buffer.byteLength(name);
    }

    value(index) {
        const at = this.#pair(index);
        const { words } = this.#memory;
        return this.#cut(words[at + 2], words[at + 3]);
    }

    findHeader(number, from) {
        const count = this.word(AT.HEADERS + 4);
        const { words } = this.#memory;
        let at = this.#pair(words[AT.HEADERS >> 2] + from) + 1;
        for (let index = from; index < count; index++, at += 4)
            if (words[at] >>> 16 === number) return index;
        return -1;
    }

    body() {
        return this.string(AT.BODY);
    }

    decodedBody() {
        return undefined;
    }

    bodyBytes() {
        return Buffer.from(this.bodySource());
    }

    bodySource() {
        const { bytes, words } = this.#check();
        const start = words[0] + words[AT.BODY >> 2];
        return bytes.subarray(start, start + words[(AT.BODY >> 2) + 1]);
    }

    document() {
        const { bytes, words } = this.#check();
        const start = words[0] - words[2];
        return bytes.utf8Slice(start, start + words[2]);
    }

    end() {
        const memory = this.#memory;
        if (memory === undefined) return;
        this.#memory = undefined;
        if (free.length < MAX_FREE) free.push(memory);
    }

    /** The memory, which must not have been given back. */
    #check() {
        if (this.#memory === undefined) {
            throw Object.assign(new TypeError('apigw: the event was released'), {
                code: 'ERR_APIGW_RELEASED',
            });
        }
        return this.#memory;
    }

    /** Where the words of a pair begin. */
    #pair(index) {
        return (this.#check().words[1] >> 2) + 4 * index;
    }

    #cut(offset, length) {
        if (offset === -1) return undefined;
        const { bytes, words } = this.#memory;
        const start = words[0] + offset;
        if (words[AT.FLAGS >> 2] & FLAGS.ASCII) return bytes.latin1Slice(start, start + length);
        return bytes.utf8Slice(start, start + length);
    }
}

/** That of every event that was released. */
const ENDED = new Lease(undefined);

module.exports = { ENDED, Lease };
