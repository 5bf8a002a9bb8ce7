'use strict';

// Random events, the same ones in each run. Each is a JSON text; JSON.parse gives its meaning.

/** A sequence of numbers from 0 to 1: mulberry32. */
function randomFrom(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const NAMES = [
    'host',
    'Host',
    'COOKIE',
    'x-a',
    'X-A',
    '__proto__',
    'constructor',
    'toString',
    '',
    'naïve',
    '名',
    '1',
    '0',
    'x"y',
    'a\\',
];
const PIECES = [
    'a',
    'text/html',
    '"',
    '\\',
    '\n',
    '\u0000',
    ' ',
    'é',
    '漢字',
    '😀',
    '/cats',
    '=',
    '&',
    '\u007f',
    '\u2028',
    'K',
];

/** Values of pairs that are not strings. */
const SCALARS = ['12', '-1.50e3', 'null', 'false'];

/** Makes events. */
class Generator {
    #random;

    constructor(seed) {
        this.#random = randomFrom(seed);
    }

    /** The JSON text of an event. */
    event() {
        const members = [];
        const maybe = (name, value) =>
            this.#chance(0.7) && members.push([this.#string(name), value()]);
        maybe('httpMethod', () => this.#scalar(['GET', 'POST', 'get']));
        maybe('path', () => this.#orNull(() => this.#text()));
        maybe('headers', () => this.#map(false));
        maybe('queryString', () => this.#map(true));
        maybe('pathParameters', () => this.#map(false));
        maybe('queryStringParameters', () => this.#map(true));
        maybe('headerParameters', () => this.#map(false));
        maybe('stageVariables', () => this.#map(false));
        maybe('isBase64Encoded', () =>
            this.#pick(['false', 'null', '"false"', this.#string('false')]),
        );
        maybe('body', () =>
            this.#chance(0.1) ? this.#container(3) : this.#orNull(() => this.#body()),
        );
        maybe('requestContext', () => this.#context());
        for (let i = 0; this.#chance(0.3); i++) {
            // A name that is known in no event, and may occur twice.
            members.push([
                this.#string(`extra${this.#chance(0.8) ? i : 0}${this.#pick(PIECES)}`),
                this.#value(3),
            ]);
        }
        if (this.#chance(0.1)) members.push([this.#string('__proto__'), this.#value(2)]);
        if (this.#chance(0.1)) members.push([this.#string('websocket'), this.#websocket()]);
        return `${this.#space()}${this.#object(this.#shuffled(members))}${this.#space()}`;
    }

    #websocket() {
        const members = [
            'action',
            'secConnectionID',
            'dataType',
            'secWebSocketProtocol',
            '__proto__',
        ]
            .filter(() => this.#chance(0.7))
            .map((name) => [this.#string(name), this.#text()]);
        return this.#object(members);
    }

    #context() {
        const names = [
            'serviceId',
            'path',
            'httpMethod',
            'requestId',
            'sourceIp',
            'stage',
            'domainName',
            'accountId',
        ];
        const members = names
            .filter(() => this.#chance(0.6))
            .map((name) => [this.#string(name), this.#orNull(() => this.#text())]);
        if (this.#chance(0.5)) {
            const secret = this.#chance(0.5) ? [[this.#string('secretId'), this.#text()]] : [];
            members.push([this.#string('identity'), this.#object(secret)]);
        }
        if (this.#chance(0.3)) members.push([this.#string('authorizer'), this.#value(2)]);
        return this.#object(this.#shuffled(members));
    }

    #map(isQuery) {
        if (this.#chance(0.1)) return this.#pick(['{}', '[]', 'null']);
        const pairs = [];
        while (this.#chance(0.85) && pairs.length < 40) {
            const value = this.#chance(0.8)
                ? this.#text()
                : this.#chance(0.5)
                  ? this.#list()
                  : this.#pick(SCALARS);
            pairs.push([this.#name(), isQuery && this.#chance(0.1) ? 'true' : value]);
        }
        return this.#object(pairs);
    }

    /** A name of a pair: a common one, one that others have too, or one that is long. */
    #name() {
        if (this.#chance(0.01))
            return this.#string(this.#pick(PIECES).repeat(this.#pick([100, 5000, 7000])));
        return this.#string(
            this.#chance(0.7) ? this.#pick(NAMES) : `x-${Math.floor(this.#random() * 1000)}`,
        );
    }

    /** Values of one name, of which there may be none or many. */
    #list() {
        const values = Array.from({ length: this.#pick([0, 1, 2, 3, 30]) }, () =>
            this.#chance(0.8) ? this.#text() : this.#pick([...SCALARS, 'true']),
        );
        return `[${this.#space()}${values.join(`,${this.#space()}`)}]`;
    }

    #body() {
        const document = JSON.stringify({
            id: 1,
            list: [this.#pick(PIECES), 'b'],
            text: this.#plain(),
        });
        if (!this.#chance(0.03)) return this.#string(this.#chance(0.5) ? document : this.#plain());
        // Around the lengths from which a body has memory of its own.
        const length =
            this.#pick([4000, 4095, 4096, 4097, 16000, 16300, 16384, 20000]) +
            Math.floor(this.#random() * 3);
        return this.#string(
            document
                .repeat(Math.ceil(length / document.length))
                .slice(0, length)
                .replace(/[\ud800-\udbff]$/, '?'),
        );
    }

    #value(depth) {
        const kind = Math.floor(this.#random() * (depth > 0 ? 6 : 4));
        if (kind === 0) return this.#text();
        if (kind === 1) return this.#pick(['0', '-0', '12.50', '1e3', '123456789012345678901']);
        if (kind === 2) return this.#pick(['true', 'false', 'null']);
        if (kind === 3) return this.#pick(['{}', '[]', '""']);
        return this.#container(depth);
    }

    #container(depth) {
        const inside = Array.from({ length: Math.floor(this.#random() * 4) }, () =>
            this.#value(depth - 1),
        );
        if (this.#chance(0.5)) return `[${this.#space()}${inside.join(',')}]`;
        return this.#object(inside.map((value) => [this.#string(this.#pick(NAMES)), value]));
    }

    #object(members) {
        const start = this.#space();
        const member = ([name, value]) => `${name}${this.#space()}:${value}${this.#space()}`;
        return `{${start}${members.map(member).join(',')}}`;
    }

    #text() {
        return this.#string(this.#plain());
    }

    #plain() {
        let text = '';
        while (this.#chance(0.75))
            text += this.#chance(0.6)
                ? 'abcdefgh'.slice(Math.floor(this.#random() * 8))
                : this.#pick(PIECES);
        return text;
    }

    /** A string in JSON, with more escapes than it needs. */
    #string(text) {
        const json = JSON.stringify(text);
        if (!this.#chance(0.1)) return json;
        const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
        const mustEscape = (unit) => unit < ' ' || /["\\\ud800-\udfff]/.test(unit);
        const written = (unit) => (this.#chance(0.5) || mustEscape(unit) ? escaped(unit) : unit);
        return `"${text.replace(/./gs, written)}"`;
    }

    #scalar(texts) {
        return this.#string(this.#pick(texts));
    }

    #orNull(make) {
        return this.#chance(0.1) ? 'null' : make();
    }

    #space() {
        return this.#chance(0.1) ? this.#pick([' ', '\n', '\t', '\r\n  ']) : '';
    }

    #shuffled(list) {
        return list
            .map((item) => [this.#random(), item])
            .sort(([a], [b]) => a - b)
            .map(([, item]) => item);
    }

    #pick(list) {
        return list[Math.floor(this.#random() * list.length)];
    }

    #chance(probability) {
        return this.#random() < probability;
    }
}

module.exports = { Generator };
