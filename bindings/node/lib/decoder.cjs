'use strict';

const binding = require('./binding.cjs');
const { Event } = require('./event.cjs');
const { fail } = require('./fail.cjs');

/** Bytes of an event, its pairs, and bytes of a response that are allowed without settings. */
const DEFAULTS = { input: 16 << 20, pairs: 4096, response: 6 << 20 };
/** More does not fit into a string. */
const MOST = 256 << 20;

/** Decodes events and encodes responses with limits of its own. */
class Decoder {
    #handle;
    #pool;

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

    lease(input) {
        this.#pool ??= new (leases().Pool)();
        return leaseWith(this.#handle, this.#pool, input);
    }

    encodeResponse(answer) {
        return response().encodeResponse(this.#handle, answer);
    }

    decodeResponse(input, rules = 'gateway') {
        return response().decodeResponse(this.#handle, input, rules);
    }
}

const shared = binding.create(DEFAULTS.input, DEFAULTS.pairs, DEFAULTS.response);

/** A module that is loaded when it is first wanted. */
function lazy(load) {
    let loaded;
    return () => {
        loaded ??= load();
        return loaded;
    };
}

const leases = lazy(() => require('./lease.cjs'));
const response = lazy(() => require('./response.cjs'));

const decodeAhead = binding.decodeAhead ?? binding.decode;

function decodeWith(handle, input) {
    const found = decodeAhead(handle, input, earlyEvent);
    if (typeof found === 'string') return new Event(handle, found, undefined, undefined, undefined, undefined);
    if (found === undefined) fail(handle);
    return Array.isArray(found) ? new Event(handle, found[0], found[1], found[2], undefined, undefined) : found;
}

/** An event of which the addon has read at once what is asked for most. */
function earlyEvent(handle, block, method, path, body) {
    return new Event(handle, block, undefined, undefined, { method, path, body, whole: undefined }, undefined);
}

function leaseWith(handle, pool, input) {
    return binding.lease === undefined ? decodeWith(handle, input) : leases().lease(handle, pool, input);
}

let sharedPool;
function lease(input) {
    sharedPool ??= new (leases().Pool)();
    return leaseWith(shared, sharedPool, input);
}
const decode = (input) => decodeWith(shared, input);

/** Code is compiled when it is first called, and again after some calls. The first requests would wait for that. */
function prepare() {
    const event = decode('{"httpMethod":"GET","path":"/","headers":{"host":"localhost"},"body":""}');
    return [event.method, event.path, event.headers.get('host'), event.body];
}
if (binding.decodeAhead !== undefined) for (let i = 0; i < 20; i++) prepare();

const encodeResponse = (answer) => response().encodeResponse(shared, answer);
const encodeWebSocketReply = (reply) => response().encodeWebSocketReply(shared, reply);
const decodeResponse = (input, rules = 'gateway') => response().decodeResponse(shared, input, rules);

module.exports = { Decoder, lease, decode, encodeResponse, encodeWebSocketReply, decodeResponse };
