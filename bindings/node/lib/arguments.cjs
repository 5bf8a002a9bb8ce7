'use strict';

// What users hand over: checked here, with errors that name the argument.

const { Buffer } = require('node:buffer');
const { isUint8Array } = require('node:util/types');

/** With the flag u, only surrogates that are not part of a pair. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** The error for an argument of a wrong type. */
function wrongType(name, expected, value) {
    const found =
        value === null
            ? 'null'
            : typeof value === 'object'
              ? (value.constructor?.name ?? 'object')
              : typeof value;
    const error = new TypeError(`apigw: ${name} must be ${expected}, not ${found}`);
    error.code = 'ERR_INVALID_ARG_TYPE';
    return error;
}

/** The error for an argument that is not one of some strings. */
function wrongValue(name, allowed, value) {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
    const error = new TypeError(
        `apigw: ${name} must be one of ${allowed.join(', ')}, not ${shown}`,
    );
    error.code = 'ERR_INVALID_ARG_VALUE';
    return error;
}

/**
 * Refuses options that are not an object, or have an unknown member. `meant` has the right names
 * for wrong ones that people may expect.
 */
function checkOptions(name, value, known, meant = {}) {
    if (typeof value !== 'object' || value === null) throw wrongType(name, 'an object', value);
    for (const key of Object.keys(value)) {
        if (known.includes(key)) continue;
        const hint = Object.hasOwn(meant, key)
            ? `"${meant[key]}" is meant`
            : `it may have ${known.join(', ')}`;
        const error = new TypeError(`apigw: ${name} has no member ${JSON.stringify(key)}: ${hint}`);
        error.code = 'ERR_INVALID_ARG_VALUE';
        throw error;
    }
}

/** The offset in UTF-8 of the first lone surrogate, which has no UTF-8; or -1. */
function loneSurrogate(text) {
    if (text.isWellFormed()) return -1;
    return Buffer.byteLength(text.slice(0, text.search(LONE_SURROGATE)));
}

/**
 * What is to be decoded. A string with a lone surrogate becomes bytes that are refused at its
 * place.
 */
function inputOf(input) {
    if (typeof input === 'string') {
        const at = loneSurrogate(input);
        if (at < 0) return input;
        const bytes = Buffer.from(input);
        bytes.set([0xed, 0xa0, 0x80], at);
        return bytes;
    }
    if (isUint8Array(input)) return input;
    throw wrongType('input', 'a Buffer, a Uint8Array or a string', input);
}

module.exports = { checkOptions, inputOf, loneSurrogate, wrongType, wrongValue };
