'use strict';

// Other adapters make the same request of an event as this package, and what they return is read by
// the rules of the gateway. The events are those of `apigw event make`.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');
const { test } = require('node:test');

const serverlessExpress = require('@codegenie/serverless-express');
const { Hono } = require('hono');
const { handle } = require('hono/aws-lambda');
const serverlessHttp = require('serverless-http');

const { apigw } = require('./support.cjs');

const target = process.env.CARGO_TARGET_DIR ?? join(__dirname, '../../../target');
const program = join(target, 'debug/apigw');

/** What an application of Node sees of a request. */
function application(request, response) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    // serverless-http ends a request without a body twice.
    request.once('end', () => {
        const { method, url, headers } = request;
        const body = Buffer.concat(chunks).toString('base64');
        response.setHeader('content-type', 'application/json');
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        response.statusCode = 201;
        response.end(JSON.stringify({ method, url, headers, body }));
    });
}

const hono = new Hono();
hono.all('*', async (context) => {
    const { method, url } = context.req;
    const headers = context.req.header();
    const body = Buffer.from(await context.req.arrayBuffer()).toString('base64');
    context.header('set-cookie', 'a=1');
    context.header('set-cookie', 'b=2', { append: true });
    return context.json({ method, url, headers, body }, 201);
});

const express = serverlessExpress({ app: application });
const ADAPTERS = {
    'serverless-http': serverlessHttp(application),
    '@codegenie/serverless-express': (event, context) => express(event, context),
    hono: handle(hono),
};

const REQUESTS = {
    'a path alone': [],
    'a query': ['--path', '/cats?tag=black&tag=white&name=tom%20cat&empty='],
    'a query with signs that are escaped twice': ['--path', '/?a=%252B&b=%2B&c=1%2B1&d=%26%3D'],
    cookies: ['--header', 'cookie: a=1; b=2'],
    text: ['--method', 'POST', '--header', 'content-type: text/plain', '--body', 'caf\u{e9}'],
    'binary data': [
        '--method',
        'PUT',
        '--header',
        'content-type: image/png',
        '--base64',
        '--body',
        'a',
    ],
};

const DIALECTS = [
    'aws-http-api',
    'aws-function-url',
    'aws-rest-api',
    'aws-alb',
    'aws-alb-multi-value',
];

function made(dialect, request) {
    const options = ['event', 'make', '--dialect', dialect, '--header', 'host: a.example'];
    return JSON.parse(execFileSync(program, [...options, ...request]));
}

/** The parts of a request that must be the same. */
function parts(method, url, headers, body) {
    const { pathname, searchParams } = new URL(url, 'http://a.example');
    const sent = ['host', 'cookie', 'content-type'].map((name) => headers[name] ?? null);
    return { method, pathname, query: [...searchParams].sort(), sent, body };
}

async function own(event) {
    const request = apigw.toRequest(event);
    const headers = Object.fromEntries(request.headers);
    const body = Buffer.from(await request.arrayBuffer()).toString('base64');
    return parts(request.method, request.url, headers, body);
}

/** The response of an adapter, by the rules of its gateway. */
function decoded(dialect, response) {
    const rules = dialect.replace('function-url', 'http-api').replace('-multi-value', '');
    return apigw.decodeResponse(JSON.stringify(response), rules);
}

for (const [adapter, handler] of Object.entries(ADAPTERS)) {
    for (const dialect of DIALECTS) {
        for (const [name, request] of Object.entries(REQUESTS)) {
            test(`${adapter}, ${dialect}: ${name}`, async () => {
                const event = made(dialect, request);
                const expected = await own(event);
                const response = await handler(structuredClone(event), {});
                const { status, body } = decoded(dialect, response);
                assert.equal(status, 201);
                const seen = JSON.parse(body);
                const found = parts(seen.method, seen.url, seen.headers, seen.body);
                assert.deepEqual(found, expected);
            });
        }
    }
}
