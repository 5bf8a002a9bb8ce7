'use strict';

const binding = require('./binding.cjs');
const { Event, fail } = require('./event.cjs');
const response = require('./response.cjs');

/** Bytes of an event, its pairs, and bytes of a response that are allowed without settings. */
const DEFAULTS = { input: 16 << 20, pairs: 4096, response: 6 << 20 };
/** More does not fit into a string. */
const MOST = 256 << 20;

/** Decodes events and encodes responses with limits of its own. */
class Decoder {
    #handle;

    constructor(limits = {}) {
        const { input, pairs, response } = { ...DEFAULTS, ...limits };
        for (const [name, value] of Object.entries({ input, pairs, response })) {
            if (!(Number.isInteger(value) && value >= 1 && value <= MOST)) {
                throw new RangeError(`apigw: the limit ${name} is a whole number from 1 to ${MOST}`);
            }
        }
        this.#handle = binding.create(input, pairs, response);
    }

    get kernel() {
        return binding.kernel(this.#handle);
    }

    decode(input) {
        return decodeWith(this.#handle, input);
    }

    encodeResponse(answer) {
        return response.encodeResponse(this.#handle, answer);
    }

    decodeResponse(input, rules = 'gateway') {
        return response.decodeResponse(this.#handle, input, rules);
    }
}

const shared = binding.create(DEFAULTS.input, DEFAULTS.pairs, DEFAULTS.response);

function decodeWith(handle, input) {
    const block = binding.decode(handle, input);
    if (typeof block === 'string') return new Event(handle, block, undefined, undefined);
    if (block === undefined) fail(handle);
    return new Event(handle, block[0], block[1], block[2]);
}

const decode = (input) => decodeWith(shared, input);
const encodeResponse = (answer) => response.encodeResponse(shared, answer);
const encodeWebSocketReply = (reply) => response.encodeWebSocketReply(shared, reply);
const decodeResponse = (input, rules = 'gateway') => response.decodeResponse(shared, input, rules);

module.exports = { Decoder, decode, encodeResponse, encodeWebSocketReply, decodeResponse };
