'use strict';

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const { apigw, thrown } = require('./support.cjs');

const { decodeResponse, encodeResponse, encodeWebSocketReply } = apigw;
const written = (response) => JSON.parse(encodeResponse(response));

test('a response is the JSON that is documented', () => {
    const headers = { 'Content-Type': 'text/plain', 'set-cookie': ['a=1', 'b=2'], age: 3 };
    const encoded = encodeResponse({ status: 404, headers, body: 'no "cat"\n漢😀' });
    assert.ok(Buffer.isBuffer(encoded));
    assert.deepEqual(JSON.parse(encoded), {
        isBase64Encoded: false,
        statusCode: 404,
        headers: { 'Content-Type': 'text/plain', 'set-cookie': ['a=1', 'b=2'], age: '3' },
        body: 'no "cat"\n漢😀',
    });
});

test('what is not given', () => {
    for (const response of [
        {},
        { headers: null, body: null },
        { status: undefined, headers: [], body: '' },
    ]) {
        assert.deepEqual(written(response), {
            isBase64Encoded: false,
            statusCode: 200,
            headers: {},
            body: '',
        });
    }
});

test('the beginning of a streamed response', () => {
    const headers = { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] };
    const response = { headers, body: Buffer.from([0xff, 0]), encoding: 'stream' };
    const encoded = encodeResponse({ ...response, dialect: 'aws-function-url' });
    const zeros = encoded.indexOf(Buffer.alloc(8));
    assert.deepEqual(JSON.parse(encoded.subarray(0, zeros)), {
        statusCode: 200,
        headers: { 'content-type': 'text/plain' },
        cookies: ['a=1', 'b=2'],
    });
    assert.deepEqual([...encoded.subarray(zeros + 8)], [0xff, 0]);
    const error = thrown(() => encodeResponse({ ...response, dialect: 'aws-alb' }));
    assert.equal(error.code, 'ERR_APIGW_NO_RESPONSE');
});

test('headers in every form', () => {
    const pairs = [
        ['a', '1'],
        ['b', '2'],
        ['A', '3'],
    ];
    const want = { a: ['1', '3'], b: '2' };
    const event = apigw.decode('{"headers":{"a":"1","b":"2","A":"3"}}');
    for (const headers of [pairs, event.headers, new Map(pairs), pairs.values()]) {
        assert.deepEqual(written({ headers }).headers, want);
    }
    assert.deepEqual(
        written({
            headers: new Headers([
                ['b', 'x'],
                ['set-cookie', 'a'],
                ['set-cookie', 'b'],
            ]),
        }).headers,
        {
            b: 'x',
            'set-cookie': ['a', 'b'],
        },
    );
    const odd = Object.fromEntries([
        ['__proto__', 'x'],
        ['constructor', 'y'],
    ]);
    assert.deepEqual(Object.entries(written({ headers: odd }).headers), Object.entries(odd));
});

test('bodies in every form', () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0, 1);
    for (const body of [
        bytes,
        Buffer.from(bytes),
        bytes.buffer,
        new DataView(bytes.buffer),
        new Uint16Array(bytes.buffer),
    ]) {
        const encoded = written({ body });
        assert.equal(encoded.isBase64Encoded, true);
        assert.deepEqual(Buffer.from(encoded.body, 'base64'), Buffer.from(bytes));
    }
    assert.equal(written({ body: Buffer.from('漢') }).body, '漢');
    assert.equal(written({ body: 'a', encoding: 'base64' }).body, 'YQ==');
    for (const length of [1, 63, 64, 65, 4096, 100_000, 3_000_000]) {
        assert.equal(written({ body: 'a"'.repeat(length / 2) }).body, 'a"'.repeat(length / 2));
        assert.equal(
            written({ body: new Uint8Array(length).fill(0xff) }).body.length,
            4 * Math.ceil(length / 3),
        );
    }
});

test('what must not be sent is refused, with its place', () => {
    const fault = (response) => {
        const error = thrown(() => encodeResponse(response));
        assert.ok(error instanceof apigw.ApigwError, error.stack);
        return [error.kind, error.offset, error.member];
    };
    assert.deepEqual(fault({ headers: { a: 'b\r\nc: d' } }), [
        'invalid-header-value',
        1,
        'headers.a',
    ]);
    assert.deepEqual(fault({ headers: { 'a b': '' } }), ['invalid-header-name', 1, 'headers.a b']);
    assert.deepEqual(fault({ headers: { '': 'x' } }).slice(0, 2), ['invalid-header-name', 0]);
    assert.equal(fault({ body: Buffer.from([0x61, 0xff]), encoding: 'text' })[0], 'invalid-utf8');
    assert.equal(fault({ body: 'a'.repeat(6 << 20) })[0], 'response-too-long');
    for (const status of [0, 99, 1000, -200, 200.5, Number.NaN, 2 ** 32 + 200])
        assert.equal(fault({ status })[0], 'invalid-status');
});

test('other values than responses are a TypeError', () => {
    const wrong = [
        undefined,
        null,
        { headers: 'a: b' },
        { headers: { a: null } },
        { headers: { a: {} } },
        { headers: [1] },
        { body: 1 },
        { body: {} },
        { encoding: 'utf8' },
        { dialect: 'aws' },
        { dialect: 1 },
        { status: '200' },
        { status: null },
    ];
    for (const response of wrong)
        assert.throws(() => encodeResponse(response), TypeError, JSON.stringify(response));
});

test('a reply to a client that wants to connect', () => {
    const reply = JSON.parse(
        encodeWebSocketReply({ connectionId: 'id"1', protocol: 'chat', extensions: 'x' }),
    );
    assert.deepEqual(reply, {
        errNo: 0,
        errMsg: 'ok',
        websocket: {
            action: 'connecting',
            secConnectionID: 'id"1',
            secWebSocketProtocol: 'chat',
            secWebSocketExtensions: 'x',
        },
    });
    const refusal = JSON.parse(
        encodeWebSocketReply({ errorNumber: -1, errorMessage: '漢', connectionId: 'i' }),
    );
    assert.deepEqual(
        [refusal.errNo, refusal.errMsg, refusal.websocket.secWebSocketProtocol],
        [-1, '漢', undefined],
    );
    for (const wrong of [
        { errorNumber: 1.5 },
        { errorNumber: '0' },
        { connectionId: 1 },
        { protocol: null },
    ]) {
        assert.throws(() => encodeWebSocketReply(wrong), TypeError);
    }
});

test('a response is read back', () => {
    const response = {
        status: 201,
        headers: [
            ['a', '1'],
            ['set-cookie', 'x'],
            ['set-cookie', 'y'],
        ],
        body: Buffer.from('é"'),
    };
    assert.deepEqual(decodeResponse(encodeResponse(response), 'strict'), {
        ...response,
        encoding: 'text',
    });
    const binary = decodeResponse(encodeResponse({ body: Uint8Array.of(255, 0) }), 'strict');
    assert.deepEqual([binary.body, binary.encoding], [Buffer.from([255, 0]), 'base64']);
    assert.deepEqual(decodeResponse(encodeResponse(binary), 'strict'), binary);
    assert.deepEqual(new apigw.Decoder().decodeResponse('{"statusCode":"204"}').status, 204);
});

test('rules of reading', () => {
    const lax = '{"isBase64Encoded":"false","statusCode":"200","headers":{"a":1},"body":null}';
    assert.deepEqual(decodeResponse(lax, 'gateway').headers, [['a', '1']]);
    const error = thrown(() => decodeResponse(lax, 'strict'));
    assert.deepEqual([error.kind, error.member], ['wrong-type', 'isBase64Encoded']);
    assert.equal(thrown(() => decodeResponse('{"body":"x"}')).kind, 'missing-member');
    const url = decodeResponse('{"hello":"world"}', 'function-url');
    assert.deepEqual(
        [url.status, url.headers, String(url.body)],
        [200, [['content-type', 'application/json']], '{"hello":"world"}'],
    );
    assert.equal(String(decodeResponse('"any"', 'pass-through').body), '"any"');
    for (const rules of ['', 'Strict', 0, null, '__proto__'])
        assert.throws(() => decodeResponse('{}', rules), TypeError);
});
