'use strict';

// Values that the addon has read, against those of JSON.parse.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const binding = require('../lib/binding.cjs');
const { readValue } = require('../lib/value.cjs');
const { DATA, apigw, assertNoLeak } = require('./support.cjs');

const decoder = binding.create(16 << 20, 4096, 6 << 20);
const read = (source) => readValue(decoder, source);

function same(text) {
    const want = JSON.parse(text);
    for (const source of [text, Buffer.from(text)]) {
        const value = read(source);
        assert.deepEqual(value, want, text.slice(0, 200));
        // The order, too, and own properties that are called __proto__.
        assert.equal(JSON.stringify(value), JSON.stringify(want));
    }
}

test('every kind of value', () => {
    for (const text of [
        'null',
        'true',
        ' false ',
        '""',
        '"a"',
        '"ab"',
        '"abc"',
        '"\\u0000\\n\\"\\\\\\/"',
        '"é"',
        '"\\u00e9"',
        '"中文 and more"',
        '"\\ud83d\\ude00"',
        '[]',
        '[[],[[]],{}]',
        '{}',
        '{"":1}',
        '{"a":{"a":{"a":[]}}}',
        '{"é":1,"中":"文"}',
        '{"b":1,"a":2,"10":3,"9":4,"-1":5}',
        '{"a":1,"b":2,"a":3}',
        '{"__proto__":1,"constructor":2,"toString":{"__proto__":{"a":1}},"hasOwnProperty":null}',
        ' [ 1 , { "a" : [ true , null ] } , "b" ] ',
    ]) {
        same(text);
    }
});

test('numbers', () => {
    const numbers =
        '0 -0 1 -1 0.5 -0.0 1e3 1E-3 1.7976931348623157e308 5e-324 1e-400 0.1 123456789012345678901234567890';
    const edges = [28, 31, 32, 53, 63, 64].flatMap((bits) => [-1n, 0n, 1n].map((by) => (1n << BigInt(bits)) + by));
    for (const text of [...numbers.split(' '), ...edges, ...edges.map((edge) => -edge)]) {
        same(String(text));
        assert.ok(Object.is(read(`[${text}]`)[0], Number(text)), String(text));
    }
});

test('strings of every length, in ASCII and not', () => {
    for (const unit of ['x', 'é', '中', '😀']) {
        for (let length = 0; length < 70; length++) {
            const string = `${'a'.repeat(length)}${unit}`;
            same(JSON.stringify([string, string, { [string]: string }, unit.repeat(length)]));
        }
    }
});

test('documents of several pieces', () => {
    const long = 'x'.repeat(100_000);
    for (const value of [
        Array.from({ length: 10_000 }, (_, i) => i),
        Array.from({ length: 3000 }, (_, i) => i + 0.5),
        Array.from({ length: 3000 }, (_, i) => `string ${i}`),
        Array.from({ length: 3000 }, (_, i) => `中文 ${i}`),
        Array.from({ length: 3000 }, (_, i) => ({
            id: i,
            name: `name ${i}`,
            tags: [],
            more: { price: i / 7, is: true },
        })),
        Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`name ${i}`, [null, i]])),
        ['a', long, 'b', `${long}é`, { [long]: long }],
        [long, long, long],
    ]) {
        same(JSON.stringify(value));
    }
});

test('objects with the same names, until they have a function', () => {
    const names = ['id', 'b c', 'quote"', '中', '__proto', 'line\n', '0'];
    for (let i = 0; i < 3000; i++) {
        same(JSON.stringify(Object.fromEntries(names.map((name, j) => [name, j === i % 7 ? `${i}` : { i }]))));
    }
});

test('more kinds of objects than have a place', () => {
    for (let round = 0; round < 4; round++) {
        for (let i = 0; i < 2000; i++) {
            const kind = round % 2 === 0 ? i : i % 50;
            same(`[{"name ${kind}":1,"b":{"c${kind}":[2]}},{"b":{"c${kind}":${i}},"name ${kind}":0.5}]`);
        }
    }
});

test('objects with many names, and with long ones', () => {
    for (const count of [63, 64, 65, 300]) {
        const members = Array.from({ length: count }, (_, i) => [`name ${i}`, i]);
        for (let i = 0; i < 3; i++) same(JSON.stringify(Object.fromEntries(members)));
    }
    for (const length of [63, 64, 65, 66_000]) {
        for (let i = 0; i < 3; i++) same(`{"${'x'.repeat(length)}":${i},"y":1}`);
    }
});

test('generated values', () => {
    let state = 7;
    const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
    const pick = (list) => list[random(list.length)];
    const string = () => pick(['', 'a', 'name', '中', 'é', '"', '\\', 'a longer string', '\u0000', '😀']) + random(5);
    const value = (depth) =>
        pick([
            () => null,
            () => random(2) === 0,
            () => random(1000) - 500,
            () => (random(1 << 30) - (1 << 29)) * 4,
            () => random(1000) / 8,
            string,
            string,
            () => (depth > 4 ? 1 : Array.from({ length: random(5) }, () => value(depth + 1))),
            () =>
                depth > 4
                    ? 2
                    : Object.fromEntries(Array.from({ length: random(5) }, () => [string(), value(depth + 1)])),
        ])();
    for (let i = 0; i < 5000; i++) same(JSON.stringify(value(0), null, random(2)));
});

test('the suite of JSON texts: what is read is what JSON.parse reads', () => {
    const folder = join(DATA, 'jsontestsuite');
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    assert.ok(names.length > 300);
    for (const name of names) {
        const bytes = readFileSync(join(folder, name));
        if (name.startsWith('y_')) same(bytes.toString());
        else if (name.startsWith('n_')) assert.equal(read(bytes), undefined, name);
        else if (read(bytes) !== undefined) same(bytes.toString());
    }
});

test('damaged texts are read as JSON.parse reads them, or not at all', () => {
    const text = '[{"a":-12.5e1,"b\\n":[true,null]},{"b":"\\u00e9\\ud83d\\ude00 中"},0,false,"x",1234567890123]';
    let refused = 0;
    for (let i = 0; i < text.length; i++) {
        for (const other of ['', '"', '\\', '{', '}', ']', ',', ':', '0', 'e', '.', '-', ' ', '\u0001', 'é']) {
            const changed = text.slice(0, i) + other + text.slice(i + 1);
            if (read(changed) !== undefined) same(changed);
            else refused++;
        }
    }
    assert.ok(refused > 500);
});

test('what the library does not read is left to JSON.parse', () => {
    const deep = (depth) => '['.repeat(depth) + ']'.repeat(depth);
    same(deep(64));
    for (const text of [deep(65), '"\\ud800"', '1e400', '', '{', 'nul', '[1,]', '"\t"']) {
        assert.equal(read(text), undefined, text);
        same('[1,{"a":"b"}]');
    }
});

test('other names are announced in each piece until they were asked for', () => {
    const tape = new Int32Array(4096);
    const values = binding.createValues(tape, new Float64Array(1024));
    /** The kinds of words on the tape: their lowest bits, or more of them for those that tell nothing else. */
    const kinds = (text) => {
        binding.readValue(decoder, values, text);
        const words = [...tape.subarray(0, tape.indexOf(END))];
        return words.map((word) => ((word & 7) === 7 ? word & 63 : word & 7));
    };
    const [INTEGER, ARRAY, OBJECT, NAMED, END, RENAMED] = [2, 4, 5, 6, 31, 39];
    const text = '[{"a":1},{"a":2},{"a":3}]';
    assert.deepEqual(kinds(text), [ARRAY, NAMED, 0, INTEGER, RENAMED, OBJECT, INTEGER, OBJECT, INTEGER]);
    const announced = [ARRAY, RENAMED, OBJECT, INTEGER, OBJECT, INTEGER, OBJECT, INTEGER];
    // As if what was read had never been looked at.
    for (let i = 0; i < 3; i++) assert.deepEqual(kinds(text), announced);
    const number = tape[2] >> 3;
    assert.deepEqual(binding.valueNames(values, number), ['a']);
    assert.deepEqual(kinds(text), announced.toSpliced(1, 1));
});

test('a stack that overflows', () => {
    const program = `
        const assert = require('node:assert/strict');
        const { readValue } = require(${JSON.stringify(require.resolve('../lib/value.cjs'))});
        const decoder = require(${JSON.stringify(require.resolve('../lib/binding.cjs'))}).create(1 << 20, 4096, 1 << 20);
        const text = (kind) => '[{"n' + kind + '":"é"},{"n' + kind + '":2},{"n' + kind + '":[3]}]';
        const check = (kind) => assert.equal(JSON.stringify(readValue(decoder, text(kind))), text(kind));
        let kind = 0;
        while (kind < 4000) check(kind++);
        // Frames of different sizes below the call, so that it overflows in any of the functions.
        const frames = Array.from({ length: 12 }, (_, count) => {
            const locals = Array.from({ length: count }, (_, i) => 'let a' + i + ' = go;').join('');
            return new Function('go', locals + 'return go();');
        });
        const below = (depth, frame) => (depth > 0 ? below(depth - 1, frame) : frame(() => readValue(decoder, text(kind))));
        const overflows = (depth, frame) => {
            try {
                below(depth, frame);
                return false;
            } catch (error) {
                assert.ok(error instanceof RangeError);
                return true;
            }
        };
        let [fits, most] = [100, 100_000];
        while (most - fits > 1) {
            const middle = (fits + most) >> 1;
            if (overflows(middle, frames[0])) most = middle;
            else fits = middle;
        }
        let count = 0;
        for (let depth = fits - 8; depth < fits + 8; depth++) {
            for (const frame of frames) {
                if (overflows(depth, frame)) {
                    count++;
                    for (let other = kind - 1100; other <= kind; other++) check(other);
                }
                kind++;
            }
        }
        assert.ok(count > 50);`;
    // Frames become smaller with compilation.
    const { status, stderr } = spawnSync(process.execPath, ['--jitless', '-e', program]);
    assert.equal(status, 0, stderr.toString());
});

test('setters that were put on prototypes of all objects', () => {
    const program = `
        const assert = require('node:assert/strict');
        const apigw = require(${JSON.stringify(require.resolve('../lib/apigw.cjs'))});
        const { readValue } = require(${JSON.stringify(require.resolve('../lib/value.cjs'))});
        const decoder = require(${JSON.stringify(require.resolve('../lib/binding.cjs'))}).create(1 << 20, 4096, 1 << 20);
        const text = '[{"late":1,"a":2},{"late":[3]}]';
        for (let i = 0; i < 10; i++) readValue(decoder, text);
        const again = () => assert.equal(readValue(decoder, '[1]'), undefined);
        Object.defineProperty(Object.prototype, 'late', { set: again, configurable: true });
        assert.equal(JSON.stringify(readValue(decoder, text)), text);
        delete Object.prototype.late;
        const long = JSON.stringify(Array.from({ length: 9000 }, (_, i) => i));
        let calls = 0;
        const decode = () => calls++ === 0 && require(${JSON.stringify(require.resolve('../lib/binding.cjs'))}).decode(decoder, '{}');
        Object.defineProperty(Array.prototype, 5, { set: decode, configurable: true });
        assert.throws(() => readValue(decoder, long), /was decoded while/);
        delete Array.prototype[5];
        assert.equal(JSON.stringify(readValue(decoder, long)), long);
        assert.equal(apigw.decode('{"path":"/"}').path, '/');`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', program]);
    assert.equal(status, 0, stderr.toString());
});

test('objects whose prototype has names of its own', () => {
    const program = `
        const { readValue } = require(${JSON.stringify(require.resolve('../lib/value.cjs'))});
        const binding = require(${JSON.stringify(require.resolve('../lib/binding.cjs'))});
        const decoder = binding.create(1 << 20, 4096, 1 << 20);
        Object.defineProperty(Object.prototype, 'trap', { set() { throw new Error('a setter was called'); } });
        Object.freeze(Object.prototype);
        const text = '[{"trap":1,"a":2},{"valueOf":1},{"toString":{"trap":3},"trap":4}]';
        for (let i = 0; i < 3000; i++) {
            require('node:assert/strict').equal(JSON.stringify(readValue(decoder, text)), text);
        }`;
    for (const flags of [[], ['--disallow-code-generation-from-strings']]) {
        const { status, stderr } = spawnSync(process.execPath, [...flags, '-e', program]);
        assert.equal(status, 0, stderr.toString());
    }
});

test('bodies of events, before and after they are read by the addon', () => {
    const value = { items: Array.from({ length: 700 }, (_, i) => ({ id: i, name: `item ${i}`, price: i / 4 })) };
    const bodies = [value, { ...value, note: '中文 😀' }, { a: 1 }, [], 'text', 7, null];
    for (let i = 0; i < 300; i++) {
        for (const [index, body] of bodies.entries()) {
            const text = JSON.stringify(body);
            const base64 = (i + index) % 2 === 0;
            const event = JSON.stringify({
                httpMethod: 'POST',
                path: '/',
                headers: {},
                body: base64 ? Buffer.from(text).toString('base64') : text,
                isBase64Encoded: base64,
            });
            assert.deepEqual(apigw.decode(event).json(), body);
            const leased = apigw.lease(event);
            assert.deepEqual(leased.json(), body);
            leased.release();
        }
    }
    const broken = JSON.stringify({ httpMethod: 'POST', path: '/', headers: {}, body: '{"a":1,}' });
    for (let i = 0; i < 3; i++) {
        assert.throws(
            () => apigw.decode(broken).json(),
            (error) => error instanceof apigw.ApigwError && error.offset === 7 && error.member === 'body',
        );
    }
});

test('a body that is read again and again takes no more memory', () => {
    const items = Array.from({ length: 600 }, (_, i) => ({ id: i, name: `item ${i}`, tags: ['a', 'b'] }));
    const event = apigw.decode(
        JSON.stringify({ httpMethod: 'POST', path: '/', headers: {}, body: JSON.stringify(items) }),
    );
    const run = (count) => {
        for (let i = 0; i < count; i++) event.json();
    };
    assertNoLeak(run, 1000, 3000);
});
