'use strict';

const { once } = require('node:events');
const http = require('node:http');
const { setTimeout: pause } = require('node:timers/promises');

const { protocol } = require('./protocol.cjs');

const ATTEMPTS = 6;
const FIRST_PAUSE = 50;

/** The platform accepts no larger response (https://cloud.tencent.com/document/product/583/11637). */
const MAX_RESPONSE = 6 << 20;

/** An event whose body is 6 MB of escaped bytes is shorter. */
const MAX_EVENT = 64 << 20;

/** Milliseconds without a byte of a reply: after its beginning if it is an event. */
const SILENCE = 60_000;

/** The client's side of a runtime API: one connection, one request after the other. */
class Client {
    #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    #host = protocol.host();
    #port = protocol.port();
    #stopping;
    /** The identifier of the last event. */
    #id;

    /** `stopping` is an AbortSignal: when it fires, no event is waited for any longer. */
    constructor(stopping) {
        this.#stopping = stopping;
    }

    close() {
        this.#agent.destroy();
    }

    async ready() {
        const path = protocol.ready;
        if (path === undefined) return;
        const headers = { 'content-type': 'text/plain' };
        await this.#insist(path, () => this.#post(path, headers, ' '), true);
    }

    /** The next event, { body, invocation }, or undefined when the function is stopped. */
    async next() {
        const path = protocol.next;
        const event = await this.#insist(
            path,
            () => this.#exchange({ method: 'GET', path, signal: this.#stopping }),
            true,
        );
        if (event === undefined) return undefined;
        const invocation = protocol.invocation(event.headers, performance.now());
        this.#id = invocation.id;
        return { ...event, invocation };
    }

    /** Sends what a handler has made: text or bytes. */
    async respond(response) {
        const length = Buffer.byteLength(response);
        if (length > MAX_RESPONSE)
            return this.fail(failureOf('the response is longer than the limit'));
        const path = protocol.response(this.#id);
        const headers = { 'content-type': 'application/json', ...protocol.headers(this.#id) };
        const { status } = await this.#insist(
            path,
            () => this.#post(path, headers, response),
            false,
        );
        if (status !== protocol.accepted) {
            const reason = `the platform returned ${status} for a response of ${length} bytes`;
            await this.fail(failureOf(reason));
        }
    }

    /** Sends a response as it is made. It cannot be sent again. */
    async stream(streamed) {
        const chunks = streamed.chunks[Symbol.asyncIterator]();
        let first;
        try {
            first = await chunks.next();
        } catch (error) {
            process.stderr.write(`${error?.stack ?? error}\n`);
            return this.fail(failureOf(error));
        }
        const path = protocol.response(this.#id);
        const headers = {
            'content-type': streamed.type,
            'lambda-runtime-function-response-mode': 'streaming',
            'transfer-encoding': 'chunked',
            trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
        };
        const write = (request) => writeChunks(request, first, chunks);
        try {
            const { status } = await this.#exchange({ method: 'POST', path, headers }, write);
            if (status === protocol.accepted) return;
            await this.fail(failureOf(`the platform returned ${status} for a streamed response`));
        } catch (error) {
            // The next request finds out whether the platform is there.
            process.stderr.write(`apigw-runtime: the streamed response is lost: ${error}\n`);
        }
    }

    /** Reports to the platform why there is no response. */
    async fail(failure) {
        process.stderr.write(`apigw-runtime: ${failure.message}\n`);
        await this.#report(protocol.failure(this.#id), failure, protocol.headers(this.#id));
    }

    /** Reports to the platform why the function cannot start, if there is a way for it. */
    async failToStart(failure) {
        if (protocol.initFailure !== undefined)
            await this.#report(protocol.initFailure, failure, {});
    }

    async #report(path, failure, more) {
        const { headers, body } = protocol.report(failure);
        await this.#insist(path, () => this.#post(path, { ...headers, ...more }, body), false);
    }

    #post(path, headers, body) {
        const length = { 'content-length': Buffer.byteLength(body) };
        return this.#exchange({ method: 'POST', path, headers: { ...headers, ...length } }, body);
    }

    /**
     * Makes an attempt, and further ones after pauses if there is no reply, or if its status must
     * be 200 and is not.
     */
    async #insist(path, attempt, isWaiting) {
        const signal = isWaiting ? this.#stopping : undefined;
        for (let left = ATTEMPTS, time = FIRST_PAUSE; ; time *= 2) {
            let fault;
            try {
                const reply = await attempt();
                if (reply.status === 200 || !isWaiting) return reply;
                fault = new Error(`${path} returned ${reply.status}`);
            } catch (error) {
                fault = error;
            }
            if (signal?.aborted) return undefined;
            if (--left === 0) throw fault;
            // A stop ends the pause, and then the next attempt.
            await pause(time, undefined, { signal }).catch(() => {});
        }
    }

    /**
     * Sends one request, whose body may be a function that writes it, and reads the whole reply.
     * After the first byte of the reply, `signal` has
     * no effect.
     */
    #exchange({ signal, ...options }, body) {
        return new Promise((resolve, reject) => {
            const request = http.request({
                host: this.#host,
                port: this.#port,
                agent: this.#agent,
                ...options,
            });
            const stop = () => request.destroy(new Error('stopped'));
            const silent = () => request.destroy(new Error(`nothing came for ${SILENCE} ms`));
            // An event is waited for as long as there is none.
            const isStream = typeof body === 'function';
            request.setTimeout(signal === undefined && !isStream ? SILENCE : 0, silent);
            if (signal?.aborted) stop();
            signal?.addEventListener('abort', stop);
            request.once('response', (response) => {
                signal?.removeEventListener('abort', stop);
                request.setTimeout(SILENCE, silent);
                const { statusCode: status, headers } = response;
                const chunks = [];
                let length = 0;
                response.on('data', (chunk) => {
                    length += chunk.length;
                    if (length <= MAX_EVENT) {
                        chunks.push(chunk);
                    } else {
                        resolve({ status, headers, isTooLong: true });
                        request.destroy();
                    }
                });
                response.once('error', reject);
                response.once('end', () =>
                    resolve({ status, headers, body: Buffer.concat(chunks) }),
                );
            });
            request.once('error', (error) => {
                signal?.removeEventListener('abort', stop);
                reject(error);
            });
            if (isStream) body(request).catch(reject);
            else request.end(body);
        });
    }
}

/** Writes the body of a request as its chunks come, and what is wrong with them. */
async function writeChunks(request, first, chunks) {
    try {
        for (let next = first; !next.done; next = await chunks.next()) {
            if (next.value.length > 0 && !request.write(next.value) && !request.destroyed)
                await Promise.race([once(request, 'drain'), once(request, 'close')]);
        }
    } catch (error) {
        const failure = failureOf(error);
        process.stderr.write(
            `apigw-runtime: the streamed response is cut short: ${failure.message}\n`,
        );
        const { headers, body } = protocol.report(failure);
        request.addTrailers({
            'Lambda-Runtime-Function-Error-Type': headers['lambda-runtime-function-error-type'],
            'Lambda-Runtime-Function-Error-Body': Buffer.from(body).toString('base64'),
        });
    }
    request.end();
}

/** What is reported of an error, or of a reason that is no error of the handler. */
function failureOf(cause) {
    if (!(cause instanceof Error)) {
        const message = String(cause?.message ?? cause);
        return { message, type: 'Runtime.Failure', stack: [] };
    }
    // The name may be anything that a program sets.
    const type = /^[\w.$-]+$/.test(cause.name) ? cause.name : 'Error';
    return { message: String(cause.message), type, stack: String(cause.stack).split('\n') };
}

module.exports = { Client, failureOf };
