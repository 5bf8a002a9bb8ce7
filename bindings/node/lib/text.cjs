'use strict';

const binding = require('./binding.cjs');

/** Bytes from which on the addon makes a string faster than Node, whose own decoder is the better one since Node 24. */
const LONG = Number.parseInt(process.versions.node, 10) >= 24 ? Number.POSITIVE_INFINITY : 256;

/** The text of bytes that are valid UTF-8. */
function textOf(bytes, start, length) {
    return length < LONG ? bytes.utf8Slice(start, start + length) : binding.utf16(bytes, start, length);
}

module.exports = { textOf };
