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

/** The same with a series of events that all differ in their headers and the values of these. */
const series = (name, count) => {
    const object = JSON.parse(event(name));
    const all = Array.from({ length: count }, (_, i) => {
        const headers = Object.entries(object.headers).filter((_, k) => (i * 7 + k * k) % 5 > 0);
        const changed = headers.map(([name, value]) => [name, `${value}${i}`]);
        return Buffer.from(
            JSON.stringify({ ...object, path: `/${i}`, headers: Object.fromEntries(changed) }),
        );
    });
    let next = 0;
    return {
        row: `${count} that all differ: ${name}`,
        bytes: all[0].length,
        ours: () => {
            const it = decode(all[next++ % count]);
            use(it.method, it.path, it.headers.get('host'), it.body);
        },
        theirs: () => {
            const it = JSON.parse(all[next++ % count].toString());
            use(it.httpMethod, it.path, it.headers.host, it.body);
        },
    };
};

/** W2: the object that JSON.parse makes. */
const whole = (name) => {
    const bytes = event(name);
    return {
        row: `toJSON: ${name}`,
        bytes: bytes.length,
        ours: () => use(decode(bytes).toJSON().path),
        theirs: () => use(JSON.parse(bytes.toString()).path),
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
const parsed = (name) => {
    const bytes = event(name);
    return {
        row: `event.json(): ${name}`,
        bytes: bytes.length,
        ours: () => use(Object.keys(decode(bytes).json())),
        theirs: () => use(Object.keys(JSON.parse(JSON.parse(bytes.toString()).body))),
    };
};

/** The response of a function, with a body of JSON, as bytes. */
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
    series('get', 10_000),
    ...['get', 'post-1k'].map(whole),
    ...['post-64k', 'post-1m', 'chinese-64k', 'base64-64k', 'base64-1m'].map(body),
    ...['post-64k', 'post-1m', 'chinese-64k', 'base64-64k', 'base64-1m'].map(leasedBody),
    ...['post-1k', 'post-64k', 'chinese-64k', 'post-1m'].map(parsed),
    ...['post-1k', 'post-64k', 'chinese-64k', 'post-1m'].map(response),
];
