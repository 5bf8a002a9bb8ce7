'use strict';

// Objects that a function for their shape has built, against those of JSON.parse.

const assert = require('node:assert/strict');
const { isAscii } = require('node:buffer');
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { test } = require('node:test');

const binding = require('../lib/binding.cjs');
const { Generator } = require('./generate.cjs');
const { apigw, fixtures } = require('./support.cjs');

/** From so many sightings on, a shape has a function. */
const ENOUGH = 10;

function same(text) {
    const object = apigw.decode(text).toJSON();
    const want = JSON.parse(text);
    assert.deepEqual(object, want, text);
    // The order, too, and own properties that are called __proto__.
    assert.equal(JSON.stringify(object), JSON.stringify(want));
}

/** Whether the document has an event. Some members allow certain strings only. */
function sameIfDecoded(text) {
    let object;
    try {
        object = apigw.decode(text).toJSON();
    } catch (error) {
        assert.ok(error instanceof apigw.ApigwError, error.stack);
        return false;
    }
    assert.deepEqual(object, JSON.parse(text), text);
    return true;
}

/** A document with other strings for values, some with escapes. */
function varied(text, random) {
    const other = () =>
        ['', 'a', '"', '\\', 'line\n', '\u0000', 'e', ':', '":', '{"a":"b"}', 'x'.repeat(40)][random(11)];
    return text.replace(/"(?:[^"\\]|\\.)*"([ \t\r\n]*:)?/g, (string, colon) =>
        colon !== undefined || random(2) === 0 ? string : JSON.stringify(other() + other()),
    );
}

function randomOf(seed) {
    let state = seed;
    return (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
}

test('the fixtures, often enough', () => {
    const random = randomOf(1);
    for (const { bytes, fault } of fixtures()) {
        if (fault !== undefined || !isAscii(bytes)) continue;
        for (let i = 0; i < ENOUGH; i++) same(bytes.toString());
        for (let i = 0; i < ENOUGH; i++) sameIfDecoded(varied(bytes.toString(), random));
    }
});

test('generated events, with other strings in them', () => {
    const generator = new Generator(11);
    const random = randomOf(2);
    let decoded = 0;
    for (let i = 0; i < 2_000; i++) {
        const text = generator.event();
        if (text.length >= 16384) continue;
        for (let j = 0; j < 5; j++) {
            if (sameIfDecoded(varied(text, random))) decoded++;
        }
    }
    assert.ok(decoded > 5_000, `${decoded}`);
});

const EVENT = {
    headers: { host: 'example.com', accept: '*/*' },
    body: 'text',
    path: '/cats',
    list: ['a', ['b', {}], 1, true, null],
    requestContext: { identity: {}, stage: 'release' },
};

/** In a process of its own the shapes are new, so that each of these gets a function. */
function inProcess(options, action, ...values) {
    const source = `
        const { apigw } = require(${JSON.stringify(join(__dirname, 'support.cjs'))});
        const assert = require('node:assert/strict');
        ${same}
        ${sameIfDecoded}
        ${varied}
        const random = (${randomOf})(3);
        (${action})({ same, sameIfDecoded, varied, random }, ${values.map((value) => JSON.stringify(value)).join(', ')});
        console.log('done');`;
    const { stdout, stderr } = spawnSync(process.execPath, [...options, '-e', source], { encoding: 'utf8' });
    assert.equal(stdout, 'done\n', stderr);
}

test('a response was encoded where the document stood', () => {
    const text = (i) => JSON.stringify({ path: `/${i}`, headers: { host: 'h'.repeat(i), accept: 'a'.repeat(200) } });
    for (let i = 0; i < 3 * ENOUGH; i++) same(text(i));
    for (const length of [1, 100, 1000, 10_000]) {
        const event = apigw.decode(text(7));
        apigw.encodeResponse({ headers: {}, body: text(8).repeat(length) });
        assert.deepEqual(event.toJSON(), JSON.parse(text(7)));
    }
});

test('more objects than those that the addon builds the values of', () => {
    const random = randomOf(9);
    const texts = [EVENT, { path: '/', headers: { a: 'b', c: 'd"' } }, { path: '/x', list: [1, 'e', null] }];
    for (let i = 0; i < 1500; i++) same(JSON.stringify(texts[i % texts.length]));
    for (let i = 0; i < 300; i++) sameIfDecoded(varied(JSON.stringify(texts[i % texts.length]), random));
});

test('events of which objects are made in any order', () => {
    const text = (i) =>
        JSON.stringify({ path: `/${'p'.repeat(i % 50)}`, headers: { host: `h${i}`, quoted: `"${i}"` } });
    const other = new apigw.Decoder();
    const uses = [
        () => {},
        () => apigw.decode('{"path":"/","headers":{"other":"one"}}'),
        () => apigw.decode('{"path":"/é"}'),
        () => apigw.decode(JSON.stringify({ path: '/', body: 'b'.repeat(20_000) })),
        () => assert.throws(() => apigw.decode(text(3).slice(1)), apigw.ApigwError),
        () => apigw.decode('{"headers":{},"body":"a=b&c=d"}').form(),
        () => apigw.decode('{"headers":{"cookie":"a=b"}}').cookies().size,
        () => apigw.encodeResponse({ body: text(9).repeat(9) }),
        () => apigw.lease(text(5)).toJSON(),
        () => other.decode(text(6)),
        () => other.decode(text(7)).toJSON(),
    ];
    for (let i = 0; i < 3 * ENOUGH; i++) same(text(i));
    for (let i = 0; i < 2000; i++) {
        const events = Array.from({ length: 1 + (i % 3) }, (_, j) => apigw.decode(text(i + j)));
        const kept = other.decode(text(i));
        uses[i % uses.length]();
        for (const j of [...events.keys(), ...events.keys()].reverse())
            assert.deepEqual(events[j].toJSON(), JSON.parse(text(i + j)));
        if (i % 2 === 0) uses[(i >> 1) % uses.length]();
        assert.deepEqual(kept.toJSON(), JSON.parse(text(i)));
    }
});

test('documents damaged at every byte after their shape has a function', () => {
    inProcess(
        [],
        ({ same, sameIfDecoded, varied, random }, event) => {
            const text = JSON.stringify(event);
            for (let i = 0; i < 20; i++) same(varied(text, random));
            for (let i = 0; i < 20; i++) same(text);
            for (let at = 0; at < text.length; at++) {
                for (const byte of ['"', '\\', ':', '{', ' ', 'e', '0', '']) {
                    const other = text.slice(0, at) + byte + text.slice(at + 1);
                    sameIfDecoded(other);
                }
            }
            for (let i = 0; i < 20; i++) same(text);
        },
        EVENT,
    );
});

test('two hundred shapes, more than are kept', () => {
    inProcess(
        [],
        ({ same }, event) => {
            for (let i = 0; i < 4_000; i++) same(JSON.stringify({ ...event, [`name${i % 200}`]: `${i}` }));
            for (let i = 0; i < 300; i++) same(JSON.stringify({ ...event, [`name${i % 7}`]: `${i}` }));
            for (let i = 0; i < 2_000; i++) same(JSON.stringify({ ...event, [`more${Math.floor(i / 10)}`]: `${i}` }));
            for (let i = 0; i < 400; i++) same(JSON.stringify({ ...event, [`more${i % 200}`]: `${i}` }));
        },
        EVENT,
    );
});

const ODD = [
    '{"__proto__":"a","b":"c"}',
    '{"b":{"__proto__":{"d":"c"}}}',
    '{"\\u005f_proto__":"a"}',
    '{"a":"__proto__"}',
    '{"a":"1","b":"2","a":"3"}',
    '{"x":{"a":"1","a":"2"}}',
    '{"2":"a","1":"b"}',
    '{"1":"a","2":"b"}',
    '{"a":-0}',
    '{"a":1e400,"b":1.0,"c":0.1}',
    '{"a":[{"":""},{"":"e"}]}',
    '{ "a" : "b" , "body" : "\\"" }',
    '{"a" :"b"}',
    '{"a\\"b":"c","\\\\":"d","constructor":"e"}',
    '{"body":"a\\nb","x":{"body":"a\\nb"}}',
    '{"x":[{"body":"a\\nb"}],"body":"\\u0041\\"\\\\"}',
    '{"body":{"body":"a\\nb"},"y":"\\/"}',
    '{"toString":"a","length":"b","\\u007f":"c"}',
    `{"a":"${'\\\\'.repeat(3000)}"}`,
    `{"list":${JSON.stringify(Array(300).fill('a'))}}`,
    `{"list":${JSON.stringify(Array(256).fill('a'))}}`,
    `{"list":${JSON.stringify(Array(3000).fill(12345))},"a":"b"}`,
    `{"${'name'.repeat(4000)}":"a"}`,
    '{}',
];

test('documents that mean something else in JavaScript, or are too large', () => {
    for (const text of ODD) {
        inProcess(
            [],
            ({ same, varied, random }, one) => {
                for (let i = 0; i < 20; i++) same(one);
                for (let i = 0; i < 20; i++) same(varied(one, random));
            },
            text,
        );
    }
});

test('where no code may be made from strings', () => {
    inProcess(
        ['--disallow-code-generation-from-strings'],
        ({ same }, event) => {
            for (let i = 0; i < 30; i++) same(JSON.stringify(event));
        },
        EVENT,
    );
});

test('the addon finds shapes by their skeletons', () => {
    const decoder = binding.create(1 << 20, 4096, 1 << 20);
    const spans = new Int32Array(515);
    const random = randomOf(5);
    for (const text of [JSON.stringify(EVENT), ...ODD.filter((one) => one.length < 1000)]) {
        const shapes = binding.createShapes(spans);
        for (let i = 0; i < 3 * ENOUGH; i++) {
            const block = binding.decode(decoder, text);
            const index = binding.shape(decoder, shapes, block);
            // White space behind a string: none is looked for.
            assert.equal(index, i < ENOUGH - 2 || /"\s/.test(text) ? -1 : 0, text);
            if (index < 0) continue;
            const values = [];
            const skeleton = text.replace(/"((?:[^"\\]|\\.)*)"(:?)/g, (string, content, colon) => {
                if (colon !== '') return string;
                values.push(content);
                return content.includes('\\') ? '"e"' : '""';
            });
            assert.equal(binding.skeleton(shapes, index)[0], skeleton);
            const cut = (j) => block.slice(spans[2 * j], spans[2 * j + 1]);
            // One that has escapes may stand without them.
            const stands = (j) => (spans[2 * j] < 0 ? `"${block.slice(~spans[2 * j], ~spans[2 * j + 1])}"` : undefined);
            for (const [j, value] of values.entries()) {
                if (value.includes('\\'))
                    assert.equal(JSON.parse(stands(j) ?? JSON.stringify(cut(j))), JSON.parse(`"${value}"`));
                else assert.equal(cut(j), value);
            }
            // In a block that is not the last, only with them.
            binding.decode(decoder, '{"path":"/other"}');
            assert.equal(binding.shape(decoder, shapes, block), index);
            for (const [j, value] of values.entries()) {
                assert.equal(value.includes('\\') ? stands(j) : `"${cut(j)}"`, `"${value}"`);
            }
        }
        // Another shape is not taken for it.
        const other = binding.decode(
            decoder,
            `${varied(text, random).slice(0, -1)}${text === '{}' ? '' : ','}"other":1}`,
        );
        assert.equal(binding.shape(decoder, shapes, other), -1);
    }
});
