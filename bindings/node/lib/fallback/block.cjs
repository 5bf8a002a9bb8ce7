'use strict';

const { Buffer } = require('node:buffer');

const { EXTRAS, MAPS, STRINGS } = require('../fields.cjs');
const { AT, PAIR } = require('../layout.cjs');
const { HEADERS } = require('../names.cjs');

const numbers = new Map(HEADERS.map((name, index) => [name, index + 1]));

/** The number of a well-known name of a header, or 0. */
function headerNumber(name) {
    return numbers.get(name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())) ?? 0;
}

/**
 * Writes a block, as src/block.c does, but in one string of whatever characters there are.
 *
 * `texts` are strings by the offset of their field, `maps` and `extras` lists of pairs, `document`
 * the bytes as text.
 */
function writeBlock({
    dialect = 0,
    flags = 0,
    status = 0,
    texts = [],
    maps = [],
    extras = [],
    document = '',
}) {
    const present = [...maps, ...extras].filter((pairs) => pairs !== undefined);
    const count = present.reduce((total, pairs) => total + pairs.length, 0);
    const headers = maps[0] ?? [];
    const base = AT.PAIRS + PAIR * count + 4 * Math.ceil(headers.length / 4);
    const words = new Uint32Array(base / 4);
    const put = (at, ...values) => words.set(values, at / 4);
    const parts = [];
    let end = document.length;
    /** The offset and the length of a string, whose text is appended to the others. */
    const place = (text) => {
        if (text === undefined) return [-1, -1];
        parts.push(text);
        end += text.length;
        return [end - text.length, text.length];
    };
    put(AT.DOCUMENT, base, document.length, -1);
    put(AT.DIALECT, dialect, 0, flags, count);
    for (let i = 0; i < STRINGS; i++) put(AT.METHOD + 8 * i, ...place(texts[i]));
    let first = 0;
    [
        ...Array.from({ length: MAPS }, (_, i) => maps[i]),
        ...Array.from({ length: EXTRAS }, (_, i) => extras[i]),
    ].forEach((pairs, i) => {
        if (pairs === undefined) {
            put(AT.HEADERS + 8 * i, -1, -1);
            return;
        }
        put(AT.HEADERS + 8 * i, first, pairs.length);
        for (const [name, value] of pairs) {
            const [offset, length] = place(name);
            put(AT.PAIRS + PAIR * first, offset, length, ...place(value));
            first++;
        }
    });
    put(AT.STATUS, status);
    const ids = new Uint8Array(words.buffer, AT.PAIRS + PAIR * count);
    ids.set(headers.map(([name]) => headerNumber(name)));
    return Buffer.from(words.buffer).latin1Slice() + document + parts.join('');
}

module.exports = { writeBlock };
