'use strict';

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { inspect } = require('node:util');

const { apigw, DATA, thrown } = require('./support.cjs');

const decode = (event) => apigw.decode(JSON.stringify(event));

test('names of headers have no case, and every other name has', () => {
    const event = decode({
        headers: { Host: 'a', 'X-Custom': 'b', 'x-custom': 'c', é: 'd' },
        queryString: { Tag: '1', tag: ['2', '3'] },
        headerParameters: { HOST: 'e' },
    });
    assert.equal(event.headers.get('host'), 'a');
    assert.equal(event.headers.get('HOST'), 'a');
    assert.equal(event.headers.get('x-CUSTOM'), 'b');
    assert.deepEqual(event.headers.getAll('x-custom'), ['b', 'c']);
    assert.equal(event.headers.get('é'), 'd');
    assert.equal(event.headers.get('É'), undefined);
    // U+212A becomes a k in lower case.
    assert.equal(decode({ headers: { 'x-k': '1' } }).headers.get('x-\u212a'), undefined);
    assert.equal(event.declaredHeaders.get('host'), 'e');
    assert.deepEqual(event.query.getAll('tag'), ['2', '3']);
    assert.equal(event.query.get('TAG'), undefined);
});

test('a well-known header is found at every place', () => {
    const names = ['a', 'host', 'b', 'cookie', 'c', 'x-forwarded-for', 'Host'];
    const headers = names.map((name, i) => `"${name}":"${i}"`);
    const event = apigw.decode(`{"headers":{${headers}},"headerParameters":{"user-agent":"x"}}`);
    assert.deepEqual(event.headers.getAll('host'), ['1', '6']);
    assert.equal(event.headers.get('x-forwarded-for'), '5');
    // Numbers of declared headers, and bytes of the text, are not those of the headers.
    assert.equal(event.headers.get('user-agent'), undefined);
    for (const name of ['accept', 'x-vport', 'date']) assert.equal(event.headers.has(name), false);
});

test('names of prototypes are ordinary names', () => {
    const text =
        '{"headers":{"__proto__":"a","constructor":"b"},"queryString":{"__proto__":["c","d"]},' +
        '"__proto__":{"polluted":1}}';
    const event = apigw.decode(text);
    assert.equal(event.headers.get('__proto__'), 'a');
    assert.equal(event.headers.get('constructor'), 'b');
    assert.equal(event.headers.get('toString'), undefined);
    assert.deepEqual(event.query.getAll('__proto__'), ['c', 'd']);
    assert.deepEqual(event.extra('__proto__'), { polluted: 1 });
    const object = event.toJSON();
    assert.equal(Object.getPrototypeOf(object), Object.prototype);
    assert.equal(Object.getPrototypeOf(object.headers), Object.prototype);
    assert.deepEqual(object, JSON.parse(text));
    assert.equal({}.polluted, undefined);
});

test('pairs read like URLSearchParams, but an absent name is undefined', () => {
    const pairs = [
        ['a', '1'],
        ['b', ''],
        ['a', '2'],
    ];
    const peer = new URLSearchParams(pairs);
    const query = apigw.decode('{"queryString":{"a":"1","b":"","a":"2"}}').query;
    assert.deepEqual([...query], [...peer]);
    assert.deepEqual([...query.keys()], [...peer.keys()]);
    assert.deepEqual([...query.values()], [...peer.values()]);
    assert.equal(query.size, peer.size);
    for (const name of ['a', 'b', 'c', '']) {
        assert.equal(query.get(name), peer.get(name) ?? undefined);
        assert.deepEqual(query.getAll(name), peer.getAll(name));
        assert.equal(query.has(name), peer.has(name));
        assert.equal(query.has(name, '2'), peer.has(name, '2'));
    }
    const calls = (map) => {
        const seen = [];
        map.forEach(
            function (value, name, whole) {
                seen.push([this.that, value, name, whole === map]);
            },
            { that: 'this' },
        );
        return seen;
    };
    assert.deepEqual(calls(query), calls(peer));
    assert.equal(String(new URLSearchParams(query)), String(peer));
});

test('a bare name has no value, and an absent map no pair', () => {
    const event = decode({ queryString: { flag: true, empty: '' }, pathParameters: {} });
    assert.deepEqual(event.query.toArray(), [
        ['flag', undefined],
        ['empty', ''],
    ]);
    assert.equal(event.query.get('flag'), '');
    assert.deepEqual([event.pathParameters.isPresent, event.pathParameters.size], [true, 0]);
    assert.deepEqual([event.stageVariables.isPresent, event.stageVariables.size], [false, 0]);
    assert.deepEqual([...event.stageVariables], []);
    assert.equal(event.headers.get('host'), undefined);
});

test('the getters of maps are constant where they are often asked', () => {
    const event = decode({ headers: {}, queryString: {} });
    assert.equal(event.headers, event.headers);
    assert.equal(event.query, event.query);
});

test('what a body holds', () => {
    const text = decode({ body: '{"a":[1,"é"]}' });
    assert.equal(text.bodyKind, 'text');
    assert.deepEqual(text.json(), { a: [1, 'é'] });
    assert.deepEqual(text.bytes(), Buffer.from('{"a":[1,"é"]}'));

    const base64 = decode({ body: Buffer.from('漢字').toString('base64'), isBase64Encoded: true });
    assert.equal(base64.bodyKind, 'base64');
    assert.equal(base64.text(), '漢字');
    assert.equal(base64.body, Buffer.from('漢字').toString('base64'));
    assert.equal(base64.bytes(), base64.bytes());

    const json = apigw.decode('{"body":{"a" : 1.0}}');
    assert.deepEqual(
        [json.bodyKind, json.body, json.text()],
        ['json', '{"a" : 1.0}', '{"a" : 1.0}'],
    );
    assert.deepEqual(json.json(), { a: 1 });

    const absent = decode({ body: null });
    assert.deepEqual(
        [absent.bodyKind, absent.body, absent.bytes(), absent.text(), absent.json()],
        ['absent', undefined, undefined, undefined, undefined],
    );
    assert.deepEqual([absent.form().size, absent.cookies().size], [0, 0]);

    const empty = decode({ body: '' });
    assert.deepEqual([empty.body, empty.bytes().length, empty.text()], ['', 0, '']);
});

test('bodies of every length come back, as text and in base64', () => {
    for (const piece of ['a', '"', '\\', 'é', '漢', '😀', '{"k":"v"},']) {
        for (const length of [1, 4000, 4094, 4095, 4096, 4097, 16000, 16383, 16384, 16385, 40000]) {
            const body = piece.repeat(length / piece.length + 1);
            const event = {
                path: '/é',
                body,
                after: body.length,
                headers: { host: 'h', 'x-"': '\n' },
            };
            for (const isBase64Encoded of [false, true]) {
                const sent = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
                const decoded = decode({ ...event, body: sent, isBase64Encoded });
                assert.equal(decoded.body, sent);
                assert.equal(decoded.text(), body);
                assert.ok(decoded.bytes().equals(Buffer.from(body)));
                assert.equal(decoded.headers.get('x-"'), '\n');
                assert.equal(decoded.headers.get('host'), 'h');
                assert.equal(decoded.extra('after'), body.length);
                assert.deepEqual(decoded.toJSON(), { ...event, body: sent, isBase64Encoded });
            }
        }
    }
    const list = Array.from({ length: 9000 }, (_, i) => `é"${i}`);
    const raw = decode({ body: list, path: '/x' });
    assert.equal(raw.bodyKind, 'json');
    assert.deepEqual(raw.json(), list);
    assert.deepEqual(raw.toJSON(), { body: list, path: '/x' });
});

test('forms are those of URLSearchParams', () => {
    for (const body of [
        '',
        'a=1&b=2&a=3',
        'a',
        '=',
        '&&a=&',
        'x=%E6%BC%A2+%zz%',
        'a=%ff',
        'é=漢',
        'a=1;b=2',
        '__proto__=1',
    ]) {
        const want = [...new URLSearchParams(body)];
        assert.deepEqual([...decode({ body }).form()], want, body);
        const base64 = Buffer.from(body).toString('base64');
        assert.deepEqual([...decode({ body: base64, isBase64Encoded: true }).form()], want, body);
    }
    const many = Array.from({ length: 5000 }, (_, i) => `a${i}=`).join('&');
    assert.equal(thrown(() => decode({ body: many }).form()).number, apigw.ERRORS.TOO_MANY_PAIRS);
});

test('cookies of all headers', () => {
    const event = apigw.decode(
        '{"headers":{"Cookie":"a=1; b=\\"2\\" ;c","cookie":"a=漢; __proto__=x"}}',
    );
    assert.deepEqual(
        [...event.cookies()],
        [
            ['a', '1'],
            ['b', '"2"'],
            ['c', ''],
            ['a', '漢'],
            ['__proto__', 'x'],
        ],
    );
    assert.equal(event.cookies().get('a'), '1');
    assert.equal(event.cookies().get('A'), undefined);
});

test('what follows from one event does not disturb another', () => {
    const first = decode({ body: 'a=1', headers: { cookie: 'x=1' } });
    const second = decode({ body: 'b=2', headers: { cookie: 'y=2' } });
    const [form, cookies] = [first.form(), first.cookies()];
    assert.deepEqual([[...second.form()], [...second.cookies()]], [[['b', '2']], [['y', '2']]]);
    assert.deepEqual([[...form], [...cookies]], [[['a', '1']], [['x', '1']]]);
    assert.equal(first.body, 'a=1');
});

test('content types', () => {
    const parse = (value) => decode({ headers: { 'Content-Type': value } }).contentType;
    const html = parse(' Text/HTML ; charset="utf-\\8"; q=1 ;');
    assert.deepEqual(
        [html.type, html.subtype, html.essence, String(html)],
        ['Text', 'HTML', 'Text/HTML', 'Text/HTML'],
    );
    assert.ok(html.is('text/html'));
    assert.deepEqual(html.parameters(), [
        ['charset', 'utf-8'],
        ['q', '1'],
    ]);
    assert.equal(html.parameter('CHARSET'), 'utf-8');
    assert.equal(html.parameter('x'), undefined);
    for (const wrong of [
        '',
        'text',
        'text/',
        '/html',
        'text/html;charset',
        'text/html; a=b c',
        'text/html, a/b',
        'a b/c',
        'text/html;a="b',
    ]) {
        assert.equal(parse(wrong), undefined, wrong);
    }
    assert.equal(decode({}).contentType, undefined);
});

test('faults in a body have an offset', () => {
    const fault = (action) => {
        const error = thrown(action);
        assert.ok(error instanceof apigw.ApigwError, error.stack);
        return [error.kind, error.offset, error.member];
    };
    assert.deepEqual(
        fault(() => decode({ body: 'AA=A', isBase64Encoded: true }).bytes()),
        ['invalid-base64', 3, 'body'],
    );
    assert.deepEqual(
        fault(() => decode({ body: 'é', isBase64Encoded: true }).text()),
        ['invalid-base64', 0, 'body'],
    );
    assert.deepEqual(
        fault(() => decode({ body: '[1,]' }).json()),
        ['unexpected-byte', 3, 'body'],
    );
    assert.deepEqual(
        fault(() => decode({ body: '' }).json()),
        ['unexpected-end', 0, 'body'],
    );
    for (const [hex, offset] of [
        ['61ff', 1],
        ['6162e6bc', 2],
        ['eda080', 0],
        ['c080', 0],
        ['f4908080', 0],
        ['e6bca2f0', 3],
    ]) {
        const body = Buffer.from(hex, 'hex').toString('base64');
        assert.deepEqual(
            fault(() => decode({ body, isBase64Encoded: true }).text()),
            ['invalid-utf8', offset, 'body'],
        );
    }
});

test('an event says what it is', () => {
    const event = decode({
        httpMethod: 'GET',
        path: '/cats',
        headers: { host: 'a.example', Authorization: 'secret', COOKIE: 'a=1' },
        queryString: { tag: ['black', 'white'], flag: true },
        body: 'é',
    });
    assert.equal(String(event), 'GET /cats (tencent-function-url)');
    assert.equal(
        inspect(event),
        `Event (tencent-function-url) {
  method: 'GET',
  path: '/cats',
  query: [ [ 'tag', 'black' ], [ 'tag', 'white' ], [ 'flag', undefined ] ],
  headers: [
    [ 'host', 'a.example' ],
    [ 'Authorization', '(hidden)' ],
    [ 'COOKIE', '(hidden)' ]
  ],
  body: 'text, 2 bytes'
}`,
    );
    assert.match(
        inspect(decode({ body: 'YWI=', isBase64Encoded: true })),
        /body: 'base64, 2 bytes'/,
    );
    assert.match(inspect(decode({ body: { a: 1 } })), /body: 'json, 7 bytes'/);
    assert.match(inspect(decode({})), /body: 'absent'/);
    assert.equal(inspect(decode({ queryString: { a: '1' } }).query), "Pairs [ [ 'a', '1' ] ]");
    assert.equal(String(decode({})), '(unknown)');
});

test('long bodies in turn, in base64 or not, right or wrong', () => {
    const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7) & 0xff));
    const base64 = bytes.toString('base64');
    const wrong = `${base64.slice(0, -4)}!!!!`;
    const text = `${'"\\/漢\n'.repeat(4000)}.`;
    const short = 'aGk=';
    const cases = [];
    for (const body of [base64, text, wrong, short])
        cases.push({ body, isBase64Encoded: body !== text });
    const padding = { headers: { long: 'x'.repeat(17_000) } };
    for (let first = 0; first < cases.length; first++) {
        for (let second = 0; second < cases.length; second++) {
            for (const one of [cases[first], cases[second], cases[second], cases[first]]) {
                const document = { ...one, ...padding };
                const read = () => apigw.decode(JSON.stringify(document));
                assert.equal(read().body, one.body);
                assert.deepEqual(read().toJSON(), document);
                const event = read();
                if (one.body === wrong) {
                    assert.throws(() => event.bytes(), { kind: 'invalid-base64', member: 'body' });
                } else {
                    assert.deepEqual(
                        event.bytes(),
                        Buffer.from(one.body, one.isBase64Encoded ? 'base64' : 'utf8'),
                    );
                    assert.equal(event.bytes(), event.bytes());
                }
                assert.equal(event.body, one.body);
                assert.deepEqual(event.toJSON(), document);
                assert.equal(event.bodyKind, one.isBase64Encoded ? 'base64' : 'text');
            }
        }
    }
});

for (const { name, event, claims } of JSON.parse(readFileSync(join(DATA, 'claims.json'), 'utf8'))) {
    test(`the claims of ${name}`, () => {
        assert.deepEqual(decode(event).claims(), claims ?? undefined);
    });
}
