'use strict';

const binding = require('./binding.cjs');

/** Throws what the last call on a decoder has failed with. */
function fail(decoder, member) {
    const [code, offset, found] = binding.fault(decoder);
    const { ApigwError } = require('./error.cjs');
    throw new ApigwError(code, offset, found ?? member);
}

module.exports = { fail };
