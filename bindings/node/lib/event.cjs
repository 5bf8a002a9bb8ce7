'use strict';

const { Buffer, isUtf8 } = require('node:buffer');

const binding = require('./binding.cjs');
const { AT, DIALECTS, FLAGS, word, string, documentOf, escaped } = require('./block.cjs');
const { fail } = require('./fail.cjs');
const { Reader, parse } = require('./json.cjs');
const { Pairs, byHeader, byName, byRequestHeader, wholeBlock } = require('./pairs.cjs');
const { textOf } = require('./text.cjs');

/** What reads JSON bodies, and whole events. */
const bodies = new Reader();
const documents = new Reader();
/** Of shape.cjs, once it is wanted. */
let build;
/** Of lease.cjs. */
let ended;
/** Of content_type.cjs. */
let ContentType;

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** One HTTP request, or WebSocket message, as the gateway passed it on. */
class Event {
    /** The block of src/block.h, the strings that are not ASCII, and the memory in which a long body stands. */
    #block;
    #wide;
    #memory;
    #decoder;
    /** What the addon has read at once. */
    #early;
    /** Of an event that is read in memory which is used again. */
    #lease;
    #headers;
    #query;
    #body;
    #bytes;

    /** For the package alone. */
    constructor(decoder, block, wide, memory, early, lease) {
        this.#block = block;
        this.#wide = wide;
        this.#memory = memory;
        this.#decoder = decoder;
        this.#early = early;
        this.#lease = lease;
    }

    get dialect() {
        return DIALECTS[this.#word(AT.DIALECT)];
    }

    get method() {
        return this.#early !== undefined ? this.#early.method : this.#string(AT.METHOD);
    }

    get path() {
        return this.#early !== undefined ? this.#early.path : this.#string(AT.METHOD + 8);
    }

    get route() {
        return this.#string(AT.METHOD + 16);
    }

    get routeMethod() {
        return this.#string(AT.METHOD + 24);
    }

    get stage() {
        return this.#string(AT.METHOD + 32);
    }

    get requestId() {
        return this.#string(AT.METHOD + 40);
    }

    get serviceId() {
        return this.#string(AT.METHOD + 48);
    }

    get serviceName() {
        return this.#string(AT.METHOD + 56);
    }

    get sourceIp() {
        return this.#string(AT.METHOD + 64);
    }

    get secretId() {
        return this.#string(AT.METHOD + 72);
    }

    get domainName() {
        return this.#string(AT.METHOD + 80);
    }

    get accountId() {
        return this.#string(AT.METHOD + 88);
    }

    get rawQuery() {
        return this.#string(AT.METHOD + 96);
    }

    get websocketAction() {
        return this.#string(AT.METHOD + 104);
    }

    get connectionId() {
        return this.#string(AT.METHOD + 112);
    }

    get dataType() {
        return this.#string(AT.METHOD + 120);
    }

    get websocketProtocol() {
        return this.#string(AT.METHOD + 128);
    }

    get websocketExtensions() {
        return this.#string(AT.METHOD + 136);
    }

    get websocketPhase() {
        const flags = this.#flags();
        if (flags & FLAGS.CONNECT) return 'connect';
        if (flags & FLAGS.MESSAGE) return 'message';
        return flags & FLAGS.CLOSE ? 'close' : undefined;
    }

    get isAscii() {
        return (this.#flags() & FLAGS.ASCII) !== 0;
    }

    get headers() {
        this.#headers ??= this.#newHeaders();
        return this.#headers;
    }

    get query() {
        this.#query ??= this.#pairs(1);
        return this.#query;
    }

    get pathParameters() {
        return this.#pairs(2);
    }

    get declaredQuery() {
        return this.#pairs(3);
    }

    get declaredHeaders() {
        return this.#pairs(4, byHeader);
    }

    get stageVariables() {
        return this.#pairs(5);
    }

    get extras() {
        return this.#pairs(6);
    }

    get contextExtras() {
        return this.#pairs(7);
    }

    get identityExtras() {
        return this.#pairs(8);
    }

    get websocketExtras() {
        return this.#pairs(9);
    }

    get bodyKind() {
        if (this.#word(AT.BODY) === -1) return 'absent';
        const flags = this.#flags();
        if (flags & FLAGS.JSON) return 'json';
        return flags & FLAGS.BASE64 ? 'base64' : 'text';
    }

    get body() {
        if (this.#early !== undefined) return this.#early.body;
        if (this.#memory === undefined) return this.#string(AT.BODY);
        this.#body ??= this.#longBody();
        return this.#body;
    }

    get contentType() {
        const value = this.headers.get('content-type');
        ContentType ??= require('./content_type.cjs').ContentType;
        return value === null ? undefined : ContentType.parse(value);
    }

    bytes() {
        this.#bytes ??= this.#readBytes();
        return this.#bytes;
    }

    text() {
        if ((this.#flags() & (FLAGS.BASE64 | FLAGS.JSON)) !== FLAGS.BASE64) return this.body;
        const bytes = this.bytes();
        if (bytes === undefined) return undefined;
        if (!isUtf8(bytes)) throw notUtf8(bytes);
        return bytes.toString();
    }

    json() {
        const source = this.#jsonSource();
        if (source === undefined) return undefined;
        const value = bodies.read(this.#decoder, source);
        return value !== undefined ? value : parse(this.#decoder, this.text(), 'body');
    }

    form() {
        const bytes = this.bytes();
        return derived(this.#decoder, binding.form(this.#decoder, bytes ?? ''), 'body');
    }

    cookies() {
        const header = this.headers.getAll('cookie').join('; ');
        return derived(this.#decoder, binding.cookies(this.#decoder, header), 'headers');
    }

    extra(name) {
        const text = this.extras.get(name);
        return text === null ? undefined : parse(this.#decoder, text, String(name));
    }

    toJSON() {
        const block = this.#whole();
        if (this.#memory === undefined && this.isAscii) {
            build ??= require('./shape.cjs').build;
            const object = build(this.#decoder, block);
            if (object !== undefined) return object;
        }
        if (this.#memory === undefined) {
            const text = documentOf(block, '');
            const source = this.isAscii ? text : Buffer.from(text, 'latin1');
            const value = documents.read(this.#decoder, source);
            return value !== undefined ? value : JSON.parse(source.toString());
        }
        const decode = this.isAscii ? undefined : (text) => Buffer.from(text, 'latin1').toString();
        const body = this.bodyKind === 'json' ? this.body : escaped(this.body);
        return JSON.parse(documentOf(block, body, decode));
    }

    toString() {
        const { method, path, websocketAction, connectionId } = this;
        const what = method ? `${method} ${path} ` : websocketAction ? `${websocketAction} ${connectionId} ` : '';
        return `${what}(${this.dialect})`;
    }

    release() {
        const lease = this.#lease;
        const memory = this.#memory;
        const isShared = this.#bytes !== undefined;
        ended ??= require('./lease.cjs').ENDED;
        this.#lease = ended;
        this.#block = this.#wide = this.#memory = this.#early = undefined;
        this.#headers = this.#query = this.#body = this.#bytes = undefined;
        lease?.end(memory, isShared);
    }

    [Symbol.dispose]() {
        this.release();
    }

    [INSPECT]() {
        return `Event ${this.#lease?.isOver ? '(released)' : this}`;
    }

    /** The text of the body, or its bytes if these are there. */
    #jsonSource() {
        if ((this.#flags() & (FLAGS.BASE64 | FLAGS.JSON)) === FLAGS.BASE64) return this.bytes();
        if (this.#memory === undefined) return this.body;
        const offset = word(this.#block, AT.BODY);
        return this.#memory.subarray(offset, offset + word(this.#block, AT.BODY + 4));
    }

    #flags() {
        return this.#block !== undefined ? this.#block.charCodeAt(AT.FLAGS) : this.#lease.word(AT.FLAGS);
    }

    #pairs(index, search = byName) {
        return new Pairs(this.#whole(), this.#wide, AT.HEADERS + 8 * index, search);
    }

    #newHeaders() {
        if (this.#block === undefined) this.#lease.check();
        return new Pairs(this.#block, this.#wide, AT.HEADERS, byRequestHeader, this.#lease, this.#decoder, this.#early);
    }

    #word(at) {
        return this.#block !== undefined ? word(this.#block, at) : this.#lease.word(at);
    }

    #string(at) {
        return this.#block !== undefined ? string(this.#block, this.#wide, at) : this.#lease.string(at);
    }

    /** The block, which a leased event has not from the start. */
    #open() {
        if (this.#block === undefined) {
            const { block, wide } = this.#lease.open();
            this.#block = block;
            this.#wide = wide;
        }
        return this.#block;
    }

    /** The block, with the pairs. */
    #whole() {
        return this.#early !== undefined ? wholeBlock(this.#decoder, this.#block, this.#early) : this.#open();
    }

    #longBody() {
        const offset = word(this.#block, AT.BODY);
        const length = word(this.#block, AT.BODY + 4);
        // Base64 that was decoded: there is one text for the bytes.
        if (this.#bytes !== undefined && this.bodyKind === 'base64') return this.#bytes.toString('base64');
        if (offset < 0) return this.#memory.toString('base64');
        if (this.isAscii) return this.#memory.latin1Slice(offset, offset + length);
        return textOf(this.#memory, offset, length);
    }

    #readBytes() {
        const kind = this.bodyKind;
        if (kind === 'absent') return undefined;
        if (this.#block === undefined) {
            const body = this.#lease.body();
            if (kind !== 'base64') return Buffer.from(body);
            return binding.base64(this.#decoder, body) ?? fail(this.#decoder, 'body');
        }
        if (this.#memory === undefined) {
            if (kind !== 'base64') return Buffer.from(this.body, this.isAscii ? 'latin1' : 'utf8');
            return binding.base64(this.#decoder, this.body) ?? fail(this.#decoder, 'body');
        }
        const offset = word(this.#block, AT.BODY);
        if (offset < 0) return this.#memory;
        let length = word(this.#block, AT.BODY + 4);
        if (kind === 'base64') {
            length = binding.base64InPlace(this.#decoder, this.#memory, offset, length) ?? fail(this.#decoder, 'body');
        }
        return this.#memory.subarray(offset, offset + length);
    }
}

/** The pairs that a call has made of a body. */
function derived(decoder, block, member) {
    if (block === undefined) fail(decoder, member);
    const [text, wide] = typeof block === 'string' ? [block] : block;
    return new Pairs(text, wide, 0, byName);
}

function notUtf8(bytes) {
    const { ApigwError, ERRORS } = require('./error.cjs');
    return new ApigwError(ERRORS.INVALID_UTF8, require('./utf8.cjs').invalidUtf8(bytes), 'body');
}

module.exports = { Event, derived };
