'use strict';

const { PassThrough } = require('node:stream');

const { decode, fromResponse, toRequest } = require('../lib/apigw.cjs');
const { protocol } = require('./protocol.cjs');

/** A stream of this type begins with a prelude: JSON with status and headers, and eight zeros. */
const WITH_PRELUDE = 'application/vnd.awslambda.http-integration-response';

/** A response that is sent as it is made. */
class Streamed {
    /** The content type is known when the first chunk is. */
    type;
    chunks;

    constructor(type, chunks) {
        this.type = type;
        this.chunks = chunks;
    }
}

function prelude(metadata) {
    return Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)]);
}

/** A handler of events that streams the responses of a function `fetch`. */
function streamingFetch(exported) {
    return async (input, context) => {
        const event = decode(input);
        const response = await exported.fetch(toRequest(event), { event, context });
        if (!(response instanceof Response))
            throw new TypeError('the result of fetch must be a Response');
        // The platform gets it whole if it takes no streams.
        if (!protocol.takesStreams) return fromResponse(response, { dialect: event.dialect });
        return new Streamed(WITH_PRELUDE, chunksOf(response));
    };
}

async function* chunksOf(response) {
    const headers = {};
    for (const [name, value] of response.headers) {
        // Cookies have a list, and the gateway frames the body.
        if (!['set-cookie', 'content-length', 'transfer-encoding'].includes(name))
            headers[name] = value;
    }
    yield prelude({
        statusCode: response.status,
        headers,
        cookies: response.headers.getSetCookie(),
    });
    if (response.body !== null) yield* response.body;
}

const STREAMS = Symbol('apigw.streams');

/**
 * What AWS gives to handlers that stream
 * (https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html).
 */
const awslambda = {
    streamifyResponse: (handler) => Object.assign(handler, { [STREAMS]: true }),
    HttpResponseStream: {
        from(stream, metadata) {
            stream.setContentType(WITH_PRELUDE);
            stream.write(prelude({ statusCode: 200, ...metadata }));
            return stream;
        },
    },
};

const isStreamified = (handler) => handler[STREAMS] === true;

/** A handler of events from one that writes to a stream. */
function streamified(handler) {
    if (!protocol.takesStreams)
        throw new Error('the platform takes no streams, which streamifyResponse needs');
    return async (input, context) => {
        const stream = new PassThrough();
        const streamed = new Streamed('application/octet-stream', stream);
        stream.setContentType = (type) => {
            streamed.type = type;
        };
        // Whatever it throws ends the stream, also before its first byte.
        Promise.resolve()
            .then(() => handler(JSON.parse(input), stream, context))
            .then(
                () => stream.end(),
                (error) => stream.destroy(error instanceof Error ? error : new Error(error)),
            );
        return streamed;
    };
}

module.exports = { Streamed, awslambda, isStreamified, streamified, streamingFetch };
