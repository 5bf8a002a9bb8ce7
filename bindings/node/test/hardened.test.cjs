'use strict';

// Processes that forbid what the package does not need.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { apigw } = require('./support.cjs');

const HAS_ADDON = new apigw.Decoder().kernel !== 'wasm';
const LIB = join(__dirname, '..', 'lib');

/** Uses all parts of the package. */
async function program(apigw, assert) {
    const text = JSON.stringify({
        httpMethod: 'POST',
        path: '/cats',
        headers: { host: 'a.example', cookie: 'a=1', 'content-type': 'text/html; a=b' },
        queryString: { größe: ['1', '2'], ['__proto__']: '3' },
        body: '{"a":[1,{"__proto__":{"b":2}}]}',
        authorizer: { user: 7 },
    });
    for (let i = 0; i < 300; i++) {
        for (const call of [apigw.decode, apigw.lease, (one) => new apigw.Decoder().decode(one)]) {
            const event = call(text.replace('/cats', `/cats/${i}`));
            assert.equal(event.path, `/cats/${i}`);
            assert.deepEqual(event.query.getAll('größe'), ['1', '2']);
            assert.equal(event.query.get('__proto__'), '3');
            assert.equal(JSON.stringify(event), text.replace('/cats', `/cats/${i}`));
            assert.equal(JSON.stringify(event.json()), '{"a":[1,{"__proto__":{"b":2}}]}');
            assert.deepEqual(event.extra('authorizer'), { user: 7 });
            assert.deepEqual(event.cookies().toArray(), [['a', '1']]);
            assert.equal(event.form().size, 1);
            assert.equal(event.contentType.parameter('a'), 'b');
            event.release();
        }
    }
    assert.throws(() => apigw.decode('{"path":1}'), { code: 'ERR_APIGW_WRONG_TYPE', number: 33 });
    assert.throws(() => apigw.decode(1), { code: 'ERR_INVALID_ARG_TYPE' });
    const response = apigw.encodeResponse({ status: 404, headers: { a: ['1', '2'] }, body: 'é' });
    assert.deepEqual(apigw.decodeResponse(response).status, 404);
    assert.ok(apigw.encodeWebSocketReply({ connectionId: 'a' }).length > 0);
    const serve = apigw.handler(async (request) => new Response(await request.text()));
    assert.equal(JSON.parse(await serve(text)).statusCode, 200);
    const listen = apigw.listener((request, response) => response.end(request.url));
    assert.match(JSON.parse(await listen(text)).body, /^\/cats\?/);
    assert.match(require('node:util').inspect(apigw.decode(text)), /^Event/);
}

const source = `
    const assert = require('node:assert/strict');
    const apigw = require(${JSON.stringify(join(LIB, 'apigw.cjs'))});
    (${program})(apigw, assert).then(() => console.log('done'));`;

for (const flags of [
    [],
    ['--disallow-code-generation-from-strings'],
    ['--frozen-intrinsics'],
    ['--disallow-code-generation-from-strings', '--frozen-intrinsics', '--disable-proto=throw'],
    ['--jitless'],
]) {
    test(`the package works under ${flags.join(' ') || 'no flags'}`, () => {
        const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', source], {
            encoding: 'utf8',
        });
        // Without code made at run time there is no WebAssembly.
        if (flags.includes('--jitless') && !HAS_ADDON)
            assert.match(stderr, /Error: apigw: there is no addon, and no WebAssembly/);
        else assert.equal(stdout, 'done\n', stderr);
    });
}

test('prototypes that others have changed do not reach into events', () => {
    const hostile = `
        for (const name of ['path', 'method', 'status', 'a', 'headers', 'then']) {
            Object.defineProperty(Object.prototype, name, {
                configurable: true,
                set() { throw new Error('the setter of ' + name); },
            });
        }
        const event = apigw.decode('{"path":"/a","status":{"then":[1]},"headers":{"a":"b"}}');
        const object = event.toJSON();
        if (!Object.hasOwn(object, 'path') || object.headers.a !== 'b') throw new Error('lost');
        console.log(event.path, event.headers.get('a'), JSON.stringify(event.extra('status')));`;
    const { stdout, stderr } = spawnSync(
        process.execPath,
        ['-e', `const apigw = require(${JSON.stringify(join(LIB, 'apigw.cjs'))});${hostile}`],
        { encoding: 'utf8' },
    );
    assert.equal(stdout, '/a b {"then":[1]}\n', stderr);
});

test('no source of the package makes code from strings', () => {
    const sources = readdirSync(LIB, { recursive: true }).filter((name) => name.endsWith('js'));
    assert.ok(sources.length > 20);
    for (const name of sources) {
        const text = readFileSync(join(LIB, name), 'utf8');
        assert.doesNotMatch(text, /\bFunction\s*\(|\beval\s*\(|node:vm|setTimeout\(\s*['"`]/, name);
    }
});
