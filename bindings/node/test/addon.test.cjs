'use strict';

// Tests of the addon alone. All other tests also run with its replacement, in WebAssembly.

const assert = require('node:assert/strict');
const { Buffer } = require('node:buffer');
const { test } = require('node:test');

const addon = require('../lib/binding.cjs');
const fallback = require('../lib/fallback.cjs');
const { Block } = require('../lib/block.cjs');
const { DIALECTS, RULES } = require('../lib/fields.cjs');
const { HEADERS } = require('../lib/names.cjs');
const { BY, Pairs } = require('../lib/pairs.cjs');
const { Generator } = require('./generate.cjs');
const { apigw, eventOf, fixtures, form } = require('./support.cjs');

const LIMITS = [16 << 20, 4096, 6 << 20];
const [ours, theirs] = [addon.create(...LIMITS), fallback.create(...LIMITS)];
test('the addon is there', () => {
    assert.equal(typeof addon.names, 'function');
    assert.notEqual(new apigw.Decoder().kernel, 'wasm');
    assert.equal(addon.version, fallback.version);
});

test('the tables of names are those of the library', () => {
    for (let i = 1; i < 128; i++) assert.equal(addon.names(0, i), HEADERS[i - 1]);
    const faults = new Map(require('../lib/faults.cjs').map(([code, ...texts]) => [code, texts]));
    for (let i = 1; i < 256; i++) {
        const name = addon.names(1, i);
        if (name !== 'unknown') assert.deepEqual(faults.get(i), [name, addon.names(2, i)]);
        else assert.equal(faults.has(i), false);
    }
    for (let i = 0; i < DIALECTS.length + 16; i++)
        assert.equal(addon.names(3, i), DIALECTS[i] ?? 'unknown');
});

/** What a call gives, without the form of blocks: an event's form, or a fault. */
function outcome(binding, decoder, call, show) {
    const found = binding[call[0]](decoder, ...call.slice(1));
    return found === undefined
        ? binding.fault(decoder).slice(0, 2).concat(binding.fault(decoder)[2])
        : show(binding, decoder, found);
}

const eventForm = (_binding, decoder, found) => form(eventOf(decoder, found));

function sameOutcome(call, show) {
    const expected = outcome(addon, ours, call, show);
    assert.deepEqual(
        outcome(fallback, theirs, call, show),
        expected,
        String(call[1]).slice(0, 300),
    );
    return Array.isArray(expected);
}

/** Each of some bytes deleted, doubled, and replaced. */
function* mutations(bytes, step) {
    for (let i = 0; i < bytes.length; i += step) {
        yield bytes.subarray(0, i);
        yield Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)]);
        for (const byte of [0, 0x22, 0x5c, 0x7d, 0x31, 0x80, 0xed, 0xf0]) {
            const changed = Buffer.from(bytes);
            changed[i] = byte;
            yield changed;
        }
    }
}

test('events: the same strings, the same faults, with and without the addon', () => {
    let refused = 0;
    for (const { bytes } of fixtures()) {
        sameOutcome(['decode', bytes], eventForm);
        if (bytes.length > 4000) continue;
        for (const changed of mutations(bytes, 7))
            refused += sameOutcome(['decode', changed], eventForm);
    }
    const generator = new Generator(11);
    for (let i = 0; i < 300; i++) {
        const bytes = Buffer.from(generator.event());
        for (const changed of mutations(bytes, 1 + (bytes.length >> 4)))
            refused += sameOutcome(['decode', changed], eventForm);
    }
    assert.ok(refused > 10_000, `${refused}`);
});

test('responses: the same, by all rules', () => {
    const show = (_binding, _decoder, found) => {
        const event = eventOf(ours, found);
        return [form(event), event.headers.toArray()];
    };
    const texts = [
        '{"isBase64Encoded":true,"statusCode":200,"headers":{"a":["1","2"],"b":"\\u00e9"},' +
            '"body":"YQ=="}',
        '{"statusCode":"404","headers":{"a":1,"b":null,"A":"x"},"body":null,' +
            '"isBase64Encoded":"false","more":[1,{}]}',
        '{"hello":["world",{"statusCode":1}]}',
        ' [1,2] ',
        '{"statusCode":204,"headers":[],"extra":{"deep":[[[]]]}}',
        '{"statusCode":200,"headers":{"a b":"x"},"body":"x\\n"}',
    ];
    let refused = 0;
    for (const text of texts) {
        for (let rules = 0; rules < RULES.length; rules++) {
            sameOutcome(['decodeResponse', Buffer.from(text), rules], show);
            for (const changed of mutations(Buffer.from(text), 1)) {
                refused += sameOutcome(['decodeResponse', changed, rules], show);
            }
        }
    }
    assert.ok(refused > 1000);
});

test('what is written, and what is in bodies: the same', () => {
    const text = (_binding, _decoder, found) => found.toString();
    const headers = [
        [],
        ['a', 'b'],
        ['a', '1', 'A', '2', 'set-cookie', 'x', 'Set-Cookie', 'y'],
        ['a', 'é\u2028"\\\t'],
        ['', 'x'],
        ['é', 'x'],
        ['a', 'é\n'],
        ['a\nb', 'c'],
        ['a', 'b', 'c', 'd\ne'],
        ['a', ''],
    ];
    for (const list of headers) {
        for (const body of [
            '',
            'é"\\\u0000\u007f\u2028',
            Buffer.from([0x61, 0xff]),
            Buffer.from('x'),
        ]) {
            for (let encoding = 0; encoding < 3; encoding++) {
                for (let dialect = 0; dialect < DIALECTS.length; dialect++) {
                    const call = [
                        'encodeResponse',
                        200,
                        dialect,
                        encoding,
                        list,
                        body,
                        list.join('\n'),
                    ];
                    sameOutcome(call, text);
                    const room = Buffer.alloc(100);
                    const joined = outcome(
                        addon,
                        ours,
                        [...call, room],
                        (_binding, _decoder, found) =>
                            (typeof found === 'number'
                                ? room.subarray(0, found)
                                : found
                            ).toString(),
                    );
                    assert.deepEqual(joined, outcome(addon, ours, call, text));
                }
            }
        }
    }
    sameOutcome(['encodeWebSocketReply', -5, 'é"', 'id', 'p', 'e'], text);
    const pairs = (_binding, _decoder, found) => new Pairs(Block.from(found), 0, BY.NAME).toArray();
    for (const body of [
        'a=1&b',
        '&=&==&a==b',
        '%',
        '%4',
        '%41%zz+',
        'é=%ff',
        'a'.repeat(70_000),
        'a&'.repeat(5000),
    ]) {
        sameOutcome(['form', Buffer.from(body)], pairs);
    }
    for (const header of [
        '',
        ';',
        ' a = "1" ; b',
        'a==;=',
        '\ta;é=é',
        ';'.repeat(9),
        'a;'.repeat(5000),
        `x; ${'a'.repeat(70_000)}`,
    ]) {
        sameOutcome(['cookies', header], pairs);
    }
    for (const body of [
        '',
        'YQ==',
        'YR==',
        'YWI=',
        'YWJ=',
        'YWJj',
        'YQ',
        'Y',
        '====',
        'YQ==YQ==',
        'YW-j',
        'YQ==x',
        'é',
        'YWJjY',
        'YQ=',
        '=',
    ]) {
        sameOutcome(['base64', body], text);
    }
    for (const body of [
        '1',
        '[1,]',
        '{"a":}',
        '"\\ud800"',
        '',
        ' 1 2',
        '[[',
        '-',
        '01',
        'tru',
        '['.repeat(65),
    ]) {
        sameOutcome(['json', body], text);
    }
});
