'use strict';

const { Buffer } = require('node:buffer');

const { FLAGS } = require('../fields.cjs');
const { ERRORS } = require('../error.cjs');
const { BYTE, Reader } = require('./reader.cjs');

const MOST_NAME = 65535;

/** Reads what events and responses have in common. */
class MapReader extends Reader {
    #limit;
    #count = 0;

    /** `limit` is how many pairs there may be. */
    constructor(bytes, limit) {
        super(bytes);
        this.#limit = limit;
    }

    /**
     * A map as pairs; undefined if it is `null`. Each pair has the places of its name and its
     * value, too.
     */
    map(isQuery) {
        if (this.byte === 0x6e) {
            this.scalar();
            return undefined;
        }
        const pairs = [];
        if (this.byte === BYTE.list) this.emptyList();
        else if (this.byte !== BYTE.open) this.wrongType();
        else if (this.enter()) {
            do this.#member(isQuery, pairs);
            while (this.nextMember());
        }
        return pairs;
    }

    #member(isQuery, pairs) {
        const nameAt = this.at;
        const name = this.string();
        this.checkName(name, nameAt);
        this.colon();
        const add = (isBareTrue) => {
            const valueAt = this.at;
            const value = this.byte === BYTE.quote ? this.string() : this.#unquoted(isBareTrue);
            this.countPair(nameAt);
            pairs.push([name, value, nameAt, valueAt]);
        };
        if (this.byte === BYTE.list) this.list(() => add(true));
        else add(isQuery);
    }

    /** A list, each element of which a function reads. */
    list(element) {
        this.at++;
        this.skipWhite();
        if (this.byte === BYTE.listEnd) {
            this.at++;
            return;
        }
        do element();
        while (this.nextElement());
    }

    /**
     * A number or literal as its text; `null`, and `true` where it is a bare name, are no value.
     */
    #unquoted(isBareTrue) {
        if (this.byte === BYTE.open || this.byte === BYTE.list) this.wrongType();
        const text = this.scalar();
        return text === 'null' || (isBareTrue && text === 'true') ? undefined : text;
    }

    /** The flag for a body in base64, or 0. */
    base64Flag() {
        const start = this.at;
        const first = this.byte;
        if (first !== BYTE.quote && first !== 0x74 && first !== 0x66 && first !== 0x6e)
            this.wrongType();
        const text = first === BYTE.quote ? this.string() : this.scalar();
        if (text === 'true') return FLAGS.BODY_BASE64;
        if (text !== 'false' && !(text === 'null' && first === 0x6e))
            this.fail(ERRORS.WRONG_TYPE, start);
        return 0;
    }

    countPair(nameAt) {
        if (this.#count === this.#limit) this.fail(ERRORS.TOO_MANY_PAIRS, nameAt);
        this.#count++;
    }

    checkName(name, nameAt) {
        if (Buffer.byteLength(name) > MOST_NAME) this.fail(ERRORS.NAME_TOO_LONG, nameAt);
    }
}

module.exports = { MOST_NAME, MapReader };
