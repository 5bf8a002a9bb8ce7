'use strict';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The offset of the first character with which no base64 (RFC 4648 section 4) goes on, or -1 if it
 * is base64.
 */
function base64Fault(text) {
    const found = text.search(/[^A-Za-z0-9+/]/);
    const digits = found < 0 ? text.length : found;
    const last = digits === 0 ? 0 : DIGITS.indexOf(text[digits - 1]);
    // After two or three digits of a group padding may follow, unless the last has bits that no
    // byte takes.
    let padding = 0;
    if (digits % 4 === 2 && (last & 0xf) === 0) padding = 2;
    if (digits % 4 === 3 && (last & 3) === 0) padding = 1;
    let padded = 0;
    while (padded < padding && text[digits + padded] === '=') padded++;
    const end = digits + padded;
    return end === text.length && end % 4 === 0 ? -1 : end;
}

module.exports = { base64Fault };
