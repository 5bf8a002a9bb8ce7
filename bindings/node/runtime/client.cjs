'use strict';

const http = require('node:http');
const { setTimeout: pause } = require('node:timers/promises');

const ATTEMPTS = 6;
const FIRST_PAUSE = 50;

/** The platform accepts no larger response (https://cloud.tencent.com/document/product/583/11637). */
const MAX_RESPONSE = 6 << 20;

/** An event whose body is 6 MB of escaped bytes is shorter. */
const MAX_EVENT = 64 << 20;

/** Milliseconds without a byte of a reply: after its beginning if it is an event. */
const SILENCE = 60_000;

/** The client's side of the runtime API: one connection, one request after the other. */
class Client {
    #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    #host = process.env.SCF_RUNTIME_API || '127.0.0.1';
    #port = process.env.SCF_RUNTIME_API_PORT || '9001';
    #stopping;
    #requestId;

    /** `stopping` is an AbortSignal: when it fires, no event is waited for any longer. */
    constructor(stopping) {
        this.#stopping = stopping;
    }

    close() {
        this.#agent.destroy();
    }

    async ready() {
        await this.#insist(
            '/runtime/init/ready',
            () => this.#post('/runtime/init/ready', 'text/plain', ' '),
            true,
        );
    }

    /** The next event, { body, headers }, or undefined when the function is stopped. */
    async next() {
        const path = '/runtime/invocation/next';
        const event = await this.#insist(
            path,
            () => this.#exchange({ method: 'GET', path, signal: this.#stopping }),
            true,
        );
        this.#requestId = event?.headers.request_id;
        return event;
    }

    /** Sends what a handler has made: text or bytes. */
    async respond(response) {
        const length = Buffer.byteLength(response);
        if (length > MAX_RESPONSE) return this.fail('the response is longer than the limit');
        const path = '/runtime/invocation/response';
        const { status } = await this.#insist(
            path,
            () => this.#post(path, 'application/json', response),
            false,
        );
        if (status !== 200)
            await this.fail(`the platform returned ${status} for a response of ${length} bytes`);
    }

    /** Reports to the platform why there is no response. */
    async fail(reason) {
        process.stderr.write(`apigw-runtime: ${reason}\n`);
        const path = '/runtime/invocation/error';
        await this.#insist(
            path,
            () => this.#post(path, 'text/plain; charset=utf-8', reason),
            false,
        );
    }

    #post(path, type, body) {
        const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
        // A late response must not be taken for that of the next event.
        if (this.#requestId !== undefined) headers.request_id = this.#requestId;
        return this.#exchange({ method: 'POST', path, headers }, body);
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
     * Sends one request and reads the whole reply. After the first byte of the reply, `signal` has
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
            request.setTimeout(signal === undefined ? SILENCE : 0, silent);
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
            request.end(body);
        });
    }
}

module.exports = { Client };
