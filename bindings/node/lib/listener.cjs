'use strict';

const { Buffer } = require('node:buffer');
const { Duplex } = require('node:stream');

const { wrongType } = require('./arguments.cjs');
const { encodeResponse } = require('./decoder.cjs');
const {
    cookieHeaders,
    responseOf,
    eventOf,
    headerText,
    isFraming,
    remember,
    requestLine,
} = require('./http.cjs');

/** The connection that a request seems to have come over. It keeps what is written. */
class Connection extends Duplex {
    encrypted = true;
    remoteAddress;
    #chunks = [];

    _read() {}

    _write(chunk, _encoding, done) {
        this.#chunks.push(chunk);
        done();
    }

    get written() {
        return Buffer.concat(this.#chunks);
    }

    setTimeout() {
        return this;
    }

    setNoDelay() {
        return this;
    }

    setKeepAlive() {
        return this;
    }
}

/**
 * A function for the platform, made of a listener for requests of node:http: an Express app, or
 * (request, response) => ...
 */
function listener(serve) {
    if (typeof serve !== 'function') throw wrongType('serve', 'a function', serve);
    // Loaded for those who need it: it takes longer than the rest of the package.
    const http = require('node:http');
    return async (input) => {
        const event = eventOf(input);
        const connection = new Connection();
        const request = incoming(http, event, connection);
        const response = new http.ServerResponse(request);
        response.sendDate = false;
        response.useChunkedEncodingByDefault = false;
        response.shouldKeepAlive = false;
        response.assignSocket(connection);
        await new Promise((resolve, reject) => {
            response.once('finish', resolve);
            response.once('error', reject);
            connection.once('error', reject);
            connection.once('close', () =>
                reject(new Error('apigw: the listener has closed the connection')),
            );
            Promise.resolve(serve(request, response)).catch(reject);
        });
        const encoded = encodeResponse({ ...parse(connection.written), dialect: event.dialect });
        return responseOf(input, encoded);
    };
}

function incoming(http, event, connection) {
    const { method, target } = requestLine(event);
    const body = event.bytes() ?? Buffer.alloc(0);
    connection.remoteAddress =
        event.sourceIp ?? event.headers.get('x-scf-remote-addr') ?? event.headers.get('x-real-ip');
    const request = new http.IncomingMessage(connection);
    request.method = method;
    request.url = target;
    request.httpVersion = '1.1';
    request.httpVersionMajor = request.httpVersionMinor = 1;
    const headers = [...event.headers].filter(([name]) => !isFraming(name)).flat();
    for (const cookies of cookieHeaders(event).slice(event.headers.getAll('cookie').length))
        headers.push('cookie', cookies);
    if (body.length > 0 || event.headers.has('content-length'))
        headers.push('content-length', String(body.length));
    // What Node's own parser calls: all views of the headers come from it, with Node's rules for
    // repeated names.
    request._addHeaderLines(headers, headers.length);
    request.complete = true;
    if (body.length > 0) request.push(body);
    request.push(null);
    return remember(request, event);
}

/** What a ServerResponse has written: heads of status 1xx, then a head, then the body as it is. */
function parse(written) {
    for (let from = 0; ; ) {
        const end = written.indexOf('\r\n\r\n', from);
        const [line, ...fields] = written.toString('latin1', from, end).split('\r\n');
        const status = Number(line.split(' ', 2)[1]);
        from = end + 4;
        if (status < 200 && status !== 101) continue;
        const headers = fields.map((field) => {
            const colon = field.indexOf(': ');
            const name = field.slice(0, colon);
            return [name, headerText(name, field.slice(colon + 2))];
        });
        return {
            status,
            // The connection ends here.
            headers: headers.filter(
                ([name]) => !/^(?:connection|keep-alive|transfer-encoding)$/i.test(name),
            ),
            body: written.subarray(from),
        };
    }
}

module.exports = { listener };
