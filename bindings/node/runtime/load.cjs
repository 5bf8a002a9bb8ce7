'use strict';

const { existsSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const { fromResponse, handler: fetchHandler } = require('../lib/apigw.cjs');
const { awslambda, isStreamified, streamified, streamingFetch } = require('./stream.cjs');

/**
 * Loads the handler with a name such as index.main_handler from a folder: the export `main_handler`
 * of index.js, index.cjs or index.mjs. Returns a function of the event's bytes and the context that
 * returns the bytes or the text of the response, or a response in a stream.
 */
async function load(name, folder) {
    const dot = name.lastIndexOf('.');
    if (dot <= 0)
        throw new Error(
            `the handler ${JSON.stringify(name)} is not FILE.FUNCTION, as index.main_handler is`,
        );
    const [base, member] = [path.resolve(folder, name.slice(0, dot)), name.slice(dot + 1)];
    const file = ['.js', '.cjs', '.mjs']
        .map((extension) => base + extension)
        .find((file) => existsSync(file));
    if (file === undefined)
        throw new Error(`there is no ${base}.js, .cjs or .mjs for the handler ${name}`);
    globalThis.awslambda = awslambda;
    const module = await import(pathToFileURL(file));
    // A CommonJS module as a whole is the default; not all of its exports are found under their
    // names.
    const exported = module[member] ?? module.default?.[member];
    if (typeof exported === 'function')
        return isStreamified(exported) ? streamified(exported) : platformHandler(exported);
    if (typeof exported?.fetch === 'function') {
        if (exported.streams === true) return streamingFetch(exported);
        return fetchHandler((request, info) => exported.fetch(request, info));
    }
    throw new Error(
        `${file} exports no function ${member}, and no object of that name with a function fetch`,
    );
}

/** A handler as the platform knows it: (event, context, callback), async or with the callback. */
function platformHandler(handler) {
    return async (input, context) => {
        const result = await call(handler, JSON.parse(input), context);
        if (result instanceof Response) return fromResponse(result);
        return JSON.stringify(result) ?? 'null';
    };
}

/** What a handler returns, or gives to its callback: whatever is first. */
function call(handler, event, context) {
    return new Promise((resolve, reject) => {
        const callback = (error, result) => {
            if (error === undefined || error === null) resolve(result);
            else reject(error);
        };
        const returned = handler(event, context, callback);
        const isWaiting = returned === undefined && handler.length > 2;
        if (!isWaiting) resolve(returned);
    });
}

module.exports = { load };
