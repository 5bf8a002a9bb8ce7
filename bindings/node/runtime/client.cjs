'use strict';

const http = require('node:http');
const { setTimeout: pause } = require('node:timers/promises');

const ATTEMPTS = 6;
const FIRST_PAUSE = 50;

/** The platform takes no larger answer (https://cloud.tencent.com/document/product/583/11637). */
const MAX_ANSWER = 6 << 20;

/** An event with a body of 6 MB of which every byte is escaped has less. */
const MAX_EVENT = 64 << 20;

/** Milliseconds in which nothing may come of an answer: after its beginning if it is an event. */
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
    async respond(answer) {
        const length = Buffer.byteLength(answer);
        if (length > MAX_ANSWER) return this.fail('the response is longer than the limit');
        const path = '/runtime/invocation/response';
        const { status } = await this.#insist(
            path,
            () => this.#post(path, 'application/json', answer),
            false,
        );
        if (status !== 200)
            await this.fail(`the platform answers ${status} to a response of ${length} bytes`);
    }

    /** Tells the platform why there is no answer. */
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
        // It keeps a late answer from being taken for that of the next event.
        if (this.#requestId !== undefined) headers.request_id = this.#requestId;
        return this.#exchange({ method: 'POST', path, headers }, body);
    }

    /**
     * Makes an attempt, and again after pauses if there is no answer, or if it must be 200 and is
     * not.
     */
    async #insist(path, attempt, isWaiting) {
        const signal = isWaiting ? this.#stopping : undefined;
        for (let left = ATTEMPTS, time = FIRST_PAUSE; ; time *= 2) {
            let fault;
            try {
                const answer = await attempt();
                if (answer.status === 200 || !isWaiting) return answer;
                fault = new Error(`${path} answers ${answer.status}`);
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
     * One request and its whole answer. Once the answer has begun, `signal` does not end it any
     * more.
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
