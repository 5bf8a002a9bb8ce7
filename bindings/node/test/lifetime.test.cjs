'use strict';

const assert = require('node:assert/strict');
const { cpSync, mkdtempSync, rmSync } = require('node:fs');
const { Buffer } = require('node:buffer');
const { once } = require('node:events');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');

const { apigw, assertNoLeak, fixtures, form } = require('./support.cjs');

const PACKAGE = join(__dirname, '..');

test('an event is what it was after other decodes', () => {
    const kept = [];
    for (const { bytes, form: golden } of fixtures()) {
        if (golden === undefined) continue;
        const input = Buffer.from(bytes);
        kept.push([apigw.decode(input), golden, JSON.parse(bytes.toString())]);
        input.fill(0x20);
    }
    // Longer and shorter ones, with other characters, and refused ones.
    for (let i = 0; i < 2000; i++) {
        apigw.decode(JSON.stringify({ path: 'z'.repeat(i * 7), body: '漢"'.repeat(i) }));
        assert.throws(() => apigw.decode('{"path":"'));
    }
    global.gc();
    for (const [event, golden, object] of kept) {
        assert.equal(form(event), golden);
        assert.deepEqual(event.toJSON(), object);
    }
});

test('what an event has given outlives it', () => {
    const make = () => {
        const event = apigw.decode(
            JSON.stringify({ path: '/cats', body: 'b'.repeat(20_000), headers: { a: '漢' } }),
        );
        return [event.path, event.bytes(), event.headers];
    };
    const [path, bytes, headers] = make();
    for (let i = 0; i < 50; i++) {
        make();
        global.gc();
    }
    assert.deepEqual(
        [path, bytes.toString(), headers.get('a')],
        ['/cats', 'b'.repeat(20_000), '漢'],
    );
});

test('a million events leave the memory as it was', () => {
    const inputs = fixtures()
        .filter(({ form: golden, bytes }) => golden !== undefined && bytes.length < 8192)
        .map(({ bytes }) => bytes);
    const long = Buffer.from(JSON.stringify({ body: '"é'.repeat(20_000), path: '/x' }));
    const binary = Buffer.from(
        JSON.stringify({ body: Buffer.alloc(50_000, 7).toString('base64'), isBase64Encoded: true }),
    );
    let length = 0;
    const run = (count) => {
        for (let i = 0; i < count; i++) {
            const event = apigw.decode(inputs[i % inputs.length]);
            length +=
                (event.path?.length ?? 0) +
                (event.headers.get('host')?.length ?? 0) +
                (event.body?.length ?? 0);
            if (i % 64 === 0) {
                length += Object.keys(event.toJSON()).length + event.cookies().size;
                if (event.bodyKind === 'text') length += event.form().size;
                length += apigw.encodeResponse({
                    body: 'x',
                    headers: event.headers.size > 5 ? { a: '1' } : {},
                }).length;
                assert.throws(() => apigw.decode('{"path":1}'));
            }
            if (i % 1024 === 0) {
                length += apigw.decode(long).text().length + apigw.decode(binary).bytes().length;
                new apigw.Decoder().decode('{}');
            }
        }
    };
    assertNoLeak(run, 200_000, 800_000);
    assert.ok(length > 0);
});

test('workers, at once, that are ended while they decode', async () => {
    const source = `
        const { parentPort } = require('node:worker_threads');
        const { decode } = require(${JSON.stringify(PACKAGE)});
        const event = { path: '/x', body: '"é'.repeat(10000), headers: { host: 'h' } };
        const text = JSON.stringify(event);
        for (let i = 0; ; i++) {
            const event = decode(text);
            const isWrong = event.path !== '/x' || event.headers.get('host') !== 'h';
            if (isWrong || event.text().length !== 20000) throw new Error('wrong');
            if (i === 100) parentPort.postMessage('done');
        }`;
    for (let round = 0; round < 3; round++) {
        const workers = Array.from({ length: 4 }, () => new Worker(source, { eval: true }));
        await Promise.all(
            workers.map(
                (worker) =>
                    new Promise((resolve, reject) =>
                        worker.on('message', resolve).on('error', reject),
                    ),
            ),
        );
        await Promise.all(workers.map((worker) => worker.terminate()));
    }
    assert.equal(apigw.decode('{"path":"/x"}').path, '/x');
});

test('a worker that ends in the middle of a call', async () => {
    const start = `const apigw = require(${JSON.stringify(PACKAGE)});`;
    const exit = 'process.exit(7)';
    const sources = [
        `apigw.encodeResponse({ headers: { *[Symbol.iterator]() { ${exit}; } } })`,
        `apigw.encodeResponse({ get body() { ${exit}; } })`,
        `apigw.decode('{"queryString":{"a":"b"}}').query.forEach(() => ${exit})`,
        `apigw.lease('{"path":"/x"}').headers.has({ toString() { ${exit}; } })`,
        `apigw.handler(() => ${exit})('{"httpMethod":"GET","path":"/"}')`,
    ];
    for (const source of sources) {
        const worker = new Worker(`${start} ${source}`, { eval: true });
        assert.deepEqual(await once(worker, 'exit'), [7], source);
    }
    // One call takes much longer than it takes to be told to end.
    const long = `const text = '{"headers":{},"body":"' + '\\\\n'.repeat(8e6) + '"}';
        require('node:worker_threads').parentPort.postMessage('starts');
        for (;;) apigw.decode(text);`;
    for (let round = 0; round < 3; round++) {
        const worker = new Worker(`${start} ${long}`, { eval: true });
        await once(worker, 'message');
        assert.equal(await worker.terminate(), 1);
    }
    assert.equal(apigw.decode('{"path":"/x"}').path, '/x');
});

test('two copies of the package in one process', () => {
    const folder = mkdtempSync(join(tmpdir(), 'apigw-'));
    try {
        for (const part of ['lib', 'prebuilds', 'package.json']) {
            cpSync(join(PACKAGE, part), join(folder, part), { recursive: true });
        }
        const other = require(folder);
        assert.notEqual(other.decode, apigw.decode);
        const [mine, theirs] = [apigw.decode('{"path":"/a"}'), other.decode('{"path":"/b"}')];
        apigw.decode('{"path":"/c"}');
        assert.deepEqual([mine.path, theirs.path], ['/a', '/b']);
        assert.equal(theirs instanceof apigw.Event, false);
        assert.throws(
            () => Object.getOwnPropertyDescriptor(apigw.Event.prototype, 'path').get.call(theirs),
            TypeError,
        );
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test('no value of a pool is seen', () => {
    // What the memory of a body held before is not in what the body gives.
    for (let i = 0; i < 100; i++) {
        const body = 'a'.repeat(5000 + i);
        const bytes = apigw.decode(JSON.stringify({ body, path: '/'.repeat(12_000) })).bytes();
        assert.equal(bytes.length, body.length);
        assert.ok(bytes.every((byte) => byte === 0x61));
    }
});
