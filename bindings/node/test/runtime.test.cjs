'use strict';

// The runtime against a server that does what a platform may do.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const test = require('node:test');
const { describe } = test;

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
    #isLambda;

    /** It speaks the protocol of AWS Lambda, or that of Tencent SCF. */
    constructor(steps, isLambda) {
        this.#steps = steps;
        this.#isLambda = isLambda;
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
        const variables = this.#isLambda
            ? {
                  AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
                  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
              }
            : { SCF_RUNTIME_API: '127.0.0.1', SCF_RUNTIME_API_PORT: String(port) };
        const end = await this.start(handler, {
            PATH: process.env.PATH,
            ...variables,
            ...env,
        });
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
        if (this.#isLambda) return this.#serveLambda(request, response, body);
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

    #serveLambda(request, response, body) {
        const base = '/2018-06-01/runtime';
        const { headers } = request;
        switch (`${request.method} ${request.url}`) {
            case `GET ${base}/invocation/next`:
                return this.#next(request, response);
            case `POST ${base}/invocation/7d1fe9d8/response`:
                if (headers['lambda-runtime-function-response-mode'] === 'streaming') {
                    const { trailers } = request;
                    const error = trailers['lambda-runtime-function-error-body'];
                    const result = { type: headers['content-type'], stream: body };
                    if (error !== undefined) {
                        const report = JSON.parse(Buffer.from(error, 'base64'));
                        const type = trailers['lambda-runtime-function-error-type'];
                        assert.equal(type, report.errorType);
                        result.error = report.errorMessage;
                    }
                    return this.#receive(result, request, response);
                }
                assert.equal(headers['content-type'], 'application/json');
                return this.#receive({ response: body }, request, response);
            case `POST ${base}/invocation/7d1fe9d8/error`:
            case `POST ${base}/init/error`: {
                const { errorMessage: error, errorType, stackTrace } = JSON.parse(body);
                assert.equal(headers['content-type'], 'application/json');
                assert.equal(headers['lambda-runtime-function-error-type'], errorType);
                assert.ok(errorType.length > 0 && Array.isArray(stackTrace));
                if (!request.url.endsWith('init/error'))
                    return this.#receive({ error }, request, response);
                this.results.push({ initError: error, errorType });
                return response.writeHead(202).end();
            }
        }
        this.results.push({ unexpected: `${request.method} ${request.url}` });
        response.writeHead(404).end();
    }

    #head() {
        if (!this.#isLambda)
            return { request_id: '7d1fe9d8', memory_limit_in_mb: 128, time_limit_in_ms: 3000 };
        return {
            'lambda-runtime-aws-request-id': '7d1fe9d8',
            'lambda-runtime-deadline-ms': Date.now() + 3000,
            'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:a:1:function:f',
            'lambda-runtime-trace-id': 'Root=1-2-3',
            'lambda-runtime-client-context': '{"client":{}}',
            'lambda-runtime-cognito-identity': '{"cognitoIdentityId":"i"}',
        };
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
        response.writeHead(200, this.#head());
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
        response.writeHead(this.#isLambda ? 202 : 200).end();
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

for (const isLambda of [false, true]) describe(isLambda ? 'lambda' : 'scf', () => tests(isLambda));

/** The tests on one of the platforms. */
function tests(isLambda) {
    const platformOf = (steps) => new Platform(steps, isLambda);

    /** The response of a handler to an event for /. */
    async function resultsOf(handler, events = [event('/')], options = {}) {
        const platform = platformOf(
            events.map((event) => (typeof event === 'string' ? { event } : event)),
        );
        const end = await platform.run([handler], options);
        assert.deepEqual([end.code, end.signal], [0, null], end.output);
        return platform.results;
    }

    test('a handler responds by a promise, a value, its callback, or like fetch', async () => {
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
        const platform = platformOf([
            { event: event('/ok') },
            { event: event('/') },
            { event: event('/ok') },
        ]);
        const { code, output } = await platform.run(['index.later']);
        assert.equal(code, 1);
        assert.deepEqual(platform.results, [
            { response: '"ok"' },
            { error: 'nobody catches this' },
        ]);
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
        const limit = context.time_limit_in_ms;
        assert.ok(isLambda ? limit > 0 && limit <= 3000 : limit === 3000);
        assert.deepEqual(context, {
            callbackWaitsForEmptyEventLoop: false,
            memory_limit_in_mb: 128,
            time_limit_in_ms: limit,
            request_id: '7d1fe9d8',
            function_version: '$LATEST',
            function_name: 'hello',
            namespace: 'default',
            tencentcloud_region: 'ap-chengdu',
            tencentcloud_appid: '1250000000',
            tencentcloud_uin: '100000000001',
            awsRequestId: '7d1fe9d8',
            functionName: 'hello',
            functionVersion: '$LATEST',
            memoryLimitInMB: '128',
            invokedFunctionArn: isLambda ? 'arn:aws:lambda:a:1:function:f' : '',
            logGroupName: '',
            logStreamName: '',
            ...(isLambda && {
                xRayTraceId: 'Root=1-2-3',
                clientContext: { client: {} },
                identity: { cognitoIdentityId: 'i' },
            }),
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
        const platform = platformOf([{ does: 'endless' }, { event: event('/') }]);
        const { code } = await platform.run(['index.plain']);
        assert.equal(code, 0);
        assert.deepEqual(platform.results, [
            { error: 'the event is too long' },
            { response: response('/') },
        ]);
    });

    test('faults of the platform are survived', async () => {
        const result = { response: response('/') };
        const platform = platformOf([
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
        const platform = platformOf(Array.from({ length: 500 }, () => ({ event: event('/') })));
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
            const platform = platformOf([]);
            const end = await platform.start(handler, { SCF_RUNTIME_API_PORT: '1' });
            assert.equal(end.code, code, end.output);
            assert.match(end.output, pattern);
        }
        const refuse = Array.from({ length: 6 }, () => ({ does: 'refuse next' }));
        const { code, output } = await platformOf(refuse).run(['index.plain']);
        assert.equal(code, 1);
        assert.match(output, /\/runtime\/invocation\/next returned 500/);
    });

    test('the environment names the handler', async () => {
        const platform = platformOf([{ event: event('/') }]);
        assert.equal((await platform.run([], { env: { _HANDLER: 'index.plain' } })).code, 0);
        assert.deepEqual(platform.results, [{ response: response('/') }]);
    });
}

test('the context of Lambda has the names of both platforms', async () => {
    const platform = new Platform([{ event: event('/') }], true);
    const env = {
        AWS_LAMBDA_FUNCTION_NAME: 'hello',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_LOG_GROUP_NAME: 'group',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    };
    assert.equal((await platform.run(['index.context'], { env })).code, 0);
    const [isInTime, context] = JSON.parse(platform.results[0].response);
    assert.ok(isInTime);
    const expected = {
        awsRequestId: '7d1fe9d8',
        clientContext: { client: {} },
        functionName: 'hello',
        functionVersion: '$LATEST',
        identity: { cognitoIdentityId: 'i' },
        invokedFunctionArn: 'arn:aws:lambda:a:1:function:f',
        logGroupName: 'group',
        logStreamName: 'stream',
        memoryLimitInMB: '128',
        xRayTraceId: 'Root=1-2-3',
        request_id: '7d1fe9d8',
        function_name: 'hello',
    };
    for (const [name, value] of Object.entries(expected))
        assert.deepEqual(context[name], value, name);
});

test('a response of fetch is streamed', async () => {
    const paths = ['/', '/empty', '/late', '/early', '/'];
    const platform = new Platform(
        paths.map((path) => ({ event: event(path) })),
        true,
    );
    const { code, output } = await platform.run(['index.streamed']);
    assert.equal(code, 0, output);
    const type = 'application/vnd.awslambda.http-integration-response';
    const end = '\0'.repeat(8);
    const head = '{"statusCode":201,"headers":{"vary":"a"},"cookies":["x=1","y=2"]}';
    const whole = { type, stream: `${head}${end}ab` };
    assert.deepEqual(platform.results, [
        whole,
        { type, stream: `{"statusCode":204,"headers":{},"cookies":[]}${end}` },
        { ...whole, error: 'no cat' },
        { error: 'no cat' },
        whole,
    ]);
    const scf = new Platform([{ event: event('/') }], false);
    assert.equal((await scf.run(['index.streamed'])).code, 0);
    assert.equal(JSON.parse(scf.results[0].response).body, 'ab');
});

test('a handler of AWS writes to a stream', async () => {
    const paths = ['/', '/plain', '/late', '/early', '/'];
    const platform = new Platform(
        paths.map((path) => ({ event: event(path) })),
        true,
    );
    const { code, output } = await platform.run(['index.streamified']);
    assert.equal(code, 0, output);
    const type = 'application/vnd.awslambda.http-integration-response';
    const stream = `{"statusCode":200,"headers":{"a":"b"}}${'\0'.repeat(8)}first`;
    assert.deepEqual(platform.results, [
        { type, stream },
        { type: 'text/plain', stream: '7d1fe9d8' },
        { type, stream, error: 'no cat' },
        { error: 'no cat' },
        { type, stream },
    ]);
    const scf = await new Platform([], false).run(['index.streamified']);
    assert.equal(scf.code, 1);
    assert.match(scf.output, /takes no streams/);
});

test('a handler that cannot be loaded is reported to Lambda', async () => {
    const platform = new Platform([], true);
    const { code, output } = await platform.run(['broken.main_handler']);
    assert.equal(code, 1);
    assert.match(output, /it does not load/);
    assert.deepEqual(platform.results, [{ initError: 'it does not load', errorType: 'Error' }]);
});

test('a gateway of both platforms is taken for the one that it names', async () => {
    const platform = new Platform([{ event: event('/') }], false);
    const env = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1', TENCENTCLOUD_RUNENV: 'SCF' };
    assert.equal((await platform.run(['index.plain'], { env })).code, 0);
    assert.deepEqual(platform.results, [{ response: response('/') }]);
});
