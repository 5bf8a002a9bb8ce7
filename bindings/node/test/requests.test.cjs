'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { apigw, DATA } = require('./support.cjs');

const { toRequest } = apigw;

/** The cases that the requests of every language are tested with. */
const CASES = JSON.parse(readFileSync(join(DATA, 'requests.json'), 'utf8'));

/** JSON without the blanks that a writer is free to add. */
function compact(text) {
    try {
        return JSON.stringify(JSON.parse(text));
    } catch {
        return text;
    }
}

for (const { name, event, request: expected, is_other: isOther } of CASES) {
    test(`the request of ${name}`, async () => {
        if (expected === null) {
            assert.throws(() => toRequest(event), isOther ? /no HTTP request/ : /./);
            return;
        }
        const request = toRequest(event);
        const url = new URL(request.url);
        assert.equal(request.method, expected.method);
        assert.equal(url.pathname, expected.path);
        assert.deepEqual([...url.searchParams], expected.query);
        for (const [header] of expected.headers) {
            const same = expected.headers.filter(([other]) => other === header);
            // The API joins them.
            const joined = same.map(([, value]) => value).join(', ');
            assert.equal(request.headers.get(header), joined);
        }
        assert.equal(compact(await request.text()), compact(expected.body));
    });
}
