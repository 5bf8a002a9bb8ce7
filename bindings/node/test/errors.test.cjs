'use strict';

// What errors say: codes, numbers, and the names of arguments.

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const { apigw, thrown } = require('./support.cjs');

test('an error has a code of Node, a number and a kind', () => {
    const error = thrown(() => apigw.decode('{"path":404}'));
    assert.ok(error instanceof apigw.ApigwError);
    const { name, code, number, kind, offset, member } = error;
    assert.deepEqual(
        { name, code, number, kind, offset, member },
        {
            name: 'ApigwError',
            code: 'ERR_APIGW_WRONG_TYPE',
            number: 33,
            kind: 'wrong-type',
            offset: 8,
            member: 'path',
        },
    );
    assert.equal(apigw.ERRORS.WRONG_TYPE, 33);
    assert.equal(
        error.message,
        "apigw: error 33 at byte 8 (path): the member's value has the wrong type",
    );
});

/** Calls, and the message and the code of the TypeError that each throws. */
const CALLS = [
    [
        () => apigw.decode(1),
        'input must be a Buffer, a Uint8Array or a string, not number',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.lease(new DataView(new ArrayBuffer(1))),
        'input must be a Buffer, a Uint8Array or a string, not DataView',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.decodeResponse(null),
        'input must be a Buffer, a Uint8Array or a string, not null',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.decodeResponse('{}', 'lenient'),
        'rules must be one of strict, gateway, pass-through, function-url, ' +
            'aws-rest-api, aws-http-api, aws-alb, aws-lattice, aws-cloudfront, ' +
            'yandex, openwhisk, azure, netlify, not "lenient"',
        'ERR_INVALID_ARG_VALUE',
    ],
    [() => new apigw.Decoder(7), 'limits must be an object, not number', 'ERR_INVALID_ARG_TYPE'],
    [
        () => new apigw.Decoder({ nodes: 1 }),
        'limits has no member "nodes": it may have input, pairs, response',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeResponse('hello'),
        'response must be an object, not string',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.encodeResponse({ statusCode: 404 }),
        'response has no member "statusCode": "status" is meant',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeResponse({ isBase64Encoded: true }),
        'response has no member "isBase64Encoded": "encoding" is meant',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeResponse({ cookies: [] }),
        'response has no member "cookies": it may have status, headers, body, encoding, dialect',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeResponse(JSON.parse('{"__proto__":1}')),
        'response has no member "__proto__": it may have status, headers, body, encoding, dialect',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeResponse({ toString: 1 }),
        'response has no member "toString": it may have status, headers, body, encoding, dialect',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeResponse({ status: '404' }),
        'response.status must be a number, not string',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.encodeResponse({ headers: { age: null } }),
        'response.headers["age"] must be a string or a number, not null',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.encodeResponse({ body: {} }),
        'response.body must be a string or bytes, not Object',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.encodeResponse({ encoding: 'hex' }),
        'response.encoding must be one of auto, text, base64, stream, not "hex"',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeWebSocketReply({ errNo: 1 }),
        'reply has no member "errNo": "errorNumber" is meant',
        'ERR_INVALID_ARG_VALUE',
    ],
    [
        () => apigw.encodeWebSocketReply({ protocol: 1 }),
        'reply.protocol must be a string, not number',
        'ERR_INVALID_ARG_TYPE',
    ],
    [
        () => apigw.decode('{}').headers.forEach(null),
        'callback must be a function, not null',
        'ERR_INVALID_ARG_TYPE',
    ],
    [() => apigw.handler(), 'serve must be a function, not undefined', 'ERR_INVALID_ARG_TYPE'],
    [() => apigw.listener({}), 'serve must be a function, not Object', 'ERR_INVALID_ARG_TYPE'],
];

test('a TypeError names the argument', () => {
    for (const [call, message, code] of CALLS) {
        const error = thrown(call);
        assert.ok(error instanceof TypeError, error.stack);
        assert.deepEqual([error.message, error.code], [`apigw: ${message}`, code]);
    }
});

test('a promise is refused with the name of the argument', async () => {
    await assert.rejects(apigw.fromResponse({}), /apigw: response must be a Response, not Object/);
    await assert.rejects(
        apigw.fromResponse(new Response(), { kind: 1 }),
        /options has no member "kind"/,
    );
});

test('objects without a prototype, and odd members, are options like others', () => {
    const response = Object.assign(Object.create(null), { status: 204 });
    assert.equal(JSON.parse(apigw.encodeResponse(response)).statusCode, 204);
    assert.throws(
        () => apigw.encodeResponse(Object.create(null, { body: { value: 1 } })),
        TypeError,
    );
    assert.throws(() => apigw.decode(Object.create(null)), /not object/);
});

test('getters and proxies of programs may throw, and the next call works', () => {
    const mine = new Error('mine');
    const fail = () => {
        throw mine;
    };
    const hostile = [
        Object.defineProperty({}, 'status', { get: fail, enumerable: true }),
        Object.defineProperty({}, 'body', { get: fail, enumerable: true }),
        { headers: Object.defineProperty({}, 'a', { get: fail, enumerable: true }) },
        { headers: { [Symbol.iterator]: fail } },
        { headers: { a: [{ toString: fail }] } },
        { headers: [[{ toString: fail }, 'a']] },
        new Proxy({}, { ownKeys: fail }),
        new Proxy({ status: 200 }, { get: fail }),
        { body: new Proxy(Buffer.from('a'), { get: fail }) },
    ];
    for (const response of hostile) {
        const error = thrown(() => apigw.encodeResponse(response));
        assert.ok(error === mine || error instanceof TypeError, error.stack);
        assert.equal(JSON.parse(apigw.encodeResponse({ body: 'b' })).body, 'b');
        assert.equal(apigw.decode('{"path":"/a"}').path, '/a');
    }
    const limits = Object.defineProperty({}, 'pairs', { get: fail, enumerable: true });
    assert.equal(
        thrown(() => new apigw.Decoder(limits)),
        mine,
    );
});

test('a header that changes the response, or the memory of its body, as it is read', () => {
    const body = new Uint8Array(1000).fill(0x61);
    const headers = {
        *[Symbol.iterator]() {
            yield ['a', '1'];
            structuredClone(body.buffer, { transfer: [body.buffer] });
            yield ['b', '2'];
        },
    };
    const { body: text, headers: written } = JSON.parse(apigw.encodeResponse({ headers, body }));
    assert.deepEqual([text, written], ['', { a: '1', b: '2' }]);
});
