'use strict';

// Builds the objects of documents that have the same skeleton (src/skeleton.h) by a function that was made for it.

const binding = require('./binding.cjs');
const { AT, string } = require('./block.cjs');

const MOST_VALUES = 256;
const TOKEN = /"((?:[^"\\]|\\.)*)"(:?)|[[\]{}]/g;

/** Where the values of the last document begin and end in its block. */
const spans = new Int32Array(2 * MOST_VALUES);
/** For each shape its function, or null if its documents are for JSON.parse. */
const builders = [];
/** What the addon knows of shapes; null where there is none, or where code must not be made at run time. */
let shapes;

/** The object that `JSON.parse` makes of the document in a block that is ASCII; undefined if there is no function for it. */
function build(decoder, block) {
    if (shapes === undefined) shapes = binding.createShapes?.() ?? null;
    if (shapes === null) return undefined;
    const index = binding.shape(decoder, shapes, block, spans);
    if (index < 0) return undefined;
    const builder = builders[index];
    if (builder === null) return undefined;
    return builder === undefined ? compile(index)?.(block) : builder(block);
}

function compile(index) {
    try {
        const source = sourceOf(binding.skeleton(shapes, index));
        builders[index] =
            source === null ? null : new Function('spans', 'parse', 'body', source)(spans, JSON.parse, body);
    } catch (error) {
        if (!(error instanceof EvalError)) throw error;
        shapes = null;
        return undefined;
    }
    return builders[index];
}

const body = (block) => string(block, undefined, AT.BODY);

/** A skeleton is the source of an object. One that JSON.stringify would not have written may mean something else in JavaScript. */
function sourceOf(skeleton) {
    if (skeleton.includes('"__proto__":') || JSON.stringify(JSON.parse(skeleton)) !== skeleton) return null;
    let at = 0;
    let depth = 0;
    let name;
    const object = skeleton.replace(TOKEN, (token, content, colon) => {
        if (content === undefined) {
            depth += token === '{' || token === '[' ? 1 : -1;
            return token;
        }
        if (colon !== '') {
            name = content;
            return token;
        }
        const [from, to] = [at++, at++];
        if (content === '') return `text.slice(spans[${from}], spans[${to}])`;
        // The addon has taken the escapes out of it.
        if (depth === 1 && name === 'body') return `body(text)`;
        return `parse(text.slice(spans[${from}] - 1, spans[${to}] + 1))`;
    });
    return `'use strict'; return (text) => (${object});`;
}

module.exports = { build };
