'use strict';

// Builds the objects of documents that have the same skeleton (src/skeleton.h) by a function that was made for it.

const binding = require('./binding.cjs');

const MOST_VALUES = 256;

/** Where the values of the last document begin and end in its block: `createShapes` of src/addon.c. */
const spans = new Int32Array(2 * MOST_VALUES);
/** For each shape its function, or null if its documents are for JSON.parse. */
const builders = [];
/** What the addon knows of shapes; null where there is none, or where code must not be made at run time. */
let shapes;

/** The object that `JSON.parse` makes of the document in a block that is ASCII; undefined if there is no function for it. */
function build(decoder, block) {
    if (shapes === undefined) shapes = binding.createShapes?.(spans) ?? null;
    if (shapes === null) return undefined;
    const index = binding.shape(decoder, shapes, block);
    if (index < 0) return undefined;
    const builder = builders[index] === undefined ? compile(index) : builders[index];
    return builder === null ? undefined : builder(block);
}

function compile(index) {
    try {
        const [skeleton, source] = binding.skeleton(shapes, index);
        const code = `'use strict'; return (text) => (${source});`;
        builders[index] = isSource(skeleton) ? new Function('spans', 'unescaped', code)(spans, unescaped) : null;
    } catch (error) {
        if (!(error instanceof EvalError)) throw error;
        shapes = null;
        return null;
    }
    return builders[index];
}

/** A skeleton is the source of an object. One that JSON.stringify would not have written may mean something else in JavaScript. */
const isSource = (skeleton) => !skeleton.includes('"__proto__":') && JSON.stringify(JSON.parse(skeleton)) === skeleton;

/** A value that has escapes in the document. */
function unescaped(text, number) {
    const from = spans[2 * number];
    const to = spans[2 * number + 1];
    return from >= 0 ? text.slice(from, to) : JSON.parse(text.slice(~from - 1, ~to + 1));
}

module.exports = { build };
