'use strict';

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const { apigw, fixtures, form, thrown } = require('./support.cjs');

const TEXT = '{"path":"/cats","body":"x"}';

test('what is neither bytes nor a string is a TypeError', () => {
    const wrong = [
        undefined,
        null,
        0,
        1n,
        true,
        Symbol('s'),
        {},
        [],
        [123, 125],
        () => TEXT,
        new Date(),
        new Map(),
        new Proxy({}, {}),
        new ArrayBuffer(2),
        new DataView(new ArrayBuffer(2)),
        new Uint16Array(2),
        new Int8Array(2),
        new Float64Array(1),
        new String(TEXT),
        new Proxy(Buffer.from(TEXT), {}),
    ];
    for (const input of wrong) {
        for (const call of [
            apigw.decode,
            (it) => new apigw.Decoder().decode(it),
            apigw.decodeResponse,
        ]) {
            assert.throws(() => call(input), {
                name: 'TypeError',
                message: /Buffer, a Uint8Array or a string/,
            });
        }
    }
    assert.throws(() => apigw.decode(), TypeError);
});

test('memory that is gone is an event without bytes', () => {
    const detached = new Uint8Array(Buffer.from(TEXT));
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const error = thrown(() => apigw.decode(detached));
    assert.deepEqual([error.kind, error.offset], ['unexpected-end', 0]);
});

test('memory that shrinks and grows is read as it is now', () => {
    const buffer = new ArrayBuffer(TEXT.length, { maxByteLength: 1 << 16 });
    const all = new Uint8Array(buffer);
    const fixed = new Uint8Array(buffer, 0, TEXT.length);
    all.set(Buffer.from(TEXT));
    assert.equal(apigw.decode(all).path, '/cats');
    buffer.resize(1 << 15);
    all.fill(0x20, TEXT.length);
    const event = apigw.decode(all);
    assert.equal(event.path, '/cats');
    buffer.resize(5);
    assert.equal(thrown(() => apigw.decode(all)).offset, 5);
    // A view that reaches beyond its memory has no bytes.
    assert.equal(thrown(() => apigw.decode(fixed)).offset, 0);
    buffer.resize(0);
    assert.equal(event.body, 'x');
});

test('memory that other threads share', () => {
    for (const size of [TEXT.length, 1 << 16]) {
        const shared = new Uint8Array(new SharedArrayBuffer(size)).fill(0x20);
        shared.set(Buffer.from(TEXT));
        const event = apigw.decode(shared);
        shared.fill(0);
        assert.deepEqual(event.toJSON(), JSON.parse(TEXT));
    }
});

test('a lone surrogate in a string is refused where its bytes would be', () => {
    const cases = [
        ['{"path":"\ud800"}', 9, 'path'],
        ['{"path":"\udc00\ud800"}', 9, 'path'],
        ['{"headers":{"é😀\udfff":"a"}}', 19, 'headers'],
        ['{"body":"漢\ud83d"}', 12, 'body'],
        ['\ud800', 0, undefined],
    ];
    for (const [text, offset, member] of cases) {
        for (const call of [apigw.decode, apigw.lease]) {
            const error = thrown(() => call(text));
            const bytes = Buffer.from(text);
            bytes.set([0xed, 0xa0, 0x80], offset);
            const ofBytes = thrown(() => call(bytes));
            assert.deepEqual([{ ...error }, error.message], [{ ...ofBytes }, ofBytes.message]);
            assert.equal(error.member, member);
            if (offset > 0) assert.deepEqual([error.kind, error.offset], ['invalid-utf8', offset]);
        }
    }
    // What is wrong before it is said first, and so is the length.
    assert.equal(thrown(() => apigw.decode('{"path":1,"body":"\ud800"}')).kind, 'wrong-type');
    const small = new apigw.Decoder({ input: 10 });
    assert.equal(thrown(() => small.decode('{"path":"\ud800"}')).kind, 'input-too-long');
    const response = thrown(() => apigw.decodeResponse('{"statusCode":200,"body":"\udc00"}'));
    assert.deepEqual(
        [response.kind, response.offset, response.member],
        ['invalid-utf8', 26, 'body'],
    );
    // As an escape, it is JSON that stands for no text.
    assert.equal(thrown(() => apigw.decode('{"path":"\\ud800"}')).kind, 'lone-surrogate');
    assert.equal(apigw.decode('{"path":"😀"}').path, '😀');
});

test('a lone surrogate in a response is refused, in text as in headers', () => {
    const fault = (action) => {
        const error = thrown(action);
        assert.ok(error instanceof apigw.ApigwError, error.stack);
        return [error.kind, error.offset, error.member];
    };
    const encode = (response) => fault(() => apigw.encodeResponse(response));
    for (const encoding of ['auto', 'text', 'base64']) {
        assert.deepEqual(encode({ body: 'é\ud800', encoding }), ['invalid-utf8', 2, 'body']);
    }
    assert.deepEqual(encode({ headers: { a: 'b', c: 'é\udfff' } }), [
        'invalid-header-value',
        2,
        'headers.c',
    ]);
    assert.deepEqual(encode({ headers: { 'a\ud800': 'b' } }), [
        'invalid-header-name',
        1,
        'headers',
    ]);
    for (const name of ['errorMessage', 'connectionId', 'protocol', 'extensions']) {
        assert.deepEqual(
            fault(() => apigw.encodeWebSocketReply({ [name]: 'ab\ud800' })),
            ['invalid-utf8', 2, name],
        );
    }
});

test('limits at -1, 0 and +1', () => {
    const event = (length) => `{"body":"${'a'.repeat(length - 11)}"}`;
    const decoder = new apigw.Decoder({ input: 1000, pairs: 3 });
    for (const length of [999, 1000])
        assert.equal(decoder.decode(event(length)).body.length, length - 11);
    assert.equal(thrown(() => decoder.decode(event(1001))).number, apigw.ERRORS.INPUT_TOO_LONG);
    assert.equal(apigw.decode(event(1001)).body.length, 990);
    const query = (count) => JSON.stringify({ queryString: { a: Array(count).fill('x') } });
    assert.equal(decoder.decode(query(3)).query.size, 3);
    const error = thrown(() => decoder.decode(query(4)));
    assert.deepEqual([error.number, error.member], [apigw.ERRORS.TOO_MANY_PAIRS, 'queryString']);
    assert.equal(apigw.decode(query(4096)).query.size, 4096);
    assert.equal(thrown(() => apigw.decode(query(4097))).kind, 'too-many-pairs');
    const most = 16 << 20;
    assert.equal(apigw.decode(event(most)).body.length, most - 11);
    assert.equal(thrown(() => apigw.decode(event(most + 1))).kind, 'input-too-long');
    const encoder = new apigw.Decoder({ response: 100 });
    assert.equal(
        thrown(() => encoder.encodeResponse({ body: 'a'.repeat(100) })).kind,
        'response-too-long',
    );
});

test('memory of 4 GiB, shared or not, and a long string are refused without a copy', () => {
    const size = 2 ** 32;
    const peak = () => process.resourceUsage().maxRSS / 1024;
    const inputs = [
        // Memory that is not touched takes no memory of the system.
        new Uint8Array(new ArrayBuffer(size)),
        new Uint8Array(new SharedArrayBuffer(size)),
        new Uint8Array(new ArrayBuffer(1, { maxByteLength: size })),
        Buffer.alloc(2 ** 27, 'a').latin1Slice(),
    ];
    inputs[2].buffer.resize(size);
    apigw.encodeResponse({});
    const before = peak();
    for (const input of inputs) {
        const name = input.buffer?.constructor.name ?? 'string';
        for (const call of [apigw.decode, apigw.lease, apigw.decodeResponse]) {
            const error = thrown(() => call(input));
            assert.deepEqual([error.kind, error.offset], ['input-too-long', 16 << 20], name);
        }
    }
    const more = peak() - before;
    assert.ok(more < 64, `${more} MiB more`);
});

test('impossible limits', () => {
    for (const value of [0, -1, 1.5, Number.NaN, Infinity, '1', null, 2 ** 28 + 1, 2 ** 32, {}]) {
        for (const name of ['input', 'pairs', 'response']) {
            assert.throws(() => new apigw.Decoder({ [name]: value }), {
                name: 'RangeError',
                message: new RegExp(name),
            });
        }
    }
});

test('a decoder goes on after an error', () => {
    const decoder = new apigw.Decoder();
    for (const { bytes, form: golden } of fixtures()) {
        if (golden === undefined) thrown(() => decoder.decode(bytes));
        else assert.equal(form(decoder.decode(bytes)), golden);
    }
});

test('every prefix of an event is refused where it ends', () => {
    const bytes = Buffer.from(
        '{"headers":{"a":"\\u00e9漢"},"queryString":{"b":[true,"c"]},"x":[1.5e3,null],' +
            '"body":"\\"\\\\"}',
    );
    for (let length = 0; length < bytes.length; length++) {
        const error = thrown(() => apigw.decode(bytes.subarray(0, length)));
        assert.ok(error instanceof apigw.ApigwError);
        assert.throws(() => JSON.parse(bytes.toString('utf8', 0, length)), SyntaxError);
    }
    apigw.decode(bytes);
});

test('bytes at random give an event or an error', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647);
    const bytes = Buffer.from(
        '{"httpMethod":"GET","headers":{"host":"a","x":"\\n漢"},"body":"{\\"a\\":1}",' +
            '"n":[1,{"b":null}]}',
    );
    let accepted = 0;
    for (let i = 0; i < 20_000; i++) {
        const input = Buffer.from(bytes);
        for (let k = random() % 3; k >= 0; k--) input[random() % input.length] = random() % 256;
        try {
            const event = apigw.decode(input);
            assert.deepEqual(event.toJSON(), JSON.parse(input.toString()));
            accepted++;
        } catch (error) {
            assert.ok(error instanceof apigw.ApigwError, error.stack);
            assert.ok(error.offset <= input.length);
        }
    }
    assert.ok(accepted > 100);
});

test('methods on objects that are no events throw a TypeError', () => {
    const event = apigw.decode(TEXT);
    const methods = ['bytes', 'text', 'json', 'form', 'cookies', 'toJSON'];
    for (const name of methods) assert.throws(() => event[name].call({}), TypeError);
    const getter = Object.getOwnPropertyDescriptor(apigw.Event.prototype, 'path').get;
    for (const other of [{}, apigw.Event.prototype, Object.create(event)])
        assert.throws(() => getter.call(other), TypeError);
    assert.throws(() => apigw.Pairs.prototype.get.call({}, 'a'), TypeError);
});

test('arguments of look-ups are strings, as in URLSearchParams', () => {
    const { query } = apigw.decode('{"queryString":{"1":"a","null":"b","undefined":"c"}}');
    assert.deepEqual(
        [query.get(1), query.get(null), query.get(undefined), query.get({})],
        ['a', 'b', 'c', undefined],
    );
    assert.throws(() => query.get(Symbol('s')), TypeError);
    assert.throws(() => query.forEach(null), TypeError);
});
