'use strict';

// The generated events of the library and the results of its model: decoded, leased and without the
// addon. APIGW_CASES is their number, APIGW_SEED chooses them.

const assert = require('node:assert/strict');
const { isUtf8 } = require('node:buffer');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { isDeepStrictEqual } = require('node:util');

const { inputOf } = require('../lib/arguments.cjs');
const fallback = require('../lib/fallback.cjs');
const { ApigwError } = require('../lib/error.cjs');
const { apigw, eventOf, parts } = require('./support.cjs');

const COUNT = Number(process.env.APIGW_CASES ?? 20_000);
const SEED = process.env.APIGW_SEED ?? '1';
const TARGET = process.env.CARGO_TARGET_DIR ?? join(__dirname, '..', '..', '..', 'target');
const PROGRAM = join(TARGET, 'debug', 'apigw-cases');

/** The inputs and the expectations, as they come. */
async function* cases() {
    assert.ok(existsSync(PROGRAM), `${PROGRAM} is missing: run packaging/programs.sh`);
    const child = spawn(PROGRAM, ['--seed', SEED, '--count', String(COUNT)], {
        stdio: ['ignore', 'pipe', 'inherit'],
        // What is preloaded for Node is not for others.
        env: { ...process.env, LD_PRELOAD: '' },
    });
    const closed = once(child, 'close');
    let rest = Buffer.alloc(0);
    let input;
    for await (const chunk of child.stdout) {
        rest = Buffer.concat([rest, chunk]);
        let at = 0;
        while (rest.length - at >= 4 && rest.length - at - 4 >= rest.readUInt32LE(at)) {
            const end = at + 4 + rest.readUInt32LE(at);
            const part = rest.subarray(at + 4, end);
            if (input === undefined) {
                input = part;
            } else {
                yield [input, JSON.parse(part)];
                input = undefined;
            }
            at = end;
        }
        rest = rest.subarray(at);
    }
    assert.deepEqual(await closed, [0, null]);
    assert.equal(rest.length, 0);
}

const handle = fallback.create(16 << 20, 4096, 6 << 20);

/** As `decode`, without the addon. */
function decodeWithoutAddon(input) {
    const found = fallback.decode(handle, inputOf(input));
    if (found === undefined) throw new ApigwError(...fallback.fault(handle));
    return eventOf(handle, found);
}

const WAYS = [apigw.decode, apigw.lease, decodeWithoutAddon];

function outcome(decode, input) {
    let event;
    try {
        event = decode(input);
    } catch (error) {
        if (error.name !== 'ApigwError') throw error;
        const { kind, offset, member } = error;
        return { error: { code: kind, offset, member } };
    }
    const found = { event: parts(event) };
    // Released memory must not be seen in what was read.
    event.release();
    return found;
}

/** A member that the model does not read may be wrong, or a field. */
function checkPartial(found, expected, input) {
    const text = JSON.stringify(input.toString('latin1'));
    if (found.error) {
        const { code } = found.error;
        assert.ok(['wrong-type', 'name-too-long', 'too-many-pairs'].includes(code), text);
    } else {
        assert.equal(found.event.dialect, expected.dialect, text);
    }
}

test(`${COUNT} events of the library's generator mean what its model says`, async () => {
    const counts = { events: 0, errors: 0, texts: 0 };
    for await (const [input, expected] of cases()) {
        const inputs = [input];
        if (isUtf8(input) && (counts.events + counts.errors) % 4 === 0)
            inputs.push(input.toString());
        for (const decode of WAYS) {
            for (const one of inputs) {
                const found = outcome(decode, one);
                // The model does not know the member of a fault in the JSON text.
                if (found.error && expected.error?.member === undefined)
                    found.error.member = undefined;
                const wanted = expected.error
                    ? { error: { member: undefined, ...expected.error } }
                    : expected;
                if (isDeepStrictEqual(found, wanted)) continue;
                if (expected.event?.is_partial) {
                    checkPartial(found, expected.event, input);
                    continue;
                }
                assert.deepEqual(found, wanted, JSON.stringify(input.toString('latin1')));
                assert.fail('differs');
            }
        }
        if (expected.event) {
            const text = input.toString();
            if (!outcome(apigw.decode, input).error)
                assert.equal(JSON.stringify(apigw.decode(input)), JSON.stringify(JSON.parse(text)));
            counts.events++;
        } else {
            counts.errors++;
        }
        counts.texts += inputs.length - 1;
    }
    assert.equal(counts.events + counts.errors, COUNT);
    for (const [kind, count] of Object.entries(counts))
        assert.ok(count > COUNT / 20, `${count} ${kind}`);
});
