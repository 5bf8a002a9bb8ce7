'use strict';

const assert = require('node:assert/strict');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const apigw = require('../lib/apigw.cjs');
const { Block } = require('../lib/block.cjs');
const fields = require('../lib/fields.cjs');

const DATA = join(__dirname, '..', '..', '..', 'tests', 'data');

/** The events of tests/data, and what each must give: a normalised form, or an error. */
function fixtures() {
    const faults = new Map();
    for (const row of readFileSync(join(DATA, 'errors.tsv'), 'utf8').trimEnd().split('\n')) {
        const [name, kind, offset] = row.split('\t');
        faults.set(name, { kind, offset: Number(offset) });
    }
    const all = readdirSync(join(DATA, 'events')).map((name) => ({
        name,
        bytes: readFileSync(join(DATA, 'events', name)),
        fault: faults.get(name),
        form: faults.has(name)
            ? undefined
            : readFileSync(join(DATA, 'golden', name), 'utf8').trimEnd(),
    }));
    assert.ok(all.length > 200);
    return all;
}

/** The fields of an event in their order: the names in the normalised form, and the getters. */
const NAMES = Object.keys(fields.WORDS);
const FIELDS = NAMES.slice(NAMES.indexOf('METHOD'), NAMES.indexOf('STATUS'))
    .map((name) => name.toLowerCase())
    .map((name) => [name, name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())]);
const STRINGS = FIELDS.slice(0, fields.STRINGS).filter(([name]) => name !== 'body');
// It is of the flags.
const type = STRINGS.findIndex(([name]) => name === 'event_type');
STRINGS.splice(type, 0, ['websocket_phase', 'websocketPhase']);
const MAPS = FIELDS.slice(fields.STRINGS, fields.STRINGS + fields.MAPS);
const EXTRAS = FIELDS.slice(-fields.EXTRAS);

const pairsOf = (map) => map.toArray().map(([name, value]) => [name, value ?? null]);

/** The normalised form of an event, by its getters. */
function form(event) {
    const members = [
        ['dialect', event.dialect],
        ['time_ms', event.timeMs],
        ['path_decoded', event.isPathDecoded || undefined],
    ];
    for (const [name, getter] of STRINGS) members.push([name, event[getter]]);
    for (const [name, getter] of MAPS) {
        members.push([name, event[getter].isPresent ? pairsOf(event[getter]) : undefined]);
    }
    if (event.bodyKind !== 'absent') members.push(['body_kind', event.bodyKind]);
    members.push(['body', event.body]);
    for (const [name, getter] of EXTRAS) {
        if (event[getter].size > 0) members.push([name, pairsOf(event[getter])]);
    }
    const text = ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    return `{${members.filter(([, value]) => value !== undefined).map(text)}}`;
}

/** The same in the form of `apigw-cases`. */
function parts(event) {
    const strings = {};
    for (const [name, getter] of STRINGS) {
        if (event[getter] !== undefined) strings[name] = event[getter];
    }
    const maps = {};
    for (const [name, getter] of MAPS)
        if (event[getter].isPresent) maps[name] = pairsOf(event[getter]);
    for (const [name, getter] of EXTRAS)
        if (event[getter].size > 0) maps[name] = pairsOf(event[getter]);
    const found = { dialect: event.dialect, strings, maps };
    if (event.timeMs !== undefined) found.time_ms = event.timeMs;
    if (event.isPathDecoded) found.path_decoded = true;
    if (event.bodyKind !== 'absent') found.body = [event.bodyKind, event.body];
    return found;
}

/** The event in what a function of the addon has returned. */
const eventOf = (decoder, found) => new apigw.Event(decoder, Block.from(found));

/** The error that a function throws. */
function thrown(action) {
    try {
        action();
    } catch (error) {
        return error;
    }
    return assert.fail('nothing was thrown');
}

/**
 * Asserts that events do not grow the memory of the process; `run` reads a given number of them.
 * What the collector and the allocator keep varies from run to run, but a leak grows with each.
 */
function assertNoLeak(run, warmUp, count) {
    const memoryAfter = (events) => {
        run(events);
        // The second one waits for what threads still free of the first.
        global.gc();
        global.gc();
        return process.memoryUsage.rss();
    };
    memoryAfter(warmUp);
    const before = memoryAfter(1);
    const growths = [];
    do growths.push((memoryAfter(count) - before) / 2 ** 20);
    while (growths.at(-1) >= 32 && growths.length < 4);
    assert.ok(growths.at(-1) < 32, `MiB more: ${growths}`);
}

module.exports = { DATA, apigw, assertNoLeak, eventOf, fixtures, form, parts, thrown };
