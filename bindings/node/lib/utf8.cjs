'use strict';

const { Buffer } = require('node:buffer');

/** Where the first sequence begins that is not UTF-8 (RFC 3629 section 4), in bytes with such. */
function invalidUtf8(bytes) {
    // There the text has U+FFFD, which may begin with the bytes that were found.
    const replaced = Buffer.from(bytes.toString());
    let at = 0;
    while (replaced[at] === bytes[at]) at++;
    while ((replaced[at] & 0xc0) === 0x80) at--;
    return at;
}

module.exports = { invalidUtf8 };
