'use strict';

// What a runtime other than Node must do, without node:test: anywhere.cjs KERNEL, where KERNEL is
// "wasm" if there is to be no addon.

const assert = require('node:assert/strict');

const { apigw, fixtures, form, thrown } = require('./support.cjs');

const isAddon = new apigw.Decoder().kernel !== 'wasm';
assert.equal(isAddon, process.argv[2] !== 'wasm');

for (const { bytes, form: golden, fault } of fixtures()) {
    for (const call of [apigw.decode, apigw.lease]) {
        if (fault === undefined) {
            const event = call(bytes);
            assert.equal(form(event), golden);
            assert.deepEqual(event.toJSON(), JSON.parse(bytes.toString()));
        } else {
            const { kind, offset } = thrown(() => call(bytes));
            assert.deepEqual({ kind, offset }, fault);
        }
    }
}

async function adapters() {
    const event = { httpMethod: 'POST', path: '/cats', headers: { host: 'h' }, body: 'é' };
    const echo = apigw.handler(async (request) => new Response(await request.text()));
    assert.equal((await echo(event)).body, 'é');
    const app = apigw.listener((request, response) => response.end(request.url));
    assert.equal((await app(event)).body, '/cats');
    const binary = apigw.encodeResponse({ body: Uint8Array.of(0xff) });
    assert.deepEqual([...apigw.decodeResponse(binary).body], [0xff]);
}

adapters().then(() => console.log('all as in Node'));
