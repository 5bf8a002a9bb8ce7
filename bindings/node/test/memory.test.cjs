'use strict';

// What events and decoders hold, of the heap of JavaScript and of memory outside of it.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const { apigw } = require('./support.cjs');

function held() {
    global.gc();
    global.gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
}

/** The names of lists, as they are in JSON. */
const list = (name, count) => `{"queryString":{"${name}":[${Array(count).fill(1)}]}}`;
const INPUTS = {
    'a list under a long name': list('n'.repeat(65_535), 4096),
    'a list under a long name with an escape': list(`\\n${'n'.repeat(65_534)}`, 4096),
    'a list under a long name that is not ASCII': list(`é${'n'.repeat(65_533)}`, 4096),
    'a list under a short name that is not ASCII': list('é', 4096),
    'a list of headers': `{"headers":{"é":[${Array(4096).fill(1)}]}}`,
    'the shortest pairs': `{"stageVariables":{${Array(4096).fill('"":1')}}}`,
    'text that is not ASCII': JSON.stringify({
        path: '漢'.repeat(100_000),
        stage: `é${'a'.repeat(300_000)}`,
    }),
    'a body with escapes': JSON.stringify({ body: '"\\é'.repeat(100_000) }),
    'a body in base64': JSON.stringify({ body: 'AAAA'.repeat(100_000), isBase64Encoded: true }),
    'a body that is not the base64 that it should be': JSON.stringify({
        body: '!AAA'.repeat(100_000),
        isBase64Encoded: true,
    }),
    'a query of which the value is a part of it, with text that is not ASCII': JSON.stringify({
        version: '2.0',
        rawQueryString: `é=é${'a'.repeat(300_000)}`,
        requestContext: { http: { method: 'GET' } },
    }),
    'a query that is decoded': JSON.stringify({
        version: '2.0',
        rawQueryString: `é=+é${'a'.repeat(300_000)}`,
        requestContext: { http: { method: 'GET' } },
    }),
    'many pairs of a query that are decoded': JSON.stringify({
        version: '2.0',
        rawQueryString: '%41=+&'.repeat(4000),
        requestContext: { http: { method: 'GET' } },
    }),
    'strings with escapes': JSON.stringify({
        headers: Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`"${i}`, '"'])),
    }),
    'a small event': '{"httpMethod":"GET","path":"/","headers":{"host":"h"}}',
};

test('an event holds at most 5 times its document and 64 KiB', () => {
    const COUNT = 8;
    for (const [what, text] of Object.entries(INPUTS)) {
        const bytes = Buffer.from(text);
        for (const call of [apigw.decode, apigw.lease]) {
            const kept = [];
            // The scratch of the decoder is not part of the event.
            call(bytes).release();
            const before = held();
            for (let i = 0; i < COUNT; i++) kept.push(call(bytes));
            const each = (held() - before) / COUNT;
            // A leased event has memory that is used again, of one size.
            const most = 5 * bytes.length + (call === apigw.lease ? 200 << 10 : 64 << 10);
            assert.ok(
                each <= most,
                `${what}: ${each} bytes for ${bytes.length}, more than ${most}`,
            );
            for (const one of kept) assert.ok(JSON.stringify(one).length > 10);
        }
    }
});

test('what a decoder has taken for a large event it gives back', () => {
    const large = Buffer.from(JSON.stringify({ path: '"é'.repeat(2 << 20) }));
    const small = INPUTS['a small event'];
    apigw.decode(small);
    const before = held();
    assert.equal(apigw.decode(large).path.length, 4 << 20);
    apigw.decode(small);
    const more = held() - before;
    assert.ok(more < 4 << 20, `${more}`);
});

/** Runs a program, and returns how many MiB its memory has grown. */
function growth(source) {
    const program = `
        const { Decoder } = require(${JSON.stringify(require.resolve('../lib/apigw.cjs'))});
        const event = { httpMethod: 'GET', path: '/', headers: { host: 'h' }, body: 'b' };
        const text = JSON.stringify(event);
        const rss = () => process.memoryUsage.rss() / 2 ** 20;
        (async () => {
            for (let i = 0; i < 1000; i++) new Decoder().decode(text).toJSON();
            const before = rss();
            ${source}
            console.log(rss() - before);
        })();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    assert.match(stdout, /^-?[\d.]+\n$/, stderr);
    return Number(stdout);
}

test('20 000 decoders in a loop leave the memory flat', () => {
    const grown = growth(`
        for (let i = 0; i < 20_000; i++) {
            const decoder = new Decoder();
            for (let k = 0; k < 2; k++) decoder.decode(text).toJSON();
            const leased = decoder.lease(text);
            if (leased.path !== '/') throw new Error(leased.path);
            leased.release();
        }`);
    assert.ok(grown < 64, `${grown} MiB`);
});

test('20 000 decoders, each with limits of its own, leave the memory flat', () => {
    const grown = growth(`
        for (let i = 0; i < 20_000; i++) {
            const decoder = new Decoder({ pairs: 100 + i });
            for (let k = 0; k < 2; k++) decoder.decode(text).toJSON();
            // Node frees what the collector has found when the program waits.
            if (i % 100 === 0) await new Promise(setImmediate);
        }`);
    assert.ok(grown < 160, `${grown} MiB`);
});

test('decoders with the same limits are independent', () => {
    const decoders = Array.from(
        { length: 50 },
        (_, i) => new apigw.Decoder({ pairs: 10 + (i % 25) }),
    );
    for (const [i, decoder] of decoders.entries()) {
        const pairs = (count) => `{"queryString":{"a":[${Array(count).fill(1)}]}}`;
        const most = 10 + (i % 25);
        assert.equal(decoder.decode(pairs(most)).query.size, most);
        assert.throws(() => decoder.decode(pairs(most + 1)), { kind: 'too-many-pairs' });
    }
});
