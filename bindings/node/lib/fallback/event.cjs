'use strict';

const { ERRORS } = require('../error.cjs');
const { DIALECTS, FLAGS } = require('../fields.cjs');
const { writeBlock } = require('./block.cjs');
const { MapReader } = require('./map.cjs');
const { BYTE, Fault } = require('./reader.cjs');

/**
 * The objects whose members are known by name: what errors call them, and containers that are open
 * inside.
 */
const OBJECTS = [
    { path: undefined, depth: 1, parent: 0 },
    { path: 'requestContext', depth: 2, parent: 0 },
    { path: 'requestContext.identity', depth: 3, parent: 1 },
    { path: 'websocket', depth: 2, parent: 0 },
];

const BODY = 18;
/**
 * Members by object: name, kind of value, index among the values of this kind, what it says about
 * the event's origin, and the name that it replaces.
 */
const MEMBERS = [
    {
        requestContext: ['object', 1],
        headers: ['map', 0, 'headers'],
        body: ['body', BODY],
        path: ['text', 1],
        httpMethod: ['text', 0, 'method'],
        isBase64Encoded: ['flag', 0],
        isBase64: ['flag', 0, undefined, 'isBase64Encoded'],
        queryString: ['map', 1, 'gateway'],
        query: ['text', 12],
        queryStringParameters: ['map', 3],
        pathParameters: ['map', 2],
        headerParameters: ['map', 4, 'gateway'],
        headersParameters: ['map', 4, 'gateway', 'headerParameters'],
        stageVariables: ['map', 5],
        websocket: ['object', 3],
        payload: ['payload', 0, 'payload'],
        Records: ['nothing', 0, 'records'],
        Type: ['nothing', 0, 'type'],
        TriggerName: ['nothing', 0, 'triggerName'],
        version: ['version', 0],
        rawPath: ['nothing', 0, 'rawPath'],
    },
    {
        serviceId: ['text', 6, 'gateway'],
        apiId: ['text', 6, undefined, 'serviceId'],
        serviceName: ['text', 7, 'gateway'],
        path: ['text', 2],
        httpMethod: ['text', 3],
        requestId: ['text', 5],
        identity: ['object', 2],
        sourceIp: ['text', 8],
        stage: ['text', 4],
        domainName: ['text', 10],
        accountId: ['text', 11],
        connectionId: ['text', 14, 'sibling'],
        elb: ['nothing', 0, 'sibling'],
        eventType: ['nothing', 0, 'sibling'],
        envId: ['nothing', 0, 'envId'],
    },
    { secretId: ['text', 9] },
    {
        action: ['text', 13],
        secConnectionID: ['text', 14],
        secWebSocketProtocol: ['text', 16],
        secWebSocketExtensions: ['text', 17],
        dataType: ['text', 15],
        data: ['text', BODY],
    },
].map((members) => new Map(Object.entries(members)));

/** Reads an event. */
class EventReader extends MapReader {
    #object = 0;
    #member;
    #filled = new Set();
    #marks = new Set();
    #hasContext = false;
    #payload;
    #result = { texts: [], maps: [], extras: [[], [], [], []], flags: 0 };

    /** The event as a block. */
    read() {
        try {
            this.start();
            this.#members();
            this.nothingMore();
            this.#interpret();
        } catch (fault) {
            if (fault instanceof Fault) fault.member = this.#member ?? OBJECTS[this.#object].path;
            throw fault;
        }
        if (this.isAscii) this.#result.flags |= FLAGS.ASCII;
        return writeBlock({ ...this.#result, document: this.bytes.latin1Slice() });
    }

    #members() {
        if (!this.enter()) return;
        for (;;) {
            if (this.#oneMember()) continue;
            this.#member = undefined;
            while (!this.nextMember()) {
                if (this.#object === 0) return;
                this.#object = OBJECTS[this.#object].parent;
            }
        }
    }

    /**
     * One member; true if it holds an object that is known by name, into which the reader has
     * stepped.
     */
    #oneMember() {
        const nameAt = this.at;
        const name = this.string();
        const known = MEMBERS[this.#object].get(name);
        if (known === undefined) {
            this.checkName(name, nameAt);
            this.colon();
            this.#extra(name, this.raw(OBJECTS[this.#object].depth), nameAt);
            return false;
        }
        const [holds, index, mark, meant = name] = known;
        const { path } = OBJECTS[this.#object];
        if (holds !== 'nothing') this.#member = path === undefined ? meant : `${path}.${meant}`;
        if (holds !== 'nothing' && holds !== 'version') {
            const field = `${holds === 'body' ? 'text' : holds} ${index}`;
            if (this.#filled.has(field)) this.fail(ERRORS.DUPLICATE_MEMBER, nameAt);
            this.#filled.add(field);
        }
        this.colon();
        if (this.byte !== 0x6e) this.#marks.add(mark).add(`${path}.${name}`);
        return this.#value(holds, index, name, nameAt);
    }

    #value(holds, index, name, nameAt) {
        const { texts, maps } = this.#result;
        const { depth } = OBJECTS[this.#object];
        if (holds === 'text') texts[index] = this.stringOrNull();
        else if (holds === 'map') maps[index] = this.map(index === 1 || index === 3);
        else if (holds === 'object') return this.#stepInto(index);
        else if (holds === 'body') this.#body();
        else if (holds === 'flag') this.#result.flags |= this.base64Flag();
        else if (holds === 'payload') this.#readPayload(name, nameAt);
        else {
            const text = this.raw(depth);
            if (holds === 'version' && text === '"2.0"') this.#marks.add('sibling');
            if (holds === 'version' && text === '"v1"') this.#marks.add('version1');
            this.#extra(name, text, nameAt);
        }
        return false;
    }

    /** A body or an unknown member, which is known only after the whole event. */
    #readPayload(name, nameAt) {
        const [at, index, member] = [this.at, this.#result.extras[0].length, this.#member];
        this.#payload = { name, nameAt, at, index, member, text: this.raw(1) };
    }

    /** `null` is as good as no object. */
    #stepInto(object) {
        let hasMembers = false;
        if (this.byte === BYTE.open) hasMembers = this.enter();
        else if (this.byte === BYTE.list) this.emptyList();
        else if (this.byte === 0x6e) {
            this.scalar();
            return false;
        } else this.wrongType();
        if (object === 1) this.#hasContext = true;
        if (hasMembers) {
            this.#object = object;
            this.#member = undefined;
        }
        return hasMembers;
    }

    #body() {
        if (this.byte === BYTE.open || this.byte === BYTE.list) {
            this.#result.flags |= FLAGS.BODY_JSON;
            this.#result.texts[BODY] = this.raw(1);
        } else {
            this.#result.texts[BODY] = this.stringOrNull();
        }
    }

    #extra(name, text, nameAt) {
        this.countPair(nameAt);
        this.#result.extras[this.#object].push([name, text]);
    }

    /** Sets what is known only after the whole event: its dialect and what depends on it. */
    #interpret() {
        const { texts } = this.#result;
        const dialect = this.#dialect();
        this.#result.dialect = DIALECTS.indexOf(dialect);
        if (this.#payload !== undefined) {
            const { name, nameAt, at, index, member, text } = this.#payload;
            if (dialect === 'clb' && !this.#filled.has(`text ${BODY}`)) {
                this.#member = member;
                this.at = at;
                this.#body();
            } else {
                this.countPair(nameAt);
                this.#result.extras[0].splice(index, 0, [name, text]);
            }
        }
        if (dialect !== 'websocket') return;
        const phases = {
            connecting: FLAGS.WEBSOCKET_CONNECT,
            'data send': FLAGS.WEBSOCKET_MESSAGE,
            'data recv': FLAGS.WEBSOCKET_MESSAGE,
            closing: FLAGS.WEBSOCKET_CLOSE,
        };
        if (Object.hasOwn(phases, texts[13])) this.#result.flags |= phases[texts[13]];
        if (texts[15] === 'binary') this.#result.flags |= FLAGS.BODY_BASE64;
    }

    /** Since 2026 a Function URL has a context with the address of the client. */
    #isUrl() {
        const has = (name) => this.#marks.has(`requestContext.${name}`);
        if (!this.#hasContext) return true;
        return has('sourceIp') && !['serviceId', 'serviceName', 'path', 'stage'].some(has);
    }

    #dialect() {
        const has = (...marks) => marks.every((mark) => this.#marks.has(mark));
        if (this.#result.texts[13] !== undefined) return 'websocket';
        if (has('records') || has('type', 'triggerName')) return 'not-http';
        if (has('sibling') || has('version1', 'rawPath')) return 'unknown';
        if (has('envId')) return 'cloudbase';
        if (has('gateway')) return this.#isUrl() ? 'function-url' : 'api-gateway';
        return has('payload', 'headers') && !has('method') ? 'clb' : 'unknown';
    }
}

module.exports = { EventReader };
