'use strict';

const FAULTS = require('./faults.cjs');

const constant = (name) => name.toUpperCase().replaceAll('-', '_');
const faults = new Map(FAULTS.map(([number, name, text]) => [number, { name, text }]));

/** Why an event or a response was refused. */
class ApigwError extends Error {
    /**
     * @param {number} number what is wrong
     * @param {number} offset where the fault is
     * @param {string} [member] in which member
     */
    constructor(number, offset, member) {
        const { name: kind, text } = faults.get(number) ?? {
            name: 'unknown',
            text: 'an unknown fault',
        };
        const place = member === undefined ? '' : ` (${member})`;
        super(`apigw: error ${number} at byte ${offset}${place}: ${text}`);
        this.code = `ERR_APIGW_${constant(kind)}`;
        this.number = number;
        this.kind = kind;
        this.offset = offset;
        this.member = member;
    }
}
Object.defineProperty(ApigwError.prototype, 'name', {
    value: 'ApigwError',
    configurable: true,
    writable: true,
});

/** The numbers of faults by their names in upper case: `ERRORS.UNEXPECTED_END`. */
const ERRORS = Object.freeze(
    Object.fromEntries(FAULTS.map(([number, name]) => [constant(name), number])),
);

module.exports = { ApigwError, ERRORS };
