'use strict';

// Reads JSON texts: by JSON.parse, or by the addon where that takes less time.

const binding = require('./binding.cjs');
const { fail } = require('./fail.cjs');

/**
 * The addon's way ends in JavaScript (value.cjs), which takes longer than JSON.parse until it is compiled. So JSON.parse reads the
 * first bytes, and all but one part of the next ones until enough went the addon's way.
 */
const FIRST = 4 << 20;
const ENOUGH = 256 << 10;
const PART = 4;
/** Then both ways are compared now and then, in the end at one of so many bytes, but not by texts that are very long. */
const MOST_APART = 128;
const MOST_COMPARED = 1 << 20;
/** What counts of a comparison when the next one is made. */
const KEPT = 7 / 8;

let readValue;

/** Of texts of one origin. */
class Reader {
    /** Bytes of all texts, and of those that went the addon's way. */
    #seen = binding.readValue === undefined ? Number.NEGATIVE_INFINITY : -FIRST;
    #taken = 0;
    /** When both ways are compared again, and how many texts further that was last. */
    #next = 0;
    #apart = 1;
    /** What both took then, in nanoseconds. */
    #ours = 0;
    #theirs = 0;

    /** The value of a JSON text, or of its bytes; undefined if JSON.parse is to read it. */
    read(decoder, source) {
        const { length } = source;
        this.#seen += length;
        if (this.#taken < ENOUGH) {
            if (PART * (this.#taken + length) > this.#seen) return undefined;
            this.#taken += length;
            readValue ??= require('./value.cjs').readValue;
            return readValue(decoder, source);
        }
        if (this.#seen >= this.#next && length <= MOST_COMPARED) return this.#compare(decoder, source);
        return this.#ours <= this.#theirs ? readValue(decoder, source) : undefined;
    }

    #compare(decoder, source) {
        this.#apart = Math.min(2 * this.#apart, MOST_APART);
        this.#next = this.#seen + this.#apart * source.length;
        const before = process.hrtime();
        const value = readValue(decoder, source);
        this.#ours = KEPT * this.#ours + nanosecondsSince(before);
        if (value === undefined) return undefined;
        const between = process.hrtime();
        JSON.parse(source.toString());
        this.#theirs = KEPT * this.#theirs + nanosecondsSince(between);
        return value;
    }
}

function nanosecondsSince(time) {
    const [seconds, nanoseconds] = process.hrtime(time);
    return 1e9 * seconds + nanoseconds;
}

/** The value that a JSON text stands for: `JSON.parse` reads it, and the library tells what is wrong with it. */
function parse(decoder, text, member) {
    try {
        return JSON.parse(text);
    } catch (error) {
        if (binding.json(decoder, text) === undefined) fail(decoder, member);
        throw error;
    }
}

module.exports = { Reader, parse };
