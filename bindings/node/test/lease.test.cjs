'use strict';

// Events in memory that is used again.

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');
const { inspect } = require('node:util');

const { Generator } = require('./generate.cjs');
const { apigw, assertNoLeak, fixtures, form, thrown } = require('./support.cjs');

const HAS_ADDON = new apigw.Decoder().kernel !== 'wasm';
const RELEASED = { name: 'TypeError', message: 'apigw: the event was released' };
const event = (more) =>
    JSON.stringify({ httpMethod: 'GET', path: '/cats', headers: { host: 'a.example' }, ...more });
const LONG = 'b'.repeat(20_000);

/** All members but those that work after a release, as functions. */
const MEMBERS = Object.entries(Object.getOwnPropertyDescriptors(apigw.Event.prototype))
    .filter(([name]) => !['constructor', 'release'].includes(name))
    .map(([name, { get, value }]) => [name, get ?? value]);

test('leased events are those that decode gives', () => {
    const generator = new Generator(17);
    const inputs = fixtures().map(({ bytes }) => bytes);
    for (let i = 0; i < 1000; i++) inputs.push(Buffer.from(generator.event()));
    inputs.push(Buffer.from(event({ body: '漢"é'.repeat(9000) })), Buffer.from(event({ x: LONG })));
    let refused = 0;
    for (const bytes of inputs) {
        let decoded;
        try {
            decoded = apigw.decode(bytes);
        } catch (error) {
            const other = thrown(() => apigw.lease(bytes));
            assert.deepEqual([{ ...other }, other.message], [{ ...error }, error.message]);
            refused++;
            continue;
        }
        // Some members are read in the memory, and all from a block after others.
        const leased = apigw.lease(bytes);
        const names = [...decoded.headers.keys(), 'HOST', 'x-none', 'é', ''];
        for (const name of names) assert.equal(leased.headers.get(name), decoded.headers.get(name));
        for (const name of [
            'method',
            'path',
            'stage',
            'dialect',
            'bodyKind',
            'body',
            'isAscii',
            'websocketPhase',
        ]) {
            assert.equal(leased[name], decoded[name]);
        }
        if (decoded.bodyKind !== 'base64') assert.deepEqual(leased.bytes(), decoded.bytes());
        assert.equal(form(leased), form(decoded));
        assert.deepEqual(leased.toJSON(), decoded.toJSON());
        leased.release();
        const other = apigw.lease(bytes);
        assert.equal(form(other), form(decoded));
        other.release();
    }
    assert.ok(refused > 50, `${refused}`);
});

test('a body as bytes', () => {
    const binary = Buffer.from(Array.from({ length: 30_000 }, (_, i) => (i * 7) & 0xff));
    for (const length of [0, 1, 100, 12_000, 30_000]) {
        const bytes = binary.subarray(0, length);
        for (let i = 0; i < 3; i++) {
            const leased = apigw.lease(
                event({ body: bytes.toString('base64'), isBase64Encoded: true }),
            );
            assert.deepEqual(leased.bytes(), bytes);
            assert.equal(leased.bytes(), leased.bytes());
            assert.equal(leased.body, bytes.toString('base64'));
            leased.release();
        }
    }
    const broken = apigw.lease(event({ body: 'YQ=', isBase64Encoded: true }));
    assert.equal(thrown(() => broken.bytes()).number, apigw.ERRORS.INVALID_BASE64);
    broken.release();
    assert.equal(apigw.lease(event({ body: '{"a":1}' })).json().a, 1);
});

test('an event that was released says so, whatever it is asked', () => {
    assert.ok(MEMBERS.length > 40);
    for (const more of [{}, { body: LONG }]) {
        for (const make of [apigw.decode, apigw.lease]) {
            for (const use of [
                () => {},
                form,
                (one) => [one.headers, one.query, one.body, one.bytes()],
            ]) {
                const one = make(event(more));
                use(one);
                one.release();
                one.release();
                one[Symbol.dispose]();
                assert.equal(inspect(one), 'Event (released)');
                for (const [name, action] of MEMBERS) {
                    if (typeof name === 'symbol') continue;
                    assert.throws(() => action.call(one, 'x'), RELEASED, name);
                }
            }
        }
    }
});

test('what is left of an event that was released has nothing of others', () => {
    const decoder = new apigw.Decoder();
    const first = decoder.lease(event({ body: 'first' }));
    const [headers, opened, path, bytes] = [first.headers, first.query, first.path, first.bytes()];
    assert.equal(opened.size, 0);
    first.release();
    const second = decoder.lease(
        JSON.stringify({ path: '/dogs', headers: { host: 'b.example', x: 'y' }, body: 'other' }),
    );
    if (HAS_ADDON) {
        assert.throws(() => headers.get('host'), RELEASED);
        assert.throws(() => headers.get('x'), RELEASED);
        assert.throws(() => [...headers], RELEASED);
    }
    assert.deepEqual([path, bytes.toString()], ['/cats', 'first']);
    if (HAS_ADDON) assert.throws(() => opened.size, RELEASED);
    assert.deepEqual([second.path, second.headers.get('x')], ['/dogs', 'y']);
});

test('many at once, released in any order', () => {
    const decoder = new apigw.Decoder();
    const held = [];
    let seed = 1;
    for (let i = 0; i < 5000; i++) {
        const body = i % 16 === 0 ? `${i}${LONG}` : `${i}`;
        held.push([
            `/${i}`,
            body,
            decoder.lease(event({ path: `/${i}`, headers: { host: `${i}` }, body })),
        ]);
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        while (held.length > seed % 32) {
            const [[path, text, one]] = held.splice(seed % held.length, 1);
            assert.deepEqual(
                [one.path, one.body, one.headers.get('host')],
                [path, text, path.slice(1)],
            );
            assert.equal(one.bytes().toString(), text);
            one.release();
        }
    }
});

test('bytes that an event has given stay what they are', () => {
    const decoder = new apigw.Decoder();
    for (const body of [LONG, 'short']) {
        const first = decoder.lease(event({ body }));
        const bytes = first.bytes();
        first.release();
        for (let i = 0; i < 20; i++) {
            const other = decoder.lease(event({ body: `${i}${body}` }));
            assert.equal(other.bytes().toString(), `${i}${body}`);
            other.release();
        }
        assert.equal(bytes.toString(), body);
    }
});

test('what is no event leaves the decoder as it was', () => {
    const decoder = new apigw.Decoder({ input: 30_000 });
    for (let i = 0; i < 100; i++) {
        for (const wrong of [null, undefined, 1, {}, new Uint16Array(2)]) {
            assert.throws(() => decoder.lease(wrong), TypeError);
        }
        assert.equal(
            thrown(() => decoder.lease(`{"path":"${LONG}${LONG}"}`)).number,
            apigw.ERRORS.INPUT_TOO_LONG,
        );
        assert.equal(
            thrown(() => decoder.lease(`{"path":"${LONG}`)).number,
            apigw.ERRORS.UNEXPECTED_END,
        );
        assert.equal(thrown(() => decoder.lease('{"path":1}')).member, 'path');
        const one = decoder.lease(event({ body: i % 2 === 0 ? LONG : 'short' }));
        assert.deepEqual([one.path, one.bytes().length], ['/cats', i % 2 === 0 ? 20_000 : 5]);
        one.release();
    }
});

test('a hundred thousand events, released or forgotten, leave the memory as it was', () => {
    const inputs = [event({ body: LONG }), event({}), event({ body: '漢'.repeat(9000) })].map(
        (text) => Buffer.from(text),
    );
    let length = 0;
    const run = (count) => {
        for (let i = 0; i < count; i++) {
            const one = apigw.lease(inputs[i % inputs.length]);
            length += one.path.length + one.headers.get('host').length + (one.bytes()?.length ?? 0);
            if (i % 7 !== 0) one.release();
        }
    };
    assertNoLeak(run, 100_000, 100_000);
    assert.ok(length > 0);
});
