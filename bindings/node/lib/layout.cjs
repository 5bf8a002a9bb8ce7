'use strict';

// The layout of blocks (src/block.h).

const { TABLE_WORDS, WORDS } = require('./fields.cjs');

const PAIR = 16;
/** Offset of the table of the event. */
const TABLE = 12;
/** Offsets of what has a fixed place in a block. */
const AT = {
    DOCUMENT: 0,
    DOCUMENT_LENGTH: 4,
    CUT: 8,
    PAIRS: TABLE + 4 * TABLE_WORDS,
};
for (const [name, number] of Object.entries(WORDS)) AT[name] = TABLE + 4 * number;

module.exports = { AT, PAIR };
