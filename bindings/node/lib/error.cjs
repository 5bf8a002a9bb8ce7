'use strict';

const FAULTS = require('./faults.cjs');

const faults = new Map(FAULTS.map(([code, name, text]) => [code, { name, text }]));

/** Why an event or a response was refused. */
class ApigwError extends Error {
    /**
     * @param {number} code what is wrong
     * @param {number} offset where the fault lies
     * @param {string} [member] in which member
     */
    constructor(code, offset, member) {
        const { name: kind, text } = faults.get(code) ?? { name: 'unknown', text: 'an unknown fault' };
        super(`apigw: error ${code} at byte ${offset}${member === undefined ? '' : ` (${member})`}: ${text}`);
        this.code = code;
        this.kind = kind;
        this.offset = offset;
        this.member = member;
    }
}
Object.defineProperty(ApigwError.prototype, 'name', { value: 'ApigwError', configurable: true, writable: true });

/** The numbers of faults by their names in upper case: `ERRORS.UNEXPECTED_END`. */
const ERRORS = Object.freeze(
    Object.fromEntries(FAULTS.map(([code, name]) => [name.toUpperCase().replaceAll('-', '_'), code])),
);

module.exports = { ApigwError, ERRORS };
