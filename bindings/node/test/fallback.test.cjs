'use strict';

// The library in WebAssembly alone. addon.test.cjs compares it with the addon, and the other tests
// run with it, too.

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const { Instance, Memory, RuntimeError } = WebAssembly;
/** The functions of the library that tests replace. */
const replaced = {};
WebAssembly.Instance = class {
    constructor(module) {
        const { exports } = new Instance(module);
        const replaceable = ([name, value]) =>
            typeof value === 'function'
                ? [name, (...values) => (replaced[name] ?? value)(...values)]
                : [name, value];
        this.exports = Object.fromEntries(Object.entries(exports).map(replaceable));
    }
};

const fallback = require('../lib/fallback.cjs');
const { ERRORS } = require('../lib/error.cjs');
const { eventOf, form } = require('./support.cjs');

const LIMITS = [16 << 20, 4096, 6 << 20];
const handle = fallback.create(...LIMITS);
const decode = (text, by = handle) => {
    const found = fallback.decode(by, Buffer.from(text));
    assert.notEqual(found, undefined, String(by.fault));
    return eventOf(by, found);
};

test('a trap is an error, and the next call works', () => {
    const event = decode('{"path":"/kept"}');
    replaced.apigw_decoder_decode_table = () => {
        throw new RuntimeError('unreachable');
    };
    assert.equal(fallback.decode(handle, '{}'), undefined);
    assert.deepEqual(fallback.fault(handle), [ERRORS.PANIC, 0, undefined]);
    delete replaced.apigw_decoder_decode_table;
    assert.equal(decode('{"path":"/next"}').path, '/next');
    assert.equal(event.path, '/kept');
});

test('memory that cannot grow is an error, and the next call works', () => {
    const { grow } = Memory.prototype;
    Memory.prototype.grow = () => {
        throw new RangeError('no memory');
    };
    const text = JSON.stringify({ body: 'a'.repeat(1 << 22) });
    assert.throws(() => decode(text), /^Error: apigw: out of memory$/);
    Memory.prototype.grow = grow;
    assert.equal(decode(text).body.length, 1 << 22);
});

test('inputs that are larger than the memory, and than what is kept', () => {
    for (let size = 1000; size < 16 << 20; size = size * 2 + 1) {
        const event = { path: '/é', body: '"é'.repeat(size / 4), headers: { host: 'h"' } };
        const text = JSON.stringify(event);
        if (text.length > 11 << 20) break;
        const found = decode(text);
        assert.equal(found.body, event.body);
        assert.equal(found.headers.get('host'), 'h"');
        assert.deepEqual(found.toJSON(), event);
        const response = fallback.encodeResponse(
            handle,
            200,
            0,
            0,
            ['a', 'b'],
            '\x01'.repeat(size),
            'a\nb',
        );
        if (size < 1 << 20) assert.equal(JSON.parse(response).body.length, size);
        else assert.equal(fallback.fault(handle)[0], ERRORS.RESPONSE_TOO_LONG);
    }
});

test('more headers than a call in JavaScript has arguments: the stack was exceeded', () => {
    const list = Array.from({ length: 150_000 }, (_, i) => [`h${i}`, 'v']).flat();
    const joined = list.join('\n');
    const response = fallback.encodeResponse(handle, 200, 0, 0, list, '', joined);
    assert.equal(Object.keys(JSON.parse(response).headers).length, 150_000);
});

test('more decoders than an instance keeps, in turn', () => {
    const all = Array.from({ length: 40 }, (_, i) => fallback.create(1 << 20, 2 + i, 1 << 20));
    for (let round = 0; round < 3; round++) {
        for (const [i, one] of all.entries()) {
            const list = (count) => `{"queryString":{"a":[${Array(count).fill(1)}]}}`;
            assert.equal(decode(list(2 + i), one).query.size, 2 + i);
            assert.equal(fallback.decode(one, list(3 + i)), undefined);
            assert.equal(fallback.fault(one)[0], ERRORS.TOO_MANY_PAIRS);
        }
    }
});

test('long bodies at every place', () => {
    const body = '"'.repeat(20_000);
    const members = {
        body,
        path: '/p"',
        stage: 1,
        headers: { a: '\n', host: 'é' },
        httpMethod: 'G',
    };
    const names = Object.keys(members);
    for (let first = 0; first < names.length; first++) {
        const order = [...names.slice(first), ...names.slice(0, first)];
        const event = Object.fromEntries(order.map((name) => [name, members[name]]));
        const found = decode(JSON.stringify(event));
        assert.deepEqual(found.toJSON(), event);
        assert.equal(found.body, body);
        const { headers, path, method } = found;
        assert.deepEqual([path, method, headers.get('host')], ['/p"', 'G', 'é']);
        assert.match(form(found), /"extras":\[\["stage","1"\]\]/);
    }
});
