'use strict';

const binding = require('./binding.cjs');

/**
 * Before version 24, Node takes five times as long as the addon to make a string of Chinese text,
 * and longer than the addon to decode the event.
 */
const IS_SLOW = binding.utf16 !== undefined && Number.parseInt(process.versions.node, 10) < 24;

/** The text of bytes that are valid UTF-8. */
function textOf(bytes) {
    return IS_SLOW ? binding.utf16(bytes) : bytes.utf8Slice();
}

module.exports = { textOf };
