'use strict';

// The runtime against a server that does what a platform may do.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const test = require('node:test');

const MAIN = path.join(__dirname, '../runtime/main.cjs');
const FOLDER = path.join(__dirname, 'runtime');

/**
 * A runtime API that hands out the events of steps and keeps what comes back; `run` then stops the
 * function.
 */
class Platform {
    results = [];
    connections = 0;
    #steps;
    #at = 0;
    #isAgain = false;
    #child;

    constructor(steps) {
        this.#steps = steps;
    }

    /**
     * Runs a handler until all steps are gone through. The exit code, the signal and the output of
     * the program.
     */
    async run(handler, { signal = 'SIGTERM', env = {} } = {}) {
        this.signal = signal;
        const server = http.createServer((request, response) => this.#serve(request, response));
        server.on('connection', () => this.connections++);
        await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { port } = server.address();
        const variables = {
            SCF_RUNTIME_API: '127.0.0.1',
            SCF_RUNTIME_API_PORT: String(port),
            PATH: process.env.PATH,
        };
        const end = await this.start(handler, { ...variables, ...env });
        server.closeAllConnections();
        server.close();
        return end;
    }

    start(handler, env) {
        this.#child = spawn(process.execPath, [MAIN, ...handler], { cwd: FOLDER, env });
        let output = '';
        this.#child.stdout.on('data', (chunk) => {
            output += chunk;
        });
        this.#child.stderr.on('data', (chunk) => {
            output += chunk;
        });
        return new Promise((resolve) => {
            this.#child.on('close', (code, signal) => resolve({ code, signal, output }));
        });
    }

    stop() {
        this.#child.kill(this.signal);
    }

    async #serve(request, response) {
        const chunks = await request.toArray();
        const body = Buffer.concat(chunks).toString();
        switch (`${request.method} ${request.url}`) {
            case 'POST /runtime/init/ready':
                return response.end();
            case 'GET /runtime/invocation/next':
                return this.#next(request, response);
            case 'POST /runtime/invocation/response':
                assert.equal(request.headers['content-type'], 'application/json');
                assert.equal(request.headers.request_id, '7d1fe9d8');
                return this.#receive({ response: body }, request, response);
            case 'POST /runtime/invocation/error':
                assert.equal(request.headers['content-type'], 'text/plain; charset=utf-8');
                assert.equal(request.headers.request_id, '7d1fe9d8');
                return this.#receive({ error: body }, request, response);
        }
        this.results.push({ unexpected: `${request.method} ${request.url}` });
        response.writeHead(404).end();
    }

    #next(request, response) {
        const step = this.#steps[this.#at];
        if (step === undefined) return this.stop();
        if (step.does === 'drop next' || step.does === 'refuse next') {
            this.#at++;
            return step.does === 'drop next'
                ? request.socket.destroy()
                : response.writeHead(500).end();
        }
        response.writeHead(200, {
            request_id: '7d1fe9d8',
            memory_limit_in_mb: 128,
            time_limit_in_ms: 3000,
        });
        if (step.does === 'endless') return endless(response);
        if (step.does !== 'stop inside') return response.end(step.event);
        response.flushHeaders();
        setTimeout(() => this.stop(), 50);
        setTimeout(() => response.end(step.event), 100);
    }

    #receive(result, request, response) {
        const step = this.#steps[this.#at];
        this.results.push(result);
        if (step.does === 'drop response' && !this.#isAgain) {
            this.#isAgain = true;
            return request.socket.destroy();
        }
        if (step.does === 'refuse response' && !this.#isAgain) {
            this.#isAgain = true;
            return response.writeHead(413).end();
        }
        if (step.does === 'stop before') this.stop();
        this.#at++;
        this.#isAgain = false;
        response.end();
    }
}

/** Writes until the client closes the connection. */
function endless(response) {
    const chunk = Buffer.alloc(1 << 20, 'a');
    const write = () => {
        while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
}

const event = (path) =>
    JSON.stringify({ httpMethod: 'GET', path, headers: {}, queryString: { a: 'b' } });
const response = (body) =>
    JSON.stringify({
        isBase64Encoded: false,
        statusCode: 200,
        headers: { 'content-type': 'text/plain' },
        body,
    });

/** The response of a handler to an event for /. */
async function resultsOf(handler, events = [event('/')], options = {}) {
    const platform = new Platform(
        events.map((event) => (typeof event === 'string' ? { event } : event)),
    );
    const end = await platform.run([handler], options);
    assert.deepEqual([end.code, end.signal], [0, null], end.output);
    return platform.results;
}

test('a handler responds by a promise, a value, its callback, or a response of fetch', async () => {
    const cases = {
        'index.main_handler': { response: response('GET 7d1fe9d8') },
        'index.plain': { response: response('/') },
        'index.callback': { response: response('/') },
        'index.twice': { response: '1' },
        'index.nothing': { response: 'null' },
        'index.slow': { response: '"done"' },
        'index.fetch': {
            response:
                '{"isBase64Encoded":false,"statusCode":201,' +
                '"headers":{"content-type":"text/plain;charset=UTF-8"},' +
                '"body":"GET / b 7d1fe9d8"}',
        },
        'module.main_handler': { response: '{"statusCode":200,"headers":{},"body":"/"}' },
        'module.default': {
            response: '{"isBase64Encoded":true,"statusCode":200,"headers":{},"body":"/w=="}',
        },
    };
    for (const [handler, result] of Object.entries(cases))
        assert.deepEqual(await resultsOf(handler), [result], handler);
});

test('a failure is reported, and the next event comes as ever', async () => {
    const cases = {
        'index.callbackError': 'no cat',
        'index.throws': 'no cat',
        'index.rejects': 'no cat',
        'index.never': 'the handler has not responded, and nothing is left to wait for',
    };
    for (const [handler, error] of Object.entries(cases)) {
        assert.deepEqual(
            await resultsOf(handler, [event('/'), event('/')]),
            [{ error }, { error }],
            handler,
        );
    }
    const [{ error }] = await resultsOf('index.cyclic');
    assert.match(error, /circular/);
    const [{ error: syntax }, ok] = await resultsOf('index.plain', ['no event', event('/')]);
    assert.match(syntax, /JSON/);
    assert.deepEqual(ok, { response: response('/') });
    const [{ error: refused }] = await resultsOf('index.fetch', ['[]']);
    assert.equal(
        refused,
        'apigw: error 32 at byte 0: an event is a JSON object, this document is not',
    );
});

test('what nobody catches is reported, and ends the process', async () => {
    const platform = new Platform([
        { event: event('/ok') },
        { event: event('/') },
        { event: event('/ok') },
    ]);
    const { code, output } = await platform.run(['index.later']);
    assert.equal(code, 1);
    assert.deepEqual(platform.results, [{ response: '"ok"' }, { error: 'nobody catches this' }]);
    assert.match(output, /at .*index\.js/);
});

test('the context has what the platform gives', async () => {
    const env = {
        SCF_FUNCTIONNAME: 'hello',
        SCF_FUNCTIONVERSION: '$LATEST',
        SCF_NAMESPACE: 'default',
        TENCENTCLOUD_REGION: 'ap-chengdu',
        TENCENTCLOUD_APPID: '1250000000',
        TENCENTCLOUD_UIN: '100000000001',
    };
    const [result] = await resultsOf('index.context', [event('/')], { env });
    const [isInTime, { environment, environ, ...context }] = JSON.parse(result.response);
    assert.ok(isInTime);
    assert.deepEqual(context, {
        callbackWaitsForEmptyEventLoop: false,
        memory_limit_in_mb: 128,
        time_limit_in_ms: 3000,
        request_id: '7d1fe9d8',
        function_version: '$LATEST',
        function_name: 'hello',
        namespace: 'default',
        tencentcloud_region: 'ap-chengdu',
        tencentcloud_appid: '1250000000',
        tencentcloud_uin: '100000000001',
    });
    assert.equal(JSON.parse(environment).SCF_NAMESPACE, 'default');
    assert.ok(environ.split(';').includes('SCF_NAMESPACE=default'));
});

test('responses have at most 6 MiB, and one of that size is sent', async () => {
    const MiB6 = 6 << 20;
    const events = [MiB6, MiB6 + 1, 2].map((length) => JSON.stringify({ length }));
    const [limit, over, last] = await resultsOf('index.text', events);
    assert.equal(limit.response, `"${'a'.repeat(MiB6 - 2)}"`);
    assert.deepEqual(over, { error: 'the response is longer than the limit' });
    assert.deepEqual(last, { response: '""' });
});

test('bytes go through a handler of fetch', async () => {
    const bytes = Buffer.from([...Array(256).keys()]).toString('base64');
    const [result] = await resultsOf('index.echo', [
        JSON.stringify({
            httpMethod: 'POST',
            path: '/',
            headers: {},
            body: bytes,
            isBase64Encoded: true,
        }),
    ]);
    assert.deepEqual(JSON.parse(result.response), {
        isBase64Encoded: true,
        statusCode: 200,
        headers: {},
        body: bytes,
    });
});

test('an event without end is refused', async () => {
    const platform = new Platform([{ does: 'endless' }, { event: event('/') }]);
    const { code } = await platform.run(['index.plain']);
    assert.equal(code, 0);
    assert.deepEqual(platform.results, [
        { error: 'the event is too long' },
        { response: response('/') },
    ]);
});

test('faults of the platform are survived', async () => {
    const result = { response: response('/') };
    const platform = new Platform([
        { does: 'drop next' },
        { event: event('/') },
        { does: 'refuse next' },
        { does: 'refuse next' },
        { event: event('/'), does: 'drop response' },
        { event: event('/'), does: 'refuse response' },
        { event: event('/') },
    ]);
    const { code } = await platform.run(['index.plain'], {
        env: { http_proxy: 'http://127.0.0.1:1' },
    });
    assert.equal(code, 0);
    const refused = { error: 'the platform returned 413 for a response of 93 bytes' };
    assert.deepEqual(platform.results, [result, result, result, result, refused, result]);
});

test('events come over one connection', async () => {
    const platform = new Platform(Array.from({ length: 500 }, () => ({ event: event('/') })));
    assert.equal((await platform.run(['index.plain'])).code, 0);
    assert.deepEqual([platform.results.length, platform.connections], [500, 1]);
});

test('a signal ends the function between two events', async () => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
        for (const does of [undefined, 'stop inside', 'stop before']) {
            const results = await resultsOf('index.slow', [{ event: event('/'), does }], {
                signal,
            });
            assert.deepEqual(results, [{ response: '"done"' }]);
        }
    }
});

test('what cannot be run says why', async () => {
    const cases = [
        [['index'], 1, /"index" is not FILE\.FUNCTION/],
        [['missing.main_handler'], 1, /there is no .*missing\.js, \.cjs or \.mjs/],
        [['index.absent'], 1, /index\.js exports no function absent/],
        [['index.noFunction'], 1, /index\.js exports no function noFunction/],
        [['broken.main_handler'], 1, /it does not load/],
        [[], 2, /^Runs a function: apigw-runtime/],
        [['--wrong'], 2, /^Runs a function: apigw-runtime/],
        [['index.plain', 'more'], 2, /^Runs a function: apigw-runtime/],
        [['--help'], 0, /^Runs a function: apigw-runtime/],
        [['index.plain'], 1, /ECONNREFUSED/],
    ];
    for (const [handler, code, pattern] of cases) {
        const platform = new Platform([]);
        const end = await platform.start(handler, { SCF_RUNTIME_API_PORT: '1' });
        assert.equal(end.code, code, end.output);
        assert.match(end.output, pattern);
    }
    const refuse = Array.from({ length: 6 }, () => ({ does: 'refuse next' }));
    const { code, output } = await new Platform(refuse).run(['index.plain']);
    assert.equal(code, 1);
    assert.match(output, /\/runtime\/invocation\/next returned 500/);
});

test('the environment names the handler', async () => {
    const platform = new Platform([{ event: event('/') }]);
    assert.equal((await platform.run([], { env: { _HANDLER: 'index.plain' } })).code, 0);
    assert.deepEqual(platform.results, [{ response: response('/') }]);
});
