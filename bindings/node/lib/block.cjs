'use strict';

// How the block of src/block.h is read.

const PAIR = 16;
/** Where the parts of the fixed part begin. */
const AT = {
    DOCUMENT: 0,
    DOCUMENT_LENGTH: 4,
    CUT: 8,
    NUMBER: 12,
    DIALECT: 24,
    FLAGS: 32,
    PAIR_COUNT: 36,
    METHOD: 40,
    BODY: 184,
    HEADERS: 192,
    STATUS: 272,
    PAIRS: 276,
};

const FLAGS = { BASE64: 1, JSON: 2, ASCII: 4, CONNECT: 8, MESSAGE: 16, CLOSE: 32, INTEGRATED: 64 };

/** Names of dialects by their numbers. */
const DIALECTS = ['unknown', 'api-gateway', 'websocket', 'function-url', 'clb', 'cloudbase', 'not-http'];

/** A word with the sign of its highest bit: an absent offset is -1. */
function word(block, at) {
    return (
        block.charCodeAt(at) |
        (block.charCodeAt(at + 1) << 8) |
        (block.charCodeAt(at + 2) << 16) |
        (block.charCodeAt(at + 3) << 24)
    );
}

/** The string whose offset and length stand at `at`; undefined if it is absent. */
function string(block, wide, at) {
    return cut(block, wide, word(block, at), word(block, at + 4));
}

function cut(block, wide, offset, length) {
    if (offset >= 0) {
        const start = offset + word(block, AT.DOCUMENT);
        return block.substring(start, start + length);
    }
    if (offset === -1) return undefined;
    offset &= 0x7fffffff;
    return wide.substring(offset, offset + length);
}

/** The name of the pair at `at`. */
function name(block, wide, at) {
    return cut(block, wide, word(block, at), nameLength(block, at));
}

function nameLength(block, at) {
    return block.charCodeAt(at + 4) | (block.charCodeAt(at + 5) << 8);
}

/** The value of the pair at `at`; undefined for a bare name. */
function value(block, wide, at) {
    return string(block, wide, at + 8);
}

/** The document in a block. `body` is what stands in it for a body that was cut out, and `decode` makes text of its bytes. */
function documentOf(block, body, decode = (text) => text) {
    const start = word(block, AT.DOCUMENT);
    const end = start + word(block, AT.DOCUMENT_LENGTH);
    const cut = word(block, AT.CUT);
    if (cut === -1) return decode(block.substring(start, end));
    return decode(block.substring(start, start + cut)) + body + decode(block.substring(start + cut, end));
}

/** A string as it stands in a document, without its quotes. */
const escaped = (string) => (string === undefined ? '' : JSON.stringify(string).slice(1, -1));

module.exports = { AT, DIALECTS, FLAGS, PAIR, word, string, name, nameLength, value, documentOf, escaped };
