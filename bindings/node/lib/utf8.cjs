'use strict';

/**
 * The length of the UTF-8 sequence (RFC 3629 section 4) that begins at `at`, or 0 if there is none
 * that is valid.
 */
function sequence(bytes, at) {
    const lead = bytes[at];
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    const second = bytes[at + 1];
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (!(second >= low && second <= high)) return 0;
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (let i = 2; i < length; i++) {
        if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
    }
    return length;
}

/** Where the first sequence that is not UTF-8 begins; the number of bytes if there is none. */
function invalidUtf8(bytes) {
    let at = 0;
    while (at < bytes.length) {
        const length = sequence(bytes, at);
        if (length === 0) return at;
        at += length;
    }
    return at;
}

module.exports = { invalidUtf8 };
