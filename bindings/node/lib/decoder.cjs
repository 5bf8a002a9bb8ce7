'use strict';

const { checkOptions, inputOf } = require('./arguments.cjs');
const binding = require('./binding.cjs');
const { Block } = require('./block.cjs');
const { Event } = require('./event.cjs');
const { fail } = require('./fail.cjs');
const { Lease } = require('./lease.cjs');

/** Bytes of an event, its pairs, and bytes of a response that are allowed without settings. */
const DEFAULTS = { input: 16 << 20, pairs: 4096, response: 6 << 20 };
/** More does not fit into a string. */
const MAX_LIMIT = 256 << 20;

/**
 * The addon's decoders by their limits. They have no state between two calls, so all users with the
 * same limits share one. If there are too many, the oldest is removed here; its users keep it.
 */
const handles = new Map();
const MAX_HANDLES = 16;

function handleOf({ input, pairs, response }) {
    const key = `${input} ${pairs} ${response}`;
    let handle = handles.get(key);
    if (handle === undefined) {
        handle = binding.create(input, pairs, response);
        if (handles.size === MAX_HANDLES) handles.delete(handles.keys().next().value);
        handles.set(key, handle);
    }
    return handle;
}

/** Decodes events and encodes responses with limits of its own. */
class Decoder {
    #handle;

    constructor(limits = {}) {
        checkOptions('limits', limits, Object.keys(DEFAULTS));
        const all = { ...DEFAULTS, ...limits };
        for (const [name, value] of Object.entries(all)) {
            if (!(Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT)) {
                const error = new RangeError(
                    `apigw: limits.${name} must be a whole number from 1 to ${MAX_LIMIT}`,
                );
                error.code = 'ERR_OUT_OF_RANGE';
                throw error;
            }
        }
        this.#handle = handleOf(all);
    }

    get kernel() {
        return binding.kernel(this.#handle);
    }

    decode(input) {
        return decodeWith(this.#handle, input);
    }

    lease(input) {
        return leaseWith(this.#handle, input);
    }

    encodeResponse(init) {
        return response().encodeResponse(this.#handle, init);
    }

    decodeResponse(input, rules = 'gateway') {
        return response().decodeResponse(this.#handle, input, rules);
    }
}

const shared = handleOf(DEFAULTS);

let loaded;
/** Loaded when it is first wanted: not every function encodes responses with this package. */
function response() {
    loaded ??= require('./response.cjs');
    return loaded;
}

function decodeWith(handle, input) {
    const found = binding.decode(handle, inputOf(input));
    if (found === undefined) fail(handle);
    return new Event(handle, Block.from(found));
}

/**
 * An event that is too long for leased memory is one that is kept, as are all without the addon.
 */
function leaseWith(handle, input) {
    if (binding.lease === undefined) return decodeWith(handle, input);
    const lease = Lease.decode(handle, inputOf(input));
    if (lease === undefined) fail(handle);
    return lease === null ? decodeWith(handle, input) : new Event(handle, lease);
}

const decode = (input) => decodeWith(shared, input);
const lease = (input) => leaseWith(shared, input);
const encodeResponse = (init) => response().encodeResponse(shared, init);
const encodeWebSocketReply = (reply) => response().encodeWebSocketReply(shared, reply);
const decodeResponse = (input, rules = 'gateway') =>
    response().decodeResponse(shared, input, rules);

module.exports = { Decoder, lease, decode, encodeResponse, encodeWebSocketReply, decodeResponse };
