'use strict';

// Reads JSON texts: by JSON.parse, and by the addon once that takes less time.

const binding = require('./binding.cjs');
const { fail } = require('./fail.cjs');

/**
 * What reads values here is JavaScript (value.cjs), which takes longer than JSON.parse until it is compiled. So that reads the
 * first bytes of a process, and most of the next ones until enough were read here.
 */
const FIRST = 4 << 20;
const ENOUGH = 256 << 10;
/** One of so many bytes. */
const PART = 4;
let seen = binding.readValue === undefined ? Number.NEGATIVE_INFINITY : -FIRST;
let taken = 0;

let readValue;

/** The value of a JSON text, or of its bytes; undefined if JSON.parse is to read it. */
function read(decoder, source) {
    if (taken < ENOUGH) {
        const { length } = source;
        seen += length;
        if (PART * (taken + length) > seen) return undefined;
        taken += length;
    }
    readValue ??= require('./value.cjs').readValue;
    return readValue(decoder, source);
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

module.exports = { read, parse };
