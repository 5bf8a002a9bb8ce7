'use strict';

const binding = require('./binding.cjs');
const { AT, PAIR, word, name: nameAt, value: valueAt, nameLength, documentOf, escaped } = require('./block.cjs');

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** The numbers of well-known names of headers, once they are wanted. */
let numbers;

/** A map of an event: names and values in its order, repeated names included. */
class Pairs {
    #block;
    #wide;
    #at;
    #search;
    /** Of an event that has its block not from the start. */
    #lease;
    /** Of an event whose block has no pairs, as long as they are not wanted. */
    #decoder;
    #early;

    /** For the package alone: `at` is where the map's first index and count stand, 0 for all pairs. */
    constructor(block, wide, at, search, lease = undefined, decoder = undefined, early = undefined) {
        this.#block = block;
        this.#wide = wide;
        this.#at = at;
        this.#search = search;
        this.#lease = lease;
        this.#decoder = decoder;
        this.#early = early;
    }

    get isPresent() {
        return this.#at === 0 || word(this.#open(), this.#at) !== -1;
    }

    get size() {
        if (this.#at === 0) return word(this.#open(), AT.PAIR_COUNT);
        return this.isPresent ? word(this.#open(), this.#at + 4) : 0;
    }

    get(name) {
        const wanted = `${name}`;
        if (this.#early !== undefined) {
            const found = binding.findHeader(this.#decoder, this.#block, wanted);
            if (found !== undefined) return found;
        } else if (this.#block === undefined) {
            const number = headerNumber(wanted);
            if (number !== undefined) return this.#lease.header(number.charCodeAt(0));
        }
        const index = this.#find(wanted, 0);
        return index < 0 ? null : this.#value(index);
    }

    getAll(name) {
        const wanted = `${name}`;
        const values = [];
        for (let i = this.#find(wanted, 0); i >= 0; i = this.#find(wanted, i + 1)) values.push(this.#value(i));
        return values;
    }

    has(name, value) {
        const wanted = `${name}`;
        return value === undefined ? this.#find(wanted, 0) >= 0 : this.getAll(wanted).includes(`${value}`);
    }

    *entries() {
        const count = this.size;
        for (let i = 0; i < count; i++) yield [this.#name(i), this.#value(i)];
    }

    *keys() {
        const count = this.size;
        for (let i = 0; i < count; i++) yield this.#name(i);
    }

    *values() {
        const count = this.size;
        for (let i = 0; i < count; i++) yield this.#value(i);
    }

    forEach(callback, thisArgument) {
        for (const [name, value] of this) callback.call(thisArgument, value, name, this);
    }

    toArray() {
        return Array.from({ length: this.size }, (_, i) => [
            this.#name(i),
            valueAt(this.#open(), this.#wide, this.#first() + PAIR * i),
        ]);
    }

    [Symbol.iterator]() {
        return this.entries();
    }

    [INSPECT](_depth, options, inspect) {
        return `Pairs ${inspect(this.toArray(), options)}`;
    }

    #find(wanted, from) {
        return this.#search(this.#open(), this.#wide, this.#first(), this.size, wanted, from);
    }

    #open() {
        if (this.#block === undefined) {
            const { block, wide } = this.#lease.open();
            this.#block = block;
            this.#wide = wide;
        }
        if (this.#early !== undefined) {
            this.#block = wholeBlock(this.#decoder, this.#block, this.#early);
            this.#early = undefined;
        }
        return this.#block;
    }

    #first() {
        return this.#at === 0 ? AT.PAIRS : AT.PAIRS + PAIR * word(this.#open(), this.#at);
    }

    #name(index) {
        return nameAt(this.#open(), this.#wide, this.#first() + PAIR * index);
    }

    #value(index) {
        return valueAt(this.#open(), this.#wide, this.#first() + PAIR * index) ?? '';
    }
}

/** The block of an early event that has its pairs, too. */
function wholeBlock(decoder, block, early) {
    early.whole ??= binding.decode(decoder, documentOf(block, escaped(early.body)));
    return early.whole;
}

// Each of these finds the index of the first pair from an index on that has a name, or -1.

function byName(block, wide, first, count, wanted, from) {
    const length = wanted.length;
    for (let i = from; i < count; i++) {
        const at = first + PAIR * i;
        if (nameLength(block, at) === length && nameAt(block, wide, at) === wanted) return i;
    }
    return -1;
}

/** Names of headers, which have no case (RFC 9110 section 5.1). */
function byHeader(block, wide, first, count, wanted, from) {
    const folded = fold(wanted);
    const length = folded.length;
    for (let i = from; i < count; i++) {
        const at = first + PAIR * i;
        if (nameLength(block, at) === length && fold(nameAt(block, wide, at)) === folded) return i;
    }
    return -1;
}

/** The same for the request's headers, where the numbers of well-known names stand together. */
function byRequestHeader(block, wide, first, count, wanted, from) {
    const number = headerNumber(wanted);
    if (number === undefined) return byHeader(block, wide, first, count, wanted, from);
    const start = AT.PAIRS + PAIR * word(block, AT.PAIR_COUNT);
    const index = block.indexOf(number, start + from) - start;
    return index < count ? Math.max(index, -1) : -1;
}

/** As the character that stands for it in a block; undefined if the name is not well known. */
function headerNumber(name) {
    numbers ??= new Map(require('./names.cjs').HEADERS.map((name, index) => [name, String.fromCharCode(index + 1)]));
    return numbers.get(name) ?? numbers.get(fold(name));
}

/** Lower case of ASCII letters and no others: `toLowerCase` would take the Kelvin sign for a k. */
function fold(name) {
    return isAscii(name) ? name.toLowerCase() : name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function isAscii(text) {
    for (let i = 0; i < text.length; i++) {
        if (text.charCodeAt(i) > 0x7f) return false;
    }
    return true;
}

module.exports = { Pairs, byName, byHeader, byRequestHeader, fold, wholeBlock };
