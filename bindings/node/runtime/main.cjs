#!/usr/bin/env node
'use strict';

const { Client, failureOf } = require('./client.cjs');
const { contextOf } = require('./context.cjs');
const { load } = require('./load.cjs');
const { Streamed } = require('./stream.cjs');

const USAGE = `Runs a function: apigw-runtime [HANDLER]

HANDLER is FILE.FUNCTION, as in index.main_handler: the function that index.js, index.cjs or
index.mjs exports under that name. The default is the environment variable _HANDLER. If
AWS_LAMBDA_RUNTIME_API is set, the platform is AWS Lambda; otherwise it is Tencent SCF, at
SCF_RUNTIME_API and SCF_RUNTIME_API_PORT.
`;

async function main(name) {
    const stopping = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stopping.abort());
    const client = new Client(stopping.signal);
    const handler = await load(name, process.cwd()).catch(async (error) => {
        // The platform may be gone, and the error is what matters.
        await client.failToStart(failureOf(error)).catch(() => {});
        throw error;
    });
    await client.ready();
    while (!stopping.signal.aborted) {
        const event = await client.next();
        if (event !== undefined) await serve(client, handler, event);
    }
    client.close();
}

/** Has an event handled, and sends what comes of it. */
async function serve(client, handler, { invocation, body, isTooLong }) {
    if (isTooLong) return client.fail(failureOf('the event is too long'));
    const { given, isLost } = await attempt(handler, body, contextOf(invocation));
    if (given instanceof Failure) await client.fail(given.failure);
    else if (given instanceof Streamed) await client.stream(given);
    else await client.respond(given);
    // An error that nobody could catch may have left the process in any state: the platform starts
    // another one.
    if (isLost) process.exit(1);
}

class Failure {
    constructor(cause) {
        this.failure = failureOf(cause);
        if (cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
    }
}

/** What a handler gives, whatever it does. */
function attempt(handler, body, context) {
    return new Promise((resolve) => {
        const end = (given, isLost) => {
            process.off('uncaughtException', onLost);
            process.off('beforeExit', onIdle);
            resolve({ given, isLost });
        };
        const onLost = (error) => end(new Failure(error), true);
        const onIdle = () =>
            end(
                new Failure('the handler has not responded, and nothing is left to wait for'),
                false,
            );
        process.on('uncaughtException', onLost);
        process.on('beforeExit', onIdle);
        handler(body, context).then(
            (response) => end(response, false),
            (error) => end(new Failure(error), false),
        );
    });
}

const [name = process.env._HANDLER, ...rest] = process.argv.slice(2);
if (name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
} else if (!name || name.startsWith('-') || rest.length > 0) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
} else {
    main(name).then(
        // A timer or a connection that the handler has left does not keep the process alive.
        () => process.exit(0),
        (error) => {
            process.stderr.write(`apigw-runtime: ${error?.stack ?? error}\n`);
            process.exit(1);
        },
    );
}
