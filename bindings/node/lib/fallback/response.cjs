'use strict';

const { FLAGS } = require('../fields.cjs');
const { ERRORS } = require('../error.cjs');
const { invalidUtf8 } = require('../utf8.cjs');
const { base64Fault } = require('./base64.cjs');
const { writeBlock } = require('./block.cjs');
const { nameFault, valueFault } = require('./encode.cjs');
const { MapReader } = require('./map.cjs');
const { BYTE, Fault } = require('./reader.cjs');

const BODY = 18;
const RULES = { STRICT: 0, GATEWAY: 1, PASS_THROUGH: 2, FUNCTION_URL: 3 };

/** Reads the response of a function. */
class ResponseReader extends MapReader {
    #rules;
    #member;
    #seen = new Set();
    #headers;
    #extras = [];
    #body;
    #bodyAt;
    #flags = 0;
    #status = 200;

    constructor(bytes, limit, rules) {
        super(bytes, limit);
        this.#rules = rules;
    }

    /** The response as a block. */
    read() {
        try {
            if (this.#rules === RULES.PASS_THROUGH) this.#text();
            else if (this.#rules === RULES.FUNCTION_URL && !this.#hasStatus()) this.#json();
            else this.#integrated();
            this.#member = 'headers';
            this.#checkHeaders();
        } catch (fault) {
            if (fault instanceof Fault) fault.member ??= this.#member;
            throw fault;
        }
        if (this.isAscii) this.#flags |= FLAGS.ASCII;
        const texts = [];
        texts[BODY] = this.#body;
        return writeBlock({
            flags: this.#flags,
            status: this.#status,
            texts,
            maps: [this.#headers],
            extras: [this.#extras],
        });
    }

    #text() {
        const end = invalidUtf8(this.bytes);
        if (end < this.bytes.length) this.fail(ERRORS.INVALID_UTF8, end);
        this.#body = this.bytes.toString();
    }

    #json() {
        this.skipWhite();
        if (this.byte === BYTE.open || this.byte === BYTE.list) this.#flags |= FLAGS.BODY_JSON;
        this.#body = this.raw(0);
        this.nothingMore();
    }

    /** Whether the document has a status. It is not read past the status. */
    #hasStatus() {
        let has = false;
        this.skipWhite();
        let hasMore = this.byte === BYTE.open && this.enter();
        while (hasMore && !has) {
            has = this.string() === 'statusCode';
            if (has) break;
            this.colon();
            this.skip(1);
            hasMore = this.nextMember();
        }
        this.at = 0;
        return has;
    }

    #integrated() {
        this.start();
        let hasMore = this.enter();
        while (hasMore) {
            this.#oneMember();
            this.#member = undefined;
            hasMore = this.nextMember();
        }
        const end = this.at - 1;
        this.nothingMore();
        if (!this.#seen.has('statusCode')) {
            this.#member = 'statusCode';
            this.fail(ERRORS.MISSING_MEMBER, end);
        }
        this.#flags |= FLAGS.INTEGRATED;
    }

    #oneMember() {
        const nameAt = this.at;
        const name = this.string();
        const read = {
            statusCode: () => this.#readStatus(),
            headers: () => this.#readHeaders(),
            body: () => this.#readBody(),
            isBase64Encoded: () => this.#readFlag(),
        };
        if (!Object.hasOwn(read, name)) {
            this.checkName(name, nameAt);
            this.colon();
            const text = this.raw(1);
            this.countPair(nameAt);
            this.#extras.push([name, text]);
            return;
        }
        this.#member = name;
        if (this.#seen.has(name)) this.fail(ERRORS.DUPLICATE_MEMBER, nameAt);
        this.#seen.add(name);
        this.colon();
        read[name]();
    }

    #readStatus() {
        const start = this.at;
        const isNumber = this.byte === 0x2d || (this.byte >= 0x30 && this.byte <= 0x39);
        if (!isNumber && (this.byte !== BYTE.quote || this.#rules === RULES.STRICT))
            this.wrongType();
        const digits = isNumber ? this.scalar() : this.string();
        if (!/^[1-9]\d\d$/.test(digits)) this.fail(ERRORS.INVALID_STATUS, start);
        this.#status = Number(digits);
    }

    #readHeaders() {
        if (this.#rules !== RULES.STRICT) {
            this.#headers = this.map(false);
            return;
        }
        this.#headers = [];
        if (this.byte !== BYTE.open) this.wrongType();
        let hasMore = this.enter();
        while (hasMore) {
            this.#strictHeader();
            hasMore = this.nextMember();
        }
    }

    /** A string or a list of strings. */
    #strictHeader() {
        const nameAt = this.at;
        const name = this.string();
        this.checkName(name, nameAt);
        this.colon();
        const add = () => {
            if (this.byte !== BYTE.quote) this.wrongType();
            const valueAt = this.at;
            const value = this.string();
            this.countPair(nameAt);
            this.#headers.push([name, value, nameAt, valueAt]);
        };
        if (this.byte === BYTE.list) this.list(add);
        else add();
    }

    #readBody() {
        this.#bodyAt = this.at;
        if (this.byte === BYTE.quote) {
            this.#body = this.string();
        } else {
            if (this.byte !== 0x6e || this.#rules === RULES.STRICT) this.wrongType();
            this.scalar();
        }
    }

    #readFlag() {
        if (this.#rules === RULES.STRICT && this.byte !== 0x74 && this.byte !== 0x66)
            this.wrongType();
        this.#flags |= this.base64Flag();
    }

    /** Checks what is known only after all headers. */
    #checkHeaders() {
        const headers = this.#headers ?? [];
        for (const [name, value, nameAt, valueAt] of headers) {
            if (nameFault(name) >= 0) this.fail(ERRORS.INVALID_HEADER_NAME, nameAt);
            if (value !== undefined && valueFault(value) >= 0) {
                this.fail(ERRORS.INVALID_HEADER_VALUE, valueAt);
            }
        }
        const isBase64 = (this.#flags & FLAGS.BODY_BASE64) !== 0 && this.#body !== undefined;
        if (isBase64 && base64Fault(this.#body) >= 0) {
            this.#member = 'body';
            this.fail(ERRORS.INVALID_BASE64, this.#bodyAt);
        }
        if (this.#rules !== RULES.STRICT) return;
        // Values of one list have one name.
        const places = new Map();
        for (const [name, , nameAt] of headers) {
            const before = places.get(name.toLowerCase()) ?? nameAt;
            if (before !== nameAt) this.fail(ERRORS.DUPLICATE_MEMBER, nameAt);
            places.set(name.toLowerCase(), nameAt);
        }
    }
}

module.exports = { ResponseReader };
