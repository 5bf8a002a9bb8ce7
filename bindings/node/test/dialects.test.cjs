'use strict';

// What only some dialects have: the time, cookies apart from headers, a query that is decoded.

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const fallback = require('../lib/fallback.cjs');
const fields = require('../lib/fields.cjs');
const { apigw, DATA, eventOf, fixtures, form, thrown } = require('./support.cjs');

const handle = fallback.create(16 << 20, 4096, 6 << 20);
const withoutAddon = (input) => eventOf(handle, fallback.decode(handle, Buffer.from(input)));
const WAYS = { decode: apigw.decode, lease: apigw.lease, withoutAddon };

/** An event of an HTTP API of AWS with more members. */
const httpApi = (more, context = {}) => ({
    version: '2.0',
    routeKey: 'GET /cats/{name}',
    rawPath: '/cats/100%',
    rawQueryString: '',
    headers: { host: 'h.example' },
    requestContext: {
        apiId: 'a',
        timeEpoch: 1714557600123,
        http: { method: 'GET', path: '/cats/100%' },
        ...context,
    },
    isBase64Encoded: false,
    ...more,
});

/** Events of tests/data, as JSON. */
const DOCUMENTS = [
    ...fixtures()
        .filter(({ fault }) => fault === undefined)
        .map(({ bytes }) => bytes.toString()),
    ...JSON.parse(readFileSync(join(DATA, 'requests.json'), 'utf8')).map(({ event }) =>
        JSON.stringify(event),
    ),
    ...[
        { type: 'REQUEST', methodArn: 'arn:x', resource: '/', path: '/', httpMethod: 'GET' },
        { version: '2.0', type: 'REQUEST', routeArn: 'arn:x', rawPath: '/' },
        { raw_path: '/a?b=1', method: 'POST', headers: {}, body: 'b', is_base64_encoded: false },
        {
            httpMethod: 'POST',
            headers: {},
            multiValueHeaders: { a: ['1'] },
            requestContext: { identity: { sourceIp: '192.0.2.1' } },
            body: 'b',
        },
    ].map((event) => JSON.stringify(event)),
];

test('there is an event of every dialect', () => {
    const found = new Set(DOCUMENTS.map((text) => apigw.decode(text).dialect));
    assert.deepEqual([...found].sort(), [...fields.DIALECTS].sort());
});

test('the types say of each dialect what its events are', () => {
    const types = readFileSync(join(__dirname, '..', 'index.d.ts'), 'utf8');
    const [, list] = types.match(/type WebSocketDialect =([^;]*);/);
    const sockets = list.split('|').map((name) => name.trim().slice(1, -1));
    const phases = new Set();
    const yandex = {
        operationId: 'o',
        requestContext: { connectionId: 'c', eventType: 'MESSAGE' },
    };
    for (const text of [...DOCUMENTS, JSON.stringify(yandex)]) {
        const event = apigw.decode(text);
        const { dialect, websocketPhase, eventType, isPathDecoded } = event;
        if (websocketPhase !== undefined) phases.add(dialect);
        assert.equal(isPathDecoded, /^aws-http-api(-authorizer)?$/.test(dialect), text);
        if (dialect === 'tencent-websocket') assert.equal(typeof eventType, 'string');
    }
    assert.deepEqual([...phases].sort(), sockets.sort());
});

test('the time of a request, and a decoded path', () => {
    for (const way of Object.values(WAYS)) {
        const event = way(JSON.stringify(httpApi({})));
        assert.deepEqual([event.timeMs, event.isPathDecoded], [1714557600123, true]);
        const none = way('{"httpMethod":"GET","path":"/"}');
        assert.deepEqual([none.timeMs, none.isPathDecoded], [undefined, false]);
    }
    const { pathname } = new URL(apigw.toRequest(httpApi({ rawPath: '/a%41 é' })).url);
    assert.equal(pathname, '/a%2541%20%C3%A9');
});

test('cookies of the headers come before those of the list', () => {
    const cookies = ['b=2; x', 'c', 'd=é=', '__proto__=1'];
    const list = [
        ['b', '2; x'],
        ['c', undefined],
        ['d', 'é='],
        ['__proto__', '1'],
    ];
    for (const way of [apigw.decode, apigw.lease]) {
        const read = (more) => way(JSON.stringify(httpApi(more)));
        assert.deepEqual(read({ cookies }).cookies().toArray(), list);
        const headers = { cookie: 'a=1; b=0' };
        const both = read({ cookies, headers }).cookies();
        assert.deepEqual(both.toArray(), [['a', '1'], ['b', '0'], ...list]);
        assert.deepEqual(both.getAll('b'), ['0', '2; x']);
        assert.deepEqual([both.get('B'), both.get('c'), both.size], [undefined, '', 6]);
        assert.deepEqual(read({ headers }).cookies().toArray(), [
            ['a', '1'],
            ['b', '0'],
        ]);
        assert.equal(read({}).cookies().size, 0);
    }
    const header = (more) => apigw.toRequest(httpApi(more)).headers.get('cookie');
    assert.equal(header({ cookies: ['a=1', 'b'] }), 'a=1; b');
    assert.equal(header({ cookies: ['a=1'], headers: { cookie: 'c=2' } }), 'c=2; a=1');
});

test('a listener gets the cookies of the list', async () => {
    const echo = apigw.listener((request, response) => response.end(request.headers.cookie));
    assert.equal((await echo(httpApi({ cookies: ['a=1', 'b=2'] }))).body, 'a=1; b=2');
});

test('a query of any length is decoded, in a document that has no room for it', () => {
    const parts = [
        'a',
        '%41',
        '+',
        '%C3%A9',
        '%ff',
        '%zz',
        '=',
        '%26',
        '%22',
        '%5C',
        'é',
        '"',
        '\\',
    ];
    for (const part of parts) {
        for (const count of [1, 10, 22, 64, 65, 1000, 10_000, 40_000]) {
            const rawQueryString = `n${part}=${part.repeat(count)}&plain=x&+${part}`;
            const document = httpApi({ rawQueryString, body: 'b' });
            const want = [...new URLSearchParams(rawQueryString)];
            for (const [name, way] of Object.entries(WAYS)) {
                const event = way(JSON.stringify(document));
                const what = `${name}, ${count} times ${part}`;
                assert.deepEqual([...event.query], want, what);
                assert.equal(event.rawQuery, rawQueryString, what);
                assert.equal(event.headers.get('host'), 'h.example');
                assert.deepEqual(event.toJSON(), document);
                event.release();
            }
        }
    }
});

/** The same with another body, wherever it is. */
function replaced(value, body, by) {
    if (value === body) return by;
    if (Array.isArray(value)) return value.map((one) => replaced(one, body, by));
    if (typeof value !== 'object' || value === null) return value;
    const pairs = Object.entries(value).map(([name, one]) => [name, replaced(one, body, by)]);
    return Object.fromEntries(pairs);
}

test('long bodies of every dialect, and a long query next to them', () => {
    const short = 'aBodyThatIsNothingElse';
    let count = 0;
    for (const text of DOCUMENTS) {
        const { body } = apigw.decode(text);
        if (!body) continue;
        const document = replaced(JSON.parse(text), body, short);
        const want = JSON.parse(form(apigw.decode(JSON.stringify(document))));
        if (want.body !== short) continue;
        for (const long of ['x'.repeat(20_000), '"é\\'.repeat(10_000), 'A'.repeat(16_384)]) {
            const longDocument = replaced(document, short, long);
            for (const way of Object.values(WAYS)) {
                const event = way(JSON.stringify(longDocument));
                assert.deepEqual(JSON.parse(form(event)), replaced(want, short, long));
                assert.deepEqual(event.toJSON(), longDocument);
            }
        }
        count++;
    }
    assert.ok(count > 50, `${count}`);
    for (const body of ['x'.repeat(20_000), '"'.repeat(20_000)]) {
        const document = httpApi({ body, rawQueryString: `a=%41${'%22é'.repeat(5000)}` });
        for (const way of Object.values(WAYS)) {
            const event = way(JSON.stringify(document));
            assert.equal(event.query.get('a'), `A${'"é'.repeat(5000)}`);
            assert.deepEqual([event.body, event.toJSON()], [body, document]);
        }
    }
});

test('a response is for the gateway of its event, which is not an authorizer', () => {
    for (const dialect of fields.DIALECTS) {
        const response = { dialect, headers: [['a', '1']], body: 'b' };
        if (!dialect.endsWith('-authorizer')) {
            assert.match(apigw.encodeResponse(response).toString(), /^\{.*\}$/);
            continue;
        }
        const error = thrown(() => apigw.encodeResponse(response));
        assert.equal(error.kind, 'no-response', dialect);
    }
    const cookies = {
        headers: [
            ['set-cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
        ],
    };
    const encoded = apigw.encodeResponse({ ...cookies, dialect: 'aws-http-api' });
    assert.deepEqual(JSON.parse(encoded).cookies, ['a=1', 'b=2']);
});

test('responses by the rules of AWS', () => {
    const { decodeResponse } = apigw;
    const inferred = decodeResponse('{"hello":"world"}', 'aws-http-api');
    assert.deepEqual(
        [inferred.status, inferred.headers, String(inferred.body)],
        [200, [['content-type', 'application/json']], '{"hello":"world"}'],
    );
    const cookies = decodeResponse('{"statusCode":201,"cookies":["a=1"]}', 'aws-http-api');
    assert.deepEqual([cookies.status, cookies.headers], [201, [['set-cookie', 'a=1']]]);
    const refused = thrown(() => decodeResponse('{"statusCode":200,"x":1}', 'aws-rest-api'));
    assert.equal(refused.number, apigw.ERRORS.UNKNOWN_MEMBER);
    assert.equal(decodeResponse('{"statusCode":200,"body":"x"}', 'aws-alb').status, 200);
});

test('the types name the dialects, the rules and the errors of the library', () => {
    const types = readFileSync(join(DATA, '..', '..', 'bindings', 'node', 'index.d.ts'), 'utf8');
    for (const name of [...fields.DIALECTS, ...fields.RULES])
        assert.ok(types.includes(`| '${name}'`));
    for (const [name, number] of Object.entries(apigw.ERRORS))
        assert.ok(types.includes(`readonly ${name}: ${number};`), name);
});
