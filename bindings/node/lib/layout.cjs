'use strict';

// The layout of blocks (src/block.h), and the numbers in them.

const PAIR = 16;
/** Offsets of what has a fixed place in a block. */
const AT = {
    DOCUMENT: 0,
    DOCUMENT_LENGTH: 4,
    CUT: 8,
    DIALECT: 16,
    FLAGS: 24,
    PAIR_COUNT: 28,
    METHOD: 32,
    BODY: 176,
    HEADERS: 184,
    STATUS: 264,
    PAIRS: 268,
};

const FLAGS = { BASE64: 1, JSON: 2, ASCII: 4, CONNECT: 8, MESSAGE: 16, CLOSE: 32, INTEGRATED: 64 };

/** Names of dialects by their numbers. */
const DIALECTS = [
    'unknown',
    'api-gateway',
    'websocket',
    'function-url',
    'clb',
    'cloudbase',
    'not-http',
];

module.exports = { AT, DIALECTS, FLAGS, PAIR };
