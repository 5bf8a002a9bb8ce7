'use strict';

// Replaces the addon where none fits: the same functions, on the library as WebAssembly.
//
// All calls of a thread share one instance. Arguments are written to its memory, and what the
// library returns is copied out of it before the next call.

const { Buffer } = require('node:buffer');
const { brotliDecompressSync } = require('node:zlib');

const { ERRORS } = require('./error.cjs');
const { FLAGS, WORDS } = require('./fields.cjs');
const { AT, PAIR } = require('./layout.cjs');
const { HEADERS } = require('./names.cjs');

/** Bytes of the decoder after a text. */
const PADDING = 64;
const PAGE = 1 << 16;
/** Bytes for the structs of a call, which are followed by its texts. */
const STRUCTS = 1 << 10;
/** Bytes of the header of a block, and of the table of an event. */
const HEADER = AT.SIZE;
const TABLE = AT.PAIRS - HEADER;
/** A body of at least this many bytes is kept in a Buffer of its own, as in src/block.h. */
const LONG_BODY = 16_384;
/** An instance that has more bytes than this after a call is not used again. */
const MAX_KEPT = 8 << 20;
/** Decoders of an instance. If there are more, the oldest is freed. */
const MAX_DECODERS = 16;

const OK = 0;
const ABSENT = -1;

let compiled;

function compile() {
    if (typeof WebAssembly === 'undefined')
        throw new Error('apigw: there is no addon, and no WebAssembly to replace it');
    const text = require('./apigw.wasm.cjs');
    return new WebAssembly.Module(brotliDecompressSync(Buffer.from(text, 'base64')));
}

/** The instance in use. */
let current;

/** An instance of the library. */
class Instance {
    #memory;
    /** The part of the memory that has the arguments of calls. */
    #start = 0;
    #end = 0;
    #decoders = new Set();

    constructor() {
        compiled ??= compile();
        const { exports } = new WebAssembly.Instance(compiled);
        this.library = exports;
        this.#memory = exports.memory;
        this.reserve(0);
    }

    /** Looks at the memory again if the library has grown it. */
    look() {
        if (this.bytes?.length > 0) return;
        this.bytes = Buffer.from(this.#memory.buffer);
        this.words = new Int32Array(this.#memory.buffer);
    }

    /** Makes room for structs and `size` bytes, and returns where the structs begin. */
    reserve(size) {
        if (STRUCTS + size > this.#end - this.#start) return this.grow(STRUCTS + size);
        this.look();
        return this.#start;
    }

    /** Makes room elsewhere. What has been written stays where it is until the next call. */
    grow(size) {
        const pages = Math.ceil(Math.max(size, 2 * (this.#end - this.#start)) / PAGE);
        try {
            this.#start = PAGE * this.#memory.grow(pages);
        } catch {
            throw new Error('apigw: out of memory');
        }
        this.#end = this.#start + PAGE * pages;
        this.look();
        return this.#start;
    }

    /** Makes the decoder and the encoder of a handle. */
    adopt(handle) {
        const { apigw_abi, apigw_decoder_new, apigw_encoder_new } = this.library;
        const { input, pairs, response } = handle.limits;
        const [options, out] = [this.reserve(0), this.reserve(0) + 32];
        this.struct(options, [24, input, pairs, 0, 0, 0]);
        let status = apigw_decoder_new(apigw_abi(), options, out);
        this.struct(options, [12, response, 0]);
        status ||= apigw_encoder_new(apigw_abi(), options, out + 4);
        this.look();
        if (status !== OK) throw new Error('apigw: out of memory');
        [handle.decoder, handle.encoder] = this.words.subarray(out >> 2, (out >> 2) + 2);
        handle.instance = this;
        this.#decoders.add(handle);
        if (this.#decoders.size > MAX_DECODERS) this.#free(this.#decoders.values().next().value);
    }

    #free(handle) {
        this.#decoders.delete(handle);
        this.library.apigw_decoder_free(handle.decoder);
        this.library.apigw_encoder_free(handle.encoder);
        handle.instance = undefined;
    }

    struct(at, words) {
        this.look();
        this.words.set(words, at >> 2);
    }

    /**
     * Writes texts, strings or bytes, one after the other, with room for `room` bytes after them.
     * Returns where each begins, and where the last one ends.
     */
    write(texts, room) {
        let size = room;
        for (const text of texts) size += lengthOf(text);
        const places = [this.reserve(size) + STRUCTS];
        for (const [i, text] of texts.entries()) {
            place(this.bytes, text, places[i]);
            places.push(places[i] + lengthOf(text));
        }
        return places;
    }

    /** Bytes from a place on that calls may use. */
    roomAt(at) {
        return this.#end - at;
    }

    /** Why a call has failed. */
    faultAt(error) {
        this.look();
        const [, status, offset, , member] = this.words.subarray(error >> 2, (error >> 2) + 5);
        return [status, offset >>> 0, member === 0 ? undefined : this.text(member)];
    }

    /** The string of C at a place. */
    text(at) {
        return this.bytes.utf8Slice(at, this.bytes.indexOf(0, at));
    }

    /** The event in a struct, as a block. */
    blockAt(event) {
        this.look();
        const { bytes, words } = this;
        const [table, pairs, text, length] = words.subarray(event >> 2, (event >> 2) + 4);
        const pairsEnd = pairs + PAIR * words[(table >> 2) + WORDS.PAIR_COUNT];
        const parts = [
            bytes.latin1Slice(text, text + length),
            '\0'.repeat(HEADER),
            bytes.latin1Slice(table, table + TABLE),
            bytes.latin1Slice(pairs, pairsEnd),
        ];
        return { text: parts.join(''), at: length };
    }

    get isLarge() {
        return this.bytes.length > MAX_KEPT;
    }
}

function lengthOf(text) {
    return typeof text === 'string' ? Buffer.byteLength(text) : text.length;
}

function place(bytes, text, at) {
    if (typeof text === 'string') bytes.utf8Write(text, at);
    // Memory that is gone has no bytes, and cannot be copied.
    else if (text.length > 0) bytes.set(text, at);
}

/** Runs a call. One that fails returns undefined, and `fault` says why. */
function call(handle, run, argument) {
    try {
        current ??= new Instance();
        if (handle.instance !== current) current.adopt(handle);
        const instance = current;
        const found = run(instance, handle, argument);
        instance.look();
        if (instance.isLarge) current = undefined;
        return found;
    } catch (error) {
        // After a trap, its memory may have any content.
        current = undefined;
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
        handle.fault = [ERRORS.PANIC, 0, undefined];
        return undefined;
    }
}

/** Keeps why the decoder has refused something, if it has. */
function isRefused(handle, instance, status) {
    if (status === OK) return false;
    handle.fault = instance.faultAt(instance.library.apigw_decoder_error(handle.decoder));
    return true;
}

function create(input, pairs, response) {
    return { limits: { input, pairs, response }, instance: undefined, fault: undefined };
}

/**
 * Whether a text is longer than the limit. The library refuses it for its length, and does not read
 * it.
 */
function isTooLong(handle, instance, length) {
    const { input } = handle.limits;
    if (length <= input) return false;
    const at = instance.reserve(0);
    const { apigw_decoder_decode } = instance.library;
    return isRefused(handle, instance, apigw_decoder_decode(handle.decoder, at, input + 1, at));
}

function decode(handle, input) {
    return call(handle, decodeIn, input);
}

/**
 * Copies the input into memory that has, in this order, the input, the text that is made of it, and
 * the block; and then all that into a string.
 */
function decodeIn(it, handle, input) {
    const length = lengthOf(input);
    if (isTooLong(handle, it, length)) return undefined;
    // Few events need the room for a query that is decoded.
    const found = decodeTo(it, handle, input, length, length + PADDING);
    return found === null ? decodeTo(it, handle, input, length, 2 * length + PADDING) : found;
}

/** The same with a text of this size. Returns null if that is too small for a decoded query. */
function decodeTo(it, handle, input, length, textSize) {
    const pairs = Math.min(handle.limits.pairs, length >> 1);
    const need = it.reserve(length + textSize + AT.PAIRS + PAIR * pairs + 4);
    const document = need + STRUCTS;
    const text = document + length;
    const block = (text + textSize + 3) & ~3;
    place(it.bytes, input, document);
    const status = it.library.apigw_decoder_decode_table(
        handle.decoder,
        document,
        length,
        text,
        textSize,
        block + HEADER,
        (TABLE + PAIR * pairs) >> 2,
        need,
    );
    it.look();
    if (status === ERRORS.BUFFER) return null;
    if (isRefused(handle, it, status)) return undefined;
    const { bytes, words } = it;
    const end = block + HEADER + 4 * words[need >> 2];
    words[block >> 2] = length;
    words[(block >> 2) + 1] = length;
    if (words[(block + AT.BODY + 4) >> 2] < LONG_BODY || !isBodyApart(words, block, end))
        return { text: bytes.latin1Slice(document, end), at: block - document };
    return withoutBody(it, document, text, block, end);
}

/** Where the offsets of strings are in a block, of fields as of pairs. */
function* offsetsIn(block, end) {
    for (const [from, to] of [
        [block + AT.METHOD, block + AT.BODY],
        [block + AT.PAIRS, end],
    ])
        for (let at = from >> 2; at < to >> 2; at += 2) yield at;
}

/** Whether no other string has bytes of the body. */
function isBodyApart(words, block, end) {
    const [start, length] = words.subarray((block + AT.BODY) >> 2, (block + AT.BODY + 8) >> 2);
    const pairs = (block + AT.PAIRS) >> 2;
    for (const at of offsetsIn(block, end)) {
        const isName = at >= pairs && (at - pairs) % 4 === 0;
        const size = isName ? words[at + 1] & 0xffff : words[at + 1];
        if (words[at] < start + length && words[at] + size > start && words[at] !== ABSENT)
            return false;
    }
    return true;
}

/** The same for an event with a long body: it and the document are bytes. */
function withoutBody({ bytes, words }, document, text, block, end) {
    const [offset, length] = words.subarray((block + AT.BODY) >> 2, (block + AT.BODY + 8) >> 2);
    const [body, whole] = [
        [text + offset, length],
        [document, text - document],
    ].map(([from, size]) => Buffer.from(bytes.subarray(from, from + size)));
    words[block >> 2] = 0;
    for (const at of offsetsIn(block, end)) if (words[at] >= offset + length) words[at] -= length;
    bytes.copyWithin(text + offset, text + offset + length, end);
    const found = bytes.latin1Slice(text, end - length);
    return { text: found, at: block - text - length, body, document: whole };
}

function decodeResponse(handle, input, rules) {
    return call(handle, (it) => {
        const { apigw_decoder_decode_response } = it.library;
        if (isTooLong(handle, it, lengthOf(input))) return undefined;
        const [text, end] = it.write([input], 0);
        const event = text - STRUCTS;
        const status = apigw_decoder_decode_response(
            handle.decoder,
            text,
            end - text,
            rules,
            event,
        );
        return isRefused(handle, it, status) ? undefined : it.blockAt(event);
    });
}

/**
 * Writes an event that has no more than `fields`, with their numbers of the table, and returns
 * where it is.
 */
function writeEvent(instance, handle, [text, end], fields, pair = []) {
    const event = text - STRUCTS;
    const [table, pairs] = [event + 64, event + 64 + TABLE];
    // The library keeps what it has found in bodies until it decodes the next event.
    instance.bytes.utf8Write('{}', event);
    instance.library.apigw_decoder_decode(handle.decoder, event, 2, event);
    instance.struct(event, [table, pairs, text, end - text, text]);
    const words = instance.words.subarray(table >> 2, pairs >> 2).fill(ABSENT);
    const names = 'DIALECT METHOD_ID FLAGS PAIR_COUNT STATUS TIME_LOW TIME_HIGH'.split(' ');
    const zeros = Object.fromEntries(names.map((name) => [name, 0]));
    for (const [name, value] of Object.entries({ ...zeros, SIZE: TABLE, ...fields }))
        words.set([value].flat(), WORDS[name]);
    instance.struct(pairs, pair);
    return event;
}

function form(handle, body) {
    return call(handle, (it) => {
        const { apigw_event_read_form } = it.library;
        const places = it.write([body], 0);
        const event = writeEvent(it, handle, places, { BODY: [0, places[1] - places[0]] });
        const status = apigw_event_read_form(event, handle.decoder, event);
        return isRefused(handle, it, status) ? undefined : it.blockAt(event);
    });
}

function cookies(handle, header) {
    return call(handle, (it) => {
        const { apigw_event_read_cookies } = it.library;
        const name = 'cookie';
        const [value, start, end] = it.write([header, name], 0);
        const length = start - value;
        const id = HEADERS.indexOf(name) + 1;
        const pair = [length, name.length | (id << 16), 0, length];
        const fields = { HEADERS: [0, 1], PAIR_COUNT: 1 };
        const event = writeEvent(it, handle, [value, end], fields, pair);
        const status = apigw_event_read_cookies(event, handle.decoder, event);
        return isRefused(handle, it, status) ? undefined : it.blockAt(event);
    });
}

function base64(handle, text) {
    return call(handle, (it) => {
        const { apigw_event_read_body } = it.library;
        const [start, end] = it.write([text], lengthOf(text));
        const fields = { FLAGS: FLAGS.BODY_BASE64, BODY: [0, end - start] };
        const event = writeEvent(it, handle, [start, end], fields);
        const need = event + 32;
        const status = apigw_event_read_body(event, handle.decoder, end, it.roomAt(end), need);
        if (isRefused(handle, it, status)) return undefined;
        return Buffer.from(it.bytes.subarray(end, end + it.words[need >> 2]));
    });
}

/** True if a text is a JSON document. */
function json(handle, text) {
    return call(handle, (it) => {
        const { apigw_json_parse } = it.library;
        const [start, end] = it.write([text], 0);
        const status = apigw_json_parse(handle.decoder, start, end - start, start - STRUCTS);
        return isRefused(handle, it, status) ? undefined : true;
    });
}

/** Encodes to the memory from `at` on, or elsewhere if there is no room. */
function encoded(handle, instance, encode, struct, at) {
    const need = struct + 64;
    let out = at;
    let status = encode(handle.encoder, struct, out, instance.roomAt(out), need);
    instance.look();
    if (status === ERRORS.BUFFER) {
        const length = instance.words[need >> 2];
        // What the struct refers to stays where it is.
        out = instance.grow(length);
        status = encode(handle.encoder, struct, out, length, need);
        instance.look();
    }
    if (status !== OK) {
        handle.fault = instance.faultAt(instance.library.apigw_encoder_error(handle.encoder));
        return undefined;
    }
    return Buffer.from(instance.bytes.subarray(out, out + instance.words[need >> 2]));
}

/** `joined` is the list of names and values with a character between them. */
function encodeResponse(handle, status, dialect, encoding, list, body, joined) {
    return call(handle, (it) => {
        const room = 8 * list.length + 2 * lengthOf(body) + 1024;
        const [text, bodyAt, end] = it.write([joined, body], room);
        const isAscii = bodyAt - text === joined.length;
        const headers = (end + 3) & ~3;
        let at = headers >> 2;
        let offset = 0;
        for (const part of list) {
            const length = isAscii ? part.length : Buffer.byteLength(part);
            it.words[at++] = offset;
            it.words[at++] = length;
            offset += length + 1;
        }
        const texts = [text, bodyAt - text, headers, list.length >> 1, bodyAt, end - bodyAt];
        const struct = text - STRUCTS;
        it.struct(struct, [40, status, ...texts, encoding, dialect]);
        return encoded(handle, it, it.library.apigw_encoder_encode_response_table, struct, 4 * at);
    });
}

function encodeWebSocketReply(handle, errorNumber, ...texts) {
    return call(handle, (it) => {
        const { apigw_encoder_encode_websocket_reply } = it.library;
        const length = texts.reduce((sum, text) => sum + lengthOf(text), 0);
        const places = it.write(texts, 2 * length + 1024);
        // An empty protocol or extension is absent.
        const strings = texts.flatMap((text, i) =>
            text === '' && i > 1 ? [0, 0] : [places[i], places[i + 1] - places[i]],
        );
        const struct = places[0] - STRUCTS;
        it.struct(struct, [40, errorNumber, ...strings]);
        return encoded(handle, it, apigw_encoder_encode_websocket_reply, struct, places.at(-1));
    });
}

/** A string of the library that is not about a call. */
function constant(name, ...values) {
    current ??= new Instance();
    return current.text(current.library[name](...values));
}

module.exports = {
    base64,
    cookies,
    create,
    decode,
    decodeResponse,
    encodeResponse,
    encodeWebSocketReply,
    fault: (handle) => handle.fault,
    form,
    json,
    kernel: () => 'wasm',
    version: constant('apigw_version'),
};
