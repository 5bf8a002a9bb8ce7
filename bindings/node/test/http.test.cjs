'use strict';

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const express = require('express');

const { apigw, fixtures } = require('./support.cjs');

const { fromRequest, fromResponse, handler, listener, toRequest } = apigw;

const POST = {
    httpMethod: 'post',
    path: '/a b/漢?#',
    headers: {
        Host: 'example.com:8443',
        Cookie: 'a=1',
        cookie: 'b=2',
        'content-length': '999',
        'X-A': 'é',
        'no token': 'x',
    },
    queryString: { tag: ['x&y', '漢'], flag: true, empty: '' },
    requestContext: { sourceIp: '192.0.2.1' },
    body: '{"n":1}',
};

test('a request of the fetch API', async () => {
    const event = apigw.decode(JSON.stringify(POST));
    const request = toRequest(event);
    assert.equal(request.method, 'POST');
    assert.equal(
        request.url,
        'https://example.com:8443/a%20b/%E6%BC%A2%3F%23?tag=x%26y&tag=%E6%BC%A2&flag&empty=',
    );
    assert.deepEqual(new URL(request.url).searchParams.getAll('tag'), ['x&y', '漢']);
    assert.equal(request.headers.get('cookie'), 'a=1; b=2');
    assert.equal(request.headers.get('content-length'), null);
    assert.equal(Buffer.from(request.headers.get('x-a'), 'latin1').toString(), 'é');
    assert.deepEqual(await request.json(), { n: 1 });
    assert.equal(fromRequest(request), event);
    assert.equal(fromRequest(new Request('https://example.com')), undefined);
});

test('hosts and paths cannot move a request elsewhere', () => {
    const url = (event) => toRequest({ httpMethod: 'GET', ...event }).url;
    assert.equal(
        url({ path: '//evil.example/x', headers: { host: 'a.example' } }),
        'https://a.example//evil.example/x',
    );
    assert.equal(url({ path: '/\\evil.example' }), 'https://localhost/%5Cevil.example');
    assert.equal(url({ path: 'x', headers: { host: 'a@evil.example' } }), 'https://localhost/x');
    assert.equal(
        url({ path: '/', headers: { host: 'a/b' }, requestContext: { domainName: 'd.example' } }),
        'https://d.example/',
    );
    assert.equal(
        url({ path: '/', headers: { host: '[2001:db8::1]:80' } }),
        'https://[2001:db8::1]:80/',
    );
    assert.equal(url({ path: '/%zz%41\n' }), 'https://localhost/%25zz%41%0A');
});

test('bodies of requests', async () => {
    const bytes = Buffer.from([0, 255, 10]);
    const event = {
        httpMethod: 'PUT',
        path: '/',
        body: bytes.toString('base64'),
        isBase64Encoded: true,
    };
    assert.deepEqual(Buffer.from(await toRequest(event).arrayBuffer()), bytes);
    assert.equal(toRequest({ httpMethod: 'GET', path: '/', body: 'x' }).body, null);
    assert.equal(await toRequest({ httpMethod: 'DELETE', path: '/' }).text(), '');
    assert.throws(() => toRequest({ ...event, body: '!' }), { kind: 'invalid-base64' });
});

test('events of all dialects become requests, or say why not', () => {
    let requests = 0;
    for (const { bytes, form, name } of fixtures()) {
        if (form === undefined) continue;
        const event = apigw.decode(bytes);
        try {
            const request = toRequest(event);
            requests++;
            assert.ok(request.url.startsWith('https://'), name);
            assert.equal(fromRequest(request), event);
        } catch (error) {
            const reasons = /no HTTP request|base64|CONNECT|TRACE/;
            assert.match(String(error), reasons, name);
        }
    }
    assert.ok(requests > 60, `${requests}`);
    const balancer = fixtures().find(({ name }) => name === 'clb-uri.tencent-clb.json');
    const request = toRequest(balancer.bytes);
    assert.deepEqual(
        [request.method, request.url],
        ['POST', 'https://lb.example.com/notes?page=2'],
    );
});

test('a response of the fetch API', async () => {
    const headers = new Headers({ 'content-type': 'text/plain' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const encoded = await fromResponse(new Response('漢', { status: 201, headers }), {
        dialect: 'tencent-api-gateway',
    });
    assert.deepEqual(JSON.parse(encoded), {
        isBase64Encoded: false,
        statusCode: 201,
        headers: { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] },
        body: '漢',
    });
    const binary = JSON.parse(await fromResponse(new Response(Uint8Array.of(255))));
    assert.deepEqual([binary.isBase64Encoded, binary.body], [true, '/w==']);
    const none = JSON.parse(await fromResponse(new Response(null, { status: 204 })));
    assert.deepEqual([none.statusCode, none.body], [204, '']);
});

test('a handler returns the form that it was given', async () => {
    const seen = [];
    const serve = handler(async (request, { event, context }) => {
        seen.push([event.sourceIp, context]);
        return Response.json({ got: await request.json(), path: event.path });
    });
    const want = { got: { n: 1 }, path: POST.path };
    const text = JSON.stringify(POST);
    for (const input of [POST, text, Buffer.from(text), apigw.decode(text)]) {
        const response = await serve(input, 'context');
        const isParsed = input === POST;
        assert.equal(Buffer.isBuffer(response), !isParsed);
        const object = isParsed ? response : JSON.parse(response);
        assert.deepEqual([object.statusCode, JSON.parse(object.body)], [200, want]);
    }
    assert.deepEqual(seen[0], ['192.0.2.1', 'context']);
    await assert.rejects(handler(() => 'text')(POST), /must be a Response, not string/);
    await assert.rejects(handler(() => Promise.reject(new Error('mine')))(POST), /mine/);
    await assert.rejects(handler(() => new Response())('{'), apigw.ApigwError);
    await assert.rejects(handler(() => new Response())(undefined), TypeError);
    assert.throws(() => handler(), TypeError);
});

test('an Express app', async () => {
    const app = express();
    app.use(express.json());
    app.post('/cats/:name', (request, response) => {
        response.cookie('a', '1').cookie('b', '2');
        const { params, query, body, ip, hostname, protocol } = request;
        response.status(201).json({
            params,
            query,
            body,
            ip,
            hostname,
            protocol,
            event: fromRequest(request).path,
        });
    });
    app.get('/binary', (_request, response) => response.type('png').end(Buffer.from([0x89, 0xff])));
    app.get('/stream', (_request, response) => {
        response.write('a');
        setImmediate(() => response.end('é'));
    });
    app.get('/broken', () => {
        throw Object.assign(new Error('mine'), { status: 418 });
    });
    const serve = listener(app);
    const event = {
        httpMethod: 'POST',
        path: '/cats/tom',
        headers: { host: 'example.com', 'content-type': 'application/json' },
        queryString: { a: ['1', '2'] },
        requestContext: { sourceIp: '192.0.2.1' },
        body: '{"n":"é"}',
    };
    const response = await serve(event);
    assert.equal(response.statusCode, 201);
    assert.deepEqual(JSON.parse(response.body), {
        params: { name: 'tom' },
        query: { a: ['1', '2'] },
        body: { n: 'é' },
        ip: '192.0.2.1',
        hostname: 'example.com',
        protocol: 'https',
        event: '/cats/tom',
    });
    const header = (name) =>
        Object.entries(response.headers).find(([found]) => found.toLowerCase() === name)?.[1];
    assert.deepEqual(header('set-cookie'), ['a=1; Path=/', 'b=2; Path=/']);
    for (const name of ['connection', 'transfer-encoding', 'keep-alive', 'date'])
        assert.equal(header(name), undefined);

    const get = (path) => serve({ httpMethod: 'GET', path });
    const binary = await get('/binary');
    assert.deepEqual(
        [binary.isBase64Encoded, Buffer.from(binary.body, 'base64')],
        [true, Buffer.from([0x89, 0xff])],
    );
    assert.equal((await get('/stream')).body, 'aé');
    assert.equal((await get('/missing')).statusCode, 404);
    assert.equal((await serve({ httpMethod: 'HEAD', path: '/stream' })).body, '');
});

test('a listener of node:http', async () => {
    const echo = listener((request, response) => {
        response.writeContinue();
        response.writeHead(200, { 'X-Url': request.url, 'X-Method': request.method });
        request.pipe(response);
    });
    const body = 'é'.repeat(100_000);
    const response = JSON.parse(
        await echo(
            JSON.stringify({ httpMethod: 'PUT', path: '/x', queryString: { a: '1' }, body }),
        ),
    );
    assert.equal(response.body, body);
    assert.deepEqual([response.headers['X-Url'], response.headers['X-Method']], ['/x?a=1', 'PUT']);
    const plain = listener((_request, response) => response.end('x'));
    assert.equal((await plain({ httpMethod: 'GET', path: '/' })).body, 'x');
    const failing = listener(() => {
        throw new Error('mine');
    });
    await assert.rejects(failing({ httpMethod: 'GET', path: '/' }), /mine/);
    await assert.rejects(
        listener(async () => Promise.reject(new Error('mine')))({ httpMethod: 'GET', path: '/' }),
        /mine/,
    );
    await assert.rejects(
        listener((request) => request.socket.destroy())({ httpMethod: 'GET', path: '/' }),
        /closed/,
    );
    await assert.rejects(
        plain({ Type: 'Timer', TriggerName: 'x', Time: '2020-01-01T00:00:00Z', Message: '' }),
        /no HTTP request/,
    );
    assert.throws(() => listener({}), TypeError);
});

test('headers of responses that are not UTF-8 became U+FFFD without a word: refused', async () => {
    const event = { httpMethod: 'GET', path: '/', headers: {} };
    const cases = [
        ['caf\xe9', 3],
        ['\xc3', 0],
        ['ok \xc3\xa9 \xed\xa0\x80', 6],
    ];
    for (const [value, offset] of cases) {
        const fault = { name: 'ApigwError', kind: 'invalid-header-value', offset };
        const response = new Response('', { headers: { 'x-a': value } });
        await assert.rejects(fromResponse(response), { ...fault, member: 'headers.x-a' });
        await assert.rejects(handler(() => response)(event), fault);
        const app = listener((_, response) => response.setHeader('X-A', value).end());
        await assert.rejects(app(event), { ...fault, member: 'headers.X-A' });
    }
    // Its last byte is a no-break space in Latin-1, which was cut off.
    const last = listener((_, response) => response.setHeader('x-a', 'voil\xc3\xa0').end());
    assert.equal((await last(event)).headers['x-a'], 'voilà');
    const utf8 = new Response('', { headers: { 'x-a': 'caf\xc3\xa9' } });
    assert.equal(JSON.parse(await fromResponse(utf8)).headers['x-a'], 'café');
    const app = listener((_, response) => response.setHeader('x-a', 'caf\xc3\xa9').end());
    assert.equal((await app(event)).headers['x-a'], 'café');
});
