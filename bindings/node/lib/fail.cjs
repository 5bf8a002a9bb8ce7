'use strict';

const binding = require('./binding.cjs');

/** Throws why the last call on a decoder has failed. */
function fail(decoder, member) {
    const [number, offset, found] = binding.fault(decoder);
    const { ApigwError } = require('./error.cjs');
    throw new ApigwError(number, offset, found ?? member);
}

/** The value of a JSON text. */
function parseJson(decoder, text, member) {
    try {
        return JSON.parse(text);
    } catch (error) {
        // Says where and what, as for every other text.
        if (binding.json(decoder, text) === undefined) fail(decoder, member);
        throw error;
    }
}

module.exports = { fail, parseJson };
