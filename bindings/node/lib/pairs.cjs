'use strict';

const { wrongType } = require('./arguments.cjs');
const { AT } = require('./layout.cjs');

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * How names are compared: exactly, or as those of headers; those of the request have their numbers
 * in the event.
 */
const BY = { NAME: 0, HEADER: 1, REQUEST_HEADER: 2 };

/** The numbers of names of headers that were wanted, 0 for those that are not well known. */
const numbers = new Map();
const MAX_NUMBERS = 256;

/** A map of an event: names and values in its order, repeated names included. */
class Pairs {
    #source;
    #at;
    #by;

    /**
     * For the package alone: `at` is where the map's first index and count are, 0 for all pairs.
     */
    constructor(source, at, by) {
        this.#source = source;
        this.#at = at;
        this.#by = by;
    }

    /** A map of pairs that are in no event together. */
    static of(pairs) {
        return new Pairs(new List(pairs), 0, BY.NAME);
    }

    get isPresent() {
        return this.#at === 0 || this.#source.word(this.#at) !== -1;
    }

    get size() {
        if (this.#at === 0) return this.#source.word(AT.PAIR_COUNT);
        return this.isPresent ? this.#source.word(this.#at + 4) : 0;
    }

    get(name) {
        const index = this.#find(`${name}`, 0);
        return index < 0 ? undefined : this.#value(index);
    }

    getAll(name) {
        const wanted = `${name}`;
        const values = [];
        for (let i = this.#find(wanted, 0); i >= 0; i = this.#find(wanted, i + 1))
            values.push(this.#value(i));
        return values;
    }

    has(name, value) {
        const wanted = `${name}`;
        return value === undefined
            ? this.#find(wanted, 0) >= 0
            : this.getAll(wanted).includes(`${value}`);
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
        if (typeof callback !== 'function') throw wrongType('callback', 'a function', callback);
        for (const [name, value] of this) callback.call(thisArgument, value, name, this);
    }

    toArray() {
        return Array.from({ length: this.size }, (_, i) => [
            this.#name(i),
            this.#source.value(this.#first() + i),
        ]);
    }

    [Symbol.iterator]() {
        return this.entries();
    }

    [INSPECT](_depth, options, inspect) {
        return `Pairs ${inspect(this.toArray(), options)}`;
    }

    /** The index of the first pair from an index on that has a name, or -1. */
    #find(wanted, from) {
        const source = this.#source;
        if (this.#by === BY.REQUEST_HEADER) {
            const number = headerNumber(wanted);
            if (number > 0) return source.findHeader(number, from);
        }
        const meant = this.#by === BY.NAME ? wanted : fold(wanted);
        const length = source.lengthOf(wanted);
        const first = this.#first();
        const count = this.size;
        for (let i = from; i < count; i++) {
            if (source.nameLength(first + i) !== length) continue;
            const name = source.name(first + i);
            if ((this.#by === BY.NAME ? name : fold(name)) === meant) return i;
        }
        return -1;
    }

    #first() {
        return this.#at === 0 ? 0 : this.#source.word(this.#at);
    }

    #name(index) {
        return this.#source.name(this.#first() + index);
    }

    #value(index) {
        return this.#source.value(this.#first() + index) ?? '';
    }
}

/** Pairs in an array, with the methods of a `Block` that read pairs. */
class List {
    #pairs;

    constructor(pairs) {
        this.#pairs = pairs;
    }

    /** The number of pairs: `Pairs` reads no other word of all pairs. */
    word() {
        return this.#pairs.length;
    }

    name(index) {
        return this.#pairs[index][0];
    }

    nameLength(index) {
        return this.name(index).length;
    }

    lengthOf(name) {
        return name.length;
    }

    value(index) {
        return this.#pairs[index][1];
    }
}

/** The number of a well-known name, otherwise 0. */
function headerNumber(name) {
    let number = numbers.get(name);
    if (number === undefined) {
        const { HEADERS } = require('./names.cjs');
        number = HEADERS.indexOf(name) + 1 || HEADERS.indexOf(fold(name)) + 1;
        if (numbers.size < MAX_NUMBERS) numbers.set(name, number);
    }
    return number;
}

/**
 * Names of headers have no case (RFC 9110 section 5.1): lower case of ASCII letters alone,
 * `toLowerCase` makes a k of the Kelvin sign.
 */
function fold(name) {
    return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

module.exports = { BY, Pairs };
