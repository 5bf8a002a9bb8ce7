'use strict';

// Builds the objects of documents that have the same skeleton (src/skeleton.h) by a function that was made for it.

const binding = require('./binding.cjs');

const MOST_VALUES = 256;

/** Where the values of the last document begin and end in its block: `createShapes` of src/addon.c. */
const spans = new Int32Array(2 * MOST_VALUES);
/** For each shape its function of the values, or null if its documents are for JSON.parse. */
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
    return builder === null ? undefined : builder.build(valuesOf(block, builder.count));
}

function compile(index) {
    try {
        const [skeleton, source, count] = binding.skeleton(shapes, index);
        builders[index] = isSource(skeleton) ? { build: builderOf(source), count } : null;
    } catch (error) {
        if (!(error instanceof EvalError)) throw error;
        shapes = null;
        return null;
    }
    return builders[index];
}

/** V8 notes how a function behaves, and soon compiles it, once it has run for a while; a loop without work takes least of that. */
function builderOf(source) {
    const code = `'use strict';
if (values === undefined) { for (let i = 0; i < 1000; i++); return undefined; }
return ${source};`;
    const build = new Function('values', code);
    build(undefined);
    return build;
}

/** A document is the source of an object, but for this name, which may be written with escapes. */
const isSource = (skeleton) => !skeleton.includes('"__proto__"') && !skeleton.includes('\\');

/**
 * The values whose spans are at hand. That one loop cuts them for all shapes, and not the function for each shape, halves the time
 * until that is compiled.
 */
function valuesOf(text, count) {
    const values = new Array(count);
    for (let i = 0; i < count; i++) {
        const from = spans[2 * i];
        const to = spans[2 * i + 1];
        values[i] = from >= 0 ? text.slice(from, to) : JSON.parse(text.slice(~from - 1, ~to + 1));
    }
    return values;
}

module.exports = { build };
