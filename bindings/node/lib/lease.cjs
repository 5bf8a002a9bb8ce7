'use strict';

// Events in memory that is used again: `lease` of src/event.c.

const { Buffer } = require('node:buffer');

const binding = require('./binding.cjs');
const { AT, FLAGS } = require('./block.cjs');
const { Event } = require('./event.cjs');
const { fail } = require('./fail.cjs');
const { textOf } = require('./text.cjs');

/** Has room for every document that is not long, with its table. */
const BYTES = 192 << 10;
/** What is kept for other events: pieces of memory, and the bytes that one for a long document may have. */
const MOST_FREE = 8;
const MOST_BYTES = 4 << 20;

class Memory {
    bytes = Buffer.allocUnsafeSlow(BYTES);
    words = new Int32Array(this.bytes.buffer);
}

/** What a decoder has for events that are not there yet. */
class Pool {
    memories = [];
    /** For long documents. */
    buffers = [];

    /** The memory of the next event, which it does not have yet. */
    memory() {
        const { memories } = this;
        if (memories.length === 0) memories.push(new Memory());
        return memories[memories.length - 1];
    }

    giveBack(buffer) {
        const { length } = buffer;
        if (length > 0 && length <= MOST_BYTES && this.buffers.length < MOST_FREE) this.buffers.push(buffer);
    }
}

/** The hold of an event on memory, which it shares with its headers. */
class Lease {
    #memory;
    #pool;
    #decoder;
    /** The event's block and its strings that are not ASCII, once they were wanted. */
    block;
    wide;

    constructor(decoder, memory, pool) {
        this.#decoder = decoder;
        this.#memory = memory;
        this.#pool = pool;
    }

    get isOver() {
        return this.#memory === undefined;
    }

    /** The word for which in a block `at` stands. */
    word(at) {
        return this.check().words[at >> 2];
    }

    string(at) {
        const { words } = this.check();
        return this.#cut(words[at >> 2], words[(at >> 2) + 1]);
    }

    /** The first value of a well-known header by its number; null if there is none. */
    header(number) {
        const { words } = this.check();
        let at = (words[1] >> 2) + 4 * words[AT.HEADERS >> 2];
        for (let left = words[(AT.HEADERS >> 2) + 1]; left > 0; left--, at += 4) {
            if (words[at + 1] >>> 16 === number) return this.#cut(words[at + 2], words[at + 3]) ?? '';
        }
        return null;
    }

    /** The bytes of the body as it stands in the event, until the memory is used again. */
    body() {
        const { bytes, words } = this.check();
        const start = words[0] + words[AT.BODY >> 2];
        return bytes.subarray(start, start + words[(AT.BODY >> 2) + 1]);
    }

    /** Itself, with the block. */
    open() {
        if (this.block === undefined) {
            const found = binding.leased(this.#decoder, this.check().bytes);
            [this.block, this.wide] = typeof found === 'string' ? [found] : found;
        }
        return this;
    }

    /** The memory, which must not have been given back. */
    check() {
        if (this.#memory === undefined) throw new TypeError('apigw: the event was released');
        return this.#memory;
    }

    end() {
        const memory = this.#memory;
        if (memory === undefined) return;
        this.#memory = this.block = this.wide = undefined;
        if (this.#pool.memories.length < MOST_FREE) this.#pool.memories.push(memory);
    }

    #cut(offset, length) {
        if (offset === -1) return undefined;
        const { bytes, words } = this.#memory;
        const start = words[0] + offset;
        if (words[AT.FLAGS >> 2] & FLAGS.ASCII) return bytes.latin1Slice(start, start + length);
        return textOf(bytes, start, length);
    }
}

/** The hold of an event with a long document on the buffer in which its body stands. */
class LongLease {
    #pool;

    constructor(pool) {
        this.#pool = pool;
    }

    /** Whoever has a part of the buffer, which is its first one, has nothing after this. */
    end(buffer, isShared) {
        if (buffer !== undefined) this.#pool.giveBack(isShared ? moved(buffer) : buffer);
    }
}

/** The same memory in a buffer that nobody else has. It is empty if a program has taken the memory away. */
function moved(buffer) {
    const { buffer: memory } = buffer;
    if (memory.byteLength === 0) return buffer;
    return Buffer.from(memory.transfer?.() ?? structuredClone(memory, { transfer: [memory] }));
}

/** The event of a document, in memory of a pool. */
function lease(decoder, pool, input) {
    const memory = pool.memory();
    const fits = binding.lease(decoder, memory.bytes, input);
    if (fits === undefined) fail(decoder);
    if (fits) {
        pool.memories.pop();
        return new Event(decoder, undefined, undefined, undefined, undefined, new Lease(decoder, memory, pool));
    }
    const spare = pool.buffers.at(-1);
    const found = binding.decode(decoder, input, spare) ?? fail(decoder);
    const [block, wide, buffer] = typeof found === 'string' ? [found] : found;
    // A spare one that was too small makes room for the one that took its place.
    if (buffer !== undefined) pool.buffers.pop();
    return new Event(decoder, block, wide, buffer, undefined, new LongLease(pool));
}

/** That of an event that was released. */
const ENDED = new Lease(undefined, undefined, undefined);

module.exports = { ENDED, Pool, lease };
