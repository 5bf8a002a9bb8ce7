'use strict';

// Makes the values of JSON texts from what the addon has read of them (src/value.h).

const binding = require('./binding.cjs');

const KIND = { STRING: 0, WIDE: 1, INTEGER: 2, NUMBER: 3, ARRAY: 4, OBJECT: 5, NAMED: 6 };
const END = 7 | (3 << 3);

const WORDS = [null, false, true];
/** Objects with the same names for which there is a function that was made for them. */
const WORTH_SOURCE = 2048;
const OWN = { configurable: true, enumerable: true, writable: true };

const tape = new Int32Array(4096);
const numbers = new Float64Array(1024);
/** Where in them, and in the strings, what comes next stands. */
let at = 0;
let numberAt = 0;
let strings = '';
let stringsAt = 0;
let wide = '';
let wideAt = 0;
/** For the names of an object the function that makes it. */
const makers = [];
let values;
let decoder;
let isReading = false;

/** What has a value of every kind: functions in which V8 has not seen some of them are compiled for the others alone. */
const EVERY_KIND = '[{"__proto__":null,"a":{}},"é",0.5,1,[{"a":""}]]';

/** The value of a JSON text, or of its bytes; undefined if JSON.parse has to read it. */
function readValue(handle, text) {
    // Whoever has put setters on prototypes of all objects may come back here.
    if (isReading) return undefined;
    isReading = true;
    decoder = handle;
    try {
        if (values === undefined) {
            values = binding.createValues(tape, numbers);
            first(EVERY_KIND);
        }
        return first(text);
    } finally {
        isReading = false;
        strings = wide = '';
        decoder = undefined;
    }
}

function first(text) {
    const piece = binding.readValue(decoder, values, text);
    if (piece === undefined) return undefined;
    begin(piece);
    return value();
}

function begin(piece) {
    at = numberAt = stringsAt = wideAt = 0;
    if (typeof piece === 'string') {
        strings = piece;
        wide = '';
    } else {
        [strings, wide] = piece;
    }
}

function value() {
    const word = tape[at++];
    switch (word & 7) {
        case KIND.STRING: {
            const from = stringsAt;
            stringsAt += word >> 3;
            return strings.slice(from, stringsAt);
        }
        case KIND.WIDE: {
            const from = wideAt;
            wideAt += word >> 3;
            return wide.slice(from, wideAt);
        }
        case KIND.INTEGER:
            return word >> 3;
        case KIND.NUMBER:
            return numbers[numberAt++];
        case KIND.ARRAY:
            return array(word >> 3);
        case KIND.OBJECT: {
            const maker = makers[word >> 3];
            return maker === undefined ? makerOf(word >> 3)() : maker();
        }
        case KIND.NAMED:
            return named(word >> 3);
        default:
            return special(word);
    }
}

function special(word) {
    if (word < END) return WORDS[word >> 3];
    if (word === END) begin(binding.moreValues(decoder, values));
    else makers[word >> 6] = undefined;
    return value();
}

function array(count) {
    if (count === 1) return [value()];
    if (count === 2) return [value(), value()];
    const list = [];
    for (let i = 0; i < count; i++) list[i] = value();
    return list;
}

/**
 * An object whose names stand before the values. Without a prototype it is a hash table from the start, and does not become another
 * kind of object with each name; nor does it inherit names, some of which cannot be assigned to.
 */
function named(count) {
    const object = { __proto__: null };
    for (let i = 0; i < count; i++) object[value()] = value();
    return Object.setPrototypeOf(object, Object.prototype);
}

/** A function that makes the objects whose names have this number. */
function makerOf(shape) {
    const names = binding.valueNames(values, shape);
    let left = WORTH_SOURCE;
    makers[shape] = () => {
        if (--left === 0) makers[shape] = compile(names) ?? makers[shape];
        const object = {};
        for (let i = 0; i < names.length; i++) setMember(object, names[i]);
        return object;
    };
    return makers[shape];
}

/** Objects inherit names, some of which cannot be assigned to. */
function setMember(object, name) {
    if (name in object) Object.defineProperty(object, name, { ...OWN, value: value() });
    else object[name] = value();
}

function compile(names) {
    const members = names.map((name) => `${JSON.stringify(name)}: value()`);
    try {
        return new Function('value', `'use strict'; return () => ({ ${members.join(', ')} });`)(value);
    } catch (error) {
        if (!(error instanceof EvalError)) throw error;
        return undefined;
    }
}

module.exports = { readValue };
