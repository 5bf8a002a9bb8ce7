'use strict';

const { Buffer, isUtf8 } = require('node:buffer');

const binding = require('./binding.cjs');
const { Block } = require('./block.cjs');
const { fail, parseJson } = require('./fail.cjs');
const { DIALECTS, FLAGS, WITHOUT_CASE, WORDS } = require('./fields.cjs');
const { AT } = require('./layout.cjs');
const { ENDED } = require('./lease.cjs');
const { BY, Pairs } = require('./pairs.cjs');

/** Of content_type.cjs, once it is wanted. */
let ContentType;

const INSPECT = Symbol.for('nodejs.util.inspect.custom');
/** Headers that are not shown in logs. */
const SECRET = /^(?:authorization|proxy-authorization|cookie|x-api-key)$/i;

/** One HTTP request, or WebSocket message, as the gateway passed it on. */
class Event {
    #decoder;
    /** A `Block`, or a `Lease`. */
    #source;
    #headers;
    #query;
    #bytes;

    /** For the package alone. */
    constructor(decoder, source) {
        this.#decoder = decoder;
        this.#source = source;
    }

    get dialect() {
        return DIALECTS[this.#source.word(AT.DIALECT)];
    }

    get websocketPhase() {
        const flags = this.#flags();
        if (flags & FLAGS.WEBSOCKET_CONNECT) return 'connect';
        if (flags & FLAGS.WEBSOCKET_MESSAGE) return 'message';
        return flags & FLAGS.WEBSOCKET_CLOSE ? 'close' : undefined;
    }

    get timeMs() {
        const [low, high] = [this.#source.word(AT.TIME_LOW), this.#source.word(AT.TIME_HIGH)];
        return (high >>> 0) * 2 ** 32 + (low >>> 0) || undefined;
    }

    get isPathDecoded() {
        return (this.#flags() & FLAGS.PATH_DECODED) !== 0;
    }

    get isAscii() {
        return this.#source.isAscii;
    }

    get headers() {
        this.#headers ??= this.#pairs(AT.HEADERS, BY.REQUEST_HEADER);
        return this.#headers;
    }

    get query() {
        this.#query ??= this.#pairs(AT.QUERY, BY.NAME);
        return this.#query;
    }

    // The getters of the other strings and maps, which have the names of the table.
    static {
        const names = Object.keys(WORDS);
        const define = (name, get) => {
            const getter = name.toLowerCase().replace(/_./g, ([, letter]) => letter.toUpperCase());
            Object.defineProperty(Event.prototype, getter, { get, configurable: true });
        };
        for (const name of names.slice(names.indexOf('METHOD'), names.indexOf('BODY'))) {
            const at = AT[name];
            define(name, function () {
                return this.#source.string(at);
            });
        }
        for (const name of names.slice(names.indexOf('PATH_PARAMETERS'), names.indexOf('STATUS'))) {
            const [at, by] = [AT[name], WITHOUT_CASE.includes(name) ? BY.HEADER : BY.NAME];
            define(name, function () {
                return this.#pairs(at, by);
            });
        }
    }

    get bodyKind() {
        if (this.#source.word(AT.BODY) === -1) return 'absent';
        const flags = this.#flags();
        if (flags & FLAGS.BODY_JSON) return 'json';
        return flags & FLAGS.BODY_BASE64 ? 'base64' : 'text';
    }

    get body() {
        return this.#source.body();
    }

    get contentType() {
        const value = this.headers.get('content-type');
        ContentType ??= require('./content_type.cjs').ContentType;
        return value === undefined ? undefined : ContentType.parse(value);
    }

    bytes() {
        this.#bytes ??= this.#readBytes();
        return this.#bytes;
    }

    text() {
        if ((this.#flags() & (FLAGS.BODY_BASE64 | FLAGS.BODY_JSON)) !== FLAGS.BODY_BASE64)
            return this.#source.body();
        const bytes = this.bytes();
        if (bytes === undefined) return undefined;
        if (!isUtf8(bytes)) throw notUtf8(bytes);
        return bytes.toString();
    }

    json() {
        const text = this.text();
        return text === undefined ? undefined : parseJson(this.#decoder, text, 'body');
    }

    form() {
        return this.#derived(binding.form(this.#decoder, this.bytes() ?? ''), 'body');
    }

    cookies() {
        const headers = this.headers.getAll('cookie');
        const list = this.cookieList;
        if (headers.length === 0 && list.isPresent) return list;
        const found = this.#derived(binding.cookies(this.#decoder, headers.join('; ')), 'headers');
        return list.size === 0 ? found : Pairs.of([...found.toArray(), ...list.toArray()]);
    }

    extra(name) {
        const text = this.extras.get(name);
        return text === undefined ? undefined : parseJson(this.#decoder, text, String(name));
    }

    claims() {
        const text = this.authorizer;
        if (text === undefined) return undefined;
        const authorizer = parseJson(this.#decoder, text, 'requestContext.authorizer');
        const isObject = (value) =>
            typeof value === 'object' && value !== null && !Array.isArray(value);
        return [authorizer?.jwt?.claims, authorizer?.claims].find(isObject);
    }

    toJSON() {
        return JSON.parse(this.#source.document());
    }

    toString() {
        const { method, path, eventType, connectionId } = this;
        const what = method
            ? `${method} ${path} `
            : eventType
              ? `${eventType} ${connectionId} `
              : '';
        return `${what}(${this.dialect})`;
    }

    release() {
        this.#source.end();
        this.#source = ENDED;
        this.#headers = this.#query = this.#bytes = undefined;
    }

    [Symbol.dispose]() {
        this.release();
    }

    [INSPECT](_depth, options, inspect) {
        if (this.#source.isOver) return 'Event (released)';
        const { method, path, query, headers, bodyKind } = this;
        const shown = headers
            .toArray()
            .map(([name, value]) => [name, SECRET.test(name) ? '(hidden)' : value]);
        const size = Buffer.byteLength(this.body ?? '', bodyKind === 'base64' ? 'base64' : 'utf8');
        const body = bodyKind === 'absent' ? bodyKind : `${bodyKind}, ${size} bytes`;
        const members = { method, path, query: query.toArray(), headers: shown, body };
        return `Event (${this.dialect}) ${inspect(members, options)}`;
    }

    #flags() {
        return this.#source.word(AT.FLAGS);
    }

    #pairs(at, by) {
        // A released event has none, whatever is asked of them later.
        this.#source.word(AT.FLAGS);
        return new Pairs(this.#source, at, by);
    }

    /** The pairs that a call has found in the body or in headers. */
    #derived(found, member) {
        if (found === undefined) fail(this.#decoder, member);
        return new Pairs(Block.from(found), 0, BY.NAME);
    }

    #readBytes() {
        const kind = this.bodyKind;
        if (kind === 'absent') return undefined;
        if (kind !== 'base64') return this.#source.bodyBytes();
        const bytes =
            this.#source.decodedBody() ?? binding.base64(this.#decoder, this.#source.bodySource());
        return bytes ?? fail(this.#decoder, 'body');
    }
}

function notUtf8(bytes) {
    const { ApigwError, ERRORS } = require('./error.cjs');
    return new ApigwError(ERRORS.INVALID_UTF8, require('./utf8.cjs').invalidUtf8(bytes), 'body');
}

module.exports = { Event };
