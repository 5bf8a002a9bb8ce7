// What is measured: for each row, ours and what JSON.parse does to the same end.

import { readFileSync } from 'node:fs';

import { decode, encodeResponse, lease } from 'apigw';

const corpus = new URL('../../../target/corpus/', import.meta.url);
const event = (name) => {
    if (name !== 'base64-64k') return readFileSync(new URL(`${name}.json`, corpus));
    const object = JSON.parse(event('base64-1m'));
    return Buffer.from(
        JSON.stringify({ ...object, body: object.body.slice(0, 4 * Math.floor(65_536 / 3)) }),
    );
};

/** What was read, so that nothing is left out as unused. */
export const sink = { total: 0 };
const use = (...strings) => {
    for (const string of strings) sink.total += string?.length ?? 0;
};

/** W1: the method, the path, a header and the body. */
const fields = (name) => {
    const bytes = event(name);
    return {
        row: `method, path, a header, body: ${name}`,
        bytes: bytes.length,
        ours: () => {
            const it = decode(bytes);
            use(it.method, it.path, it.headers.get('host'), it.body);
        },
        theirs: () => {
            const it = JSON.parse(bytes.toString());
            use(it.httpMethod, it.path, it.headers.host, it.body);
        },
    };
};

/** The same with an event that is released. */
const released = ({ row, bytes, theirs }, input, read) => ({
    row: `${row}, released`,
    bytes,
    ours: () => {
        const it = lease(input);
        read(it);
        it.release();
    },
    theirs,
});
const leasedFields = (name) =>
    released(fields(name), event(name), (it) =>
        use(it.method, it.path, it.headers.get('host'), it.body),
    );

/** W2: the object that JSON.parse makes, of events with so many sets of headers. */
const whole = (name, sets) => {
    const object = JSON.parse(event(name));
    const all = Array.from({ length: sets }, (_, i) => {
        const headers = { ...object.headers };
        for (let bit = 0; bit < 6; bit++) if (i & (1 << bit)) headers[`x-optional-${bit}`] = 'yes';
        return Buffer.from(JSON.stringify({ ...object, headers }));
    });
    let next = 0;
    return {
        row: `toJSON, ${sets} ${sets === 1 ? 'set' : 'sets'} of headers: ${name}`,
        bytes: all[0].length,
        ours: () => use(decode(all[next++ % sets]).toJSON().path),
        theirs: () => use(JSON.parse(all[next++ % sets].toString()).path),
    };
};

/** W3: the body as bytes. */
const body = (name) => {
    const bytes = event(name);
    const encoding = JSON.parse(bytes).isBase64Encoded === true ? 'base64' : 'utf8';
    return {
        row: `body as bytes: ${name}`,
        bytes: bytes.length,
        ours: () => use(decode(bytes).bytes()),
        theirs: () => use(Buffer.from(JSON.parse(bytes.toString()).body, encoding)),
    };
};

const leasedBody = (name) => released(body(name), event(name), (it) => use(it.bytes()));

/** What a handler does that reads a JSON body. */
const parsed = (name, what, read) => {
    const bytes = event(name);
    return {
        row: `${what}: ${name}`,
        bytes: bytes.length,
        ours: () => use(Object.keys(read(decode(bytes)))),
        theirs: () => use(Object.keys(JSON.parse(JSON.parse(bytes.toString()).body))),
    };
};
const byEvent = (name) => parsed(name, 'event.json()', (it) => it.json());
const byHandler = (name) => parsed(name, 'JSON.parse(event.body)', (it) => JSON.parse(it.body));

/** The answer of a function, with a body of JSON, as bytes. */
const response = (name) => {
    const { body } = JSON.parse(event(name));
    const headers = {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        vary: 'origin',
    };
    return {
        row: `response as bytes: body of ${name}`,
        bytes: body.length,
        ours: () => use(encodeResponse({ status: 200, headers, body })),
        theirs: () =>
            use(
                Buffer.from(
                    JSON.stringify({ isBase64Encoded: false, statusCode: 200, headers, body }),
                ),
            ),
    };
};

export const workloads = [
    ...['get', 'post-1k', 'sample', 'chinese-64k'].map(fields),
    ...['get', 'post-1k', 'sample', 'chinese-64k'].map(leasedFields),
    whole('get', 1),
    whole('get', 4),
    whole('get', 64),
    whole('post-1k', 1),
    ...['post-64k', 'post-1m', 'chinese-64k', 'base64-64k', 'base64-1m'].map(body),
    ...['post-64k', 'post-1m', 'chinese-64k', 'base64-64k', 'base64-1m'].map(leasedBody),
    ...['post-1k', 'post-64k', 'chinese-64k', 'post-1m'].map(byEvent),
    ...['post-1k', 'post-64k', 'post-1m'].map(byHandler),
    ...['post-1k', 'post-64k', 'chinese-64k', 'post-1m'].map(response),
];
