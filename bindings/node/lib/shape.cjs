'use strict';

// Builds the objects of documents that have the same skeleton (src/skeleton.h) by a function that was made for it.

const binding = require('./binding.cjs');
const { AT, word } = require('./block.cjs');

const MOST_VALUES = 256;
/** Where behind the spans the number of the block stands that they are those of, in two words, and its shape. */
const NUMBER = 2 * MOST_VALUES;
const SHAPE = NUMBER + 2;

/** Where the values of the last document begin and end in its block: `createShapes` of src/addon.c. */
const spans = new Int32Array(SHAPE + 1);
/** For each shape its function of an array of values, and how many there are; or null if its documents are for JSON.parse. */
const builders = [];
/** Those for the first objects: of the values themselves. */
const firstBuilders = [];
/** How many more objects have values that the addon cuts: until `valuesOf` is compiled, it takes longer. */
let firstLeft = 1000;
/** What the addon knows of shapes; null where there is none. */
let shapes;

/** The object that `JSON.parse` makes of the document in a block that is ASCII; undefined if there is no function for it. */
function build(decoder, block) {
    if (shapes === undefined) shapes = binding.createShapes?.(spans) ?? null;
    if (shapes === null) return undefined;
    const index = firstLeft > 0 ? buildFirst(decoder, block) : shapeOf(decoder, block);
    if (typeof index === 'object') return index;
    if (index < 0) return undefined;
    if (builders[index] === undefined) builders[index] = compile(index, true);
    const builder = builders[index];
    return builder === null ? undefined : builder.build(valuesOf(block, builder.count));
}

/** The object, or the number of the document's shape, or -1. */
function buildFirst(decoder, block) {
    firstLeft--;
    const index = binding.build(decoder, shapes, block, firstBuilders);
    if (typeof index === 'object' || index < 0 || firstBuilders[index] !== undefined) return index;
    firstBuilders[index] = compile(index, false)?.build ?? null;
    return firstBuilders[index] === null ? index : binding.build(decoder, shapes, block, firstBuilders);
}

/** The number of the document's shape, or -1. Where objects were asked for lately, it was found with the event. */
function shapeOf(decoder, block) {
    const isFound = spans[NUMBER] === word(block, AT.NUMBER) && spans[NUMBER + 1] === word(block, AT.NUMBER + 4);
    return isFound ? spans[SHAPE] : binding.shape(decoder, shapes, block);
}

/** The function of a shape, of an array of values or of the values themselves; or null. */
function compile(index, ofArray) {
    const [skeleton, source, count] = binding.skeleton(shapes, index, ofArray);
    if (!isSource(skeleton)) return null;
    const names = ofArray ? ['values'] : Array.from({ length: count }, (_, i) => `v${i}`);
    try {
        return { build: builderOf(names, source), count };
    } catch (error) {
        if (!(error instanceof EvalError)) throw error;
        return null;
    }
}

/** A document is the source of an object, but for this name, which may be written with escapes. */
const isSource = (skeleton) => !skeleton.includes('"__proto__"') && !skeleton.includes('\\');

function builderOf(names, source) {
    const [first] = names;
    if (first === undefined) return new Function(`return ${source};`);
    const loop = `if (${first} === undefined) { for (let i = 0; i < 1000; i++); return undefined; }`;
    const build = new Function(...names, `'use strict'; ${loop} return ${source};`);
    // V8 notes what a function does, and soon compiles it, once it has run for a while; a loop without work takes least of that.
    build();
    return build;
}

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
