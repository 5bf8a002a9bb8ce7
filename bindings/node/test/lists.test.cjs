'use strict';

// Pairs of one list share the bytes of their name: valid events were refused for want of room.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { apigw } = require('./support.cjs');

/** Names as they are in JSON. */
const NAMES = [
    'plain',
    'n'.repeat(100),
    '\\"q',
    `\\u006e${'n'.repeat(99)}`,
    'größe',
    '漢'.repeat(20_000),
    `é${'n'.repeat(65_533)}`,
    `\\u00e9${'n'.repeat(65_533)}`,
    'n'.repeat(65_535),
    '__proto__',
];
const COUNTS = [1, 2, 25, 28, 1000, 4096];

test('lists under plain, escaped, wide and long names', () => {
    for (const name of NAMES) {
        const text = JSON.parse(`"${name}"`);
        for (const count of COUNTS) {
            for (const value of ['1', '"é"', '"\\n"', 'null']) {
                const list = `{"${name}":[${Array(count).fill(value)}]}`;
                const want = Array(count).fill(
                    value.startsWith('"') ? JSON.parse(value) : value === 'null' ? '' : value,
                );
                const document = `{"queryString":${list}}`;
                for (const call of [apigw.decode, apigw.lease]) {
                    const event = call(document);
                    assert.deepEqual(event.query.getAll(text), want);
                    assert.equal(event.query.size, count);
                    event.release();
                }
            }
        }
    }
});

test('several lists, one after the other and in several maps', () => {
    const list = (name, count) =>
        `"${name}":[${Array.from({ length: count }, (_, i) => `"${i}é"`)}]`;
    const names = [...new Map(NAMES.map((name) => [JSON.parse(`"${name}"`), name])).values()];
    const map = `{${names.map((name, i) => list(name, i + 2))}}`;
    const document = `{"headers":${map},"queryString":${map},"stageVariables":${map}}`;
    for (const call of [apigw.decode, apigw.lease]) {
        const event = call(document);
        for (const pairs of [event.headers, event.query, event.stageVariables]) {
            for (const [i, name] of names.entries()) {
                const want = Array.from({ length: i + 2 }, (_, k) => `${k}é`);
                assert.deepEqual(pairs.getAll(JSON.parse(`"${name}"`)), want);
            }
        }
        event.release();
    }
});

test('lists in the headers of a response', () => {
    for (const [name, count] of [
        ['set-cookie', 25],
        ['x-a-rather-long-name-of-a-header', 6],
        ['content-security-policy-report-only', 4096],
    ]) {
        for (const value of ['a', 'é"']) {
            const { headers } = apigw.decodeResponse(
                JSON.stringify({ statusCode: 200, headers: { [name]: Array(count).fill(value) } }),
            );
            assert.deepEqual(headers, Array(count).fill([name, value]));
        }
    }
});

test('the least that a client had to send: ?größe=1, 28 times', () => {
    for (let count = 1; count <= 100; count++) {
        const query = { größe: Array(count).fill('1') };
        const document = JSON.stringify({
            httpMethod: 'GET',
            path: '/p',
            headers: { host: 'a' },
            queryString: query,
        });
        assert.deepEqual(apigw.decode(document).query.getAll('größe'), query.größe);
    }
});
