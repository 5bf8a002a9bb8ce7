'use strict';

const assert = require('node:assert/strict');
const { Buffer, isUtf8 } = require('node:buffer');
const { test } = require('node:test');

const { apigw, fixtures, form, thrown } = require('./support.cjs');

const inputs = (bytes) => {
    const all = [bytes, new Uint8Array(bytes)];
    // Bytes that are not UTF-8 have no string.
    if (isUtf8(bytes)) all.push(bytes.toString());
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    all.push(shared);
    // At an odd address, with what must not be read around it.
    const inside = Buffer.alloc(bytes.length + 2, '"');
    bytes.copy(inside, 1);
    all.push(inside.subarray(1, -1));
    return all;
};

for (const { name, bytes, fault, form: golden } of fixtures()) {
    test(name, () => {
        const before = Buffer.from(bytes);
        for (const input of inputs(bytes)) {
            if (fault === undefined) {
                const event = apigw.decode(input);
                assert.equal(form(event), golden);
                assert.deepEqual(event.toJSON(), JSON.parse(bytes.toString()));
                assert.equal(JSON.stringify(event), JSON.stringify(JSON.parse(bytes.toString())));
            } else {
                const error = thrown(() => apigw.decode(input));
                assert.ok(error instanceof apigw.ApigwError, error.stack);
                assert.deepEqual({ kind: error.kind, offset: error.offset }, fault);
            }
        }
        assert.ok(bytes.equals(before), 'the input has changed');
    });
}
