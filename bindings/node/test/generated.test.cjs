'use strict';

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const { Generator } = require('./generate.cjs');
const { apigw } = require('./support.cjs');

const COUNT = 10_000;

/** What JSON.parse makes of a text, and the pairs of each map, which an object cannot hold. */
function pairsOf(map) {
    if (map === undefined || map === null || Array.isArray(map)) return [];
    return Object.entries(map).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one) => [name, one]),
    );
}

/** The last value of each name, which is what an object has. */
function lastOf(pairs) {
    const last = new Map();
    for (const [name, value] of pairs) last.set(name, value);
    return last;
}

/** The maps in which a list has several pairs, and what JSON.parse makes of each. */
function mapsOf(event, want) {
    return [
        [event.headers, want.headers],
        [event.query, want.queryString],
        [event.pathParameters, want.pathParameters],
        // Only Tencent's gateways have another query apart from it.
        [
            event.dialect.startsWith('tencent-') ? event.declaredQuery : event.query,
            want.queryStringParameters,
        ],
        [event.stageVariables, want.stageVariables],
    ];
}

test(`${COUNT} generated events mean what JSON.parse makes of them`, () => {
    const generator = new Generator(7);
    const kinds = { long: 0, wide: 0, ascii: 0, maps: 0, lists: 0, longNames: 0, wideLists: 0 };
    for (let i = 0; i < COUNT; i++) {
        const text = generator.event();
        const bytes = Buffer.from(text);
        const event = apigw.decode(i % 3 === 0 ? text : bytes);
        const want = JSON.parse(text);
        // Once overwritten, what was not copied is no longer there.
        bytes.fill('}');
        assert.deepEqual(event.toJSON(), want, text);
        assert.equal(JSON.stringify(event), JSON.stringify(want));

        const context = want.requestContext ?? {};
        assert.equal(event.method, want.httpMethod ?? undefined, text);
        assert.equal(event.path, want.path ?? undefined, text);
        assert.equal(event.route, context.path ?? undefined, text);
        assert.equal(event.sourceIp, context.sourceIp ?? undefined, text);
        assert.equal(event.secretId, context.identity?.secretId ?? undefined, text);
        if (typeof want.body === 'string') {
            assert.equal(event.body, want.body);
            assert.equal(event.text(), want.body);
            assert.ok(event.bytes().equals(Buffer.from(want.body)), text);
        } else if (typeof want.body === 'object' && want.body !== null) {
            assert.deepEqual(event.json(), want.body);
        }
        const strings = (pairs) => pairs.filter(([, value]) => typeof value === 'string');
        for (const [name, value] of strings([...lastOf(pairsOf(want.headers))])) {
            kinds.maps++;
            assert.ok(
                event.headers
                    .getAll(name.replace(/[a-z]/g, (letter) => letter.toUpperCase()))
                    .includes(value),
                text,
            );
            assert.ok(event.headers.has(name), text);
        }
        for (const [name, value] of strings([...lastOf(pairsOf(want.queryString))])) {
            assert.equal(event.query.getAll(name).at(-1), value, text);
        }
        for (const [map, object] of mapsOf(event, want)) {
            for (const [name, list] of Object.entries(object ?? {}).filter(([, one]) =>
                Array.isArray(one),
            )) {
                const all = map.toArray().filter(([found]) => found === name);
                const values = all.slice(all.length - list.length).map(([, value]) => value);
                assert.equal(values.length, list.length, text);
                for (const [k, value] of list.entries()) {
                    if (typeof value === 'string') assert.equal(values[k], value, text);
                    else if (typeof value === 'number')
                        assert.equal(Number(values[k]), value, text);
                }
                kinds.lists++;
                if (name.length > 1000) kinds.longNames++;
                if (/[^\0-\x7f]/.test(name) && list.length > 2) kinds.wideLists++;
            }
        }
        if (event.isAscii) kinds.ascii++;
        else kinds.wide++;
        if ((event.body?.length ?? 0) >= 4096 && text.length >= 16384) kinds.long++;
    }
    for (const [kind, count] of Object.entries(kinds))
        assert.ok(count > 20, `only ${count} of the kind ${kind}`);
});
