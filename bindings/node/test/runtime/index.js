'use strict';

const response = (body) => ({
    isBase64Encoded: false,
    statusCode: 200,
    headers: { 'content-type': 'text/plain' },
    body,
});

exports.main_handler = async (event, context, _callback) =>
    response(`${event.httpMethod} ${context.request_id}`);
exports.plain = (event) => response(event.path);
exports.callback = (event, _context, callback) => {
    setTimeout(() => callback(null, response(event.path)), 1);
};
exports.callbackError = (_event, _context, callback) => callback('no cat');
exports.twice = (_event, _context, callback) => {
    callback(null, 1);
    callback(null, 2);
};
exports.throws = () => {
    throw new Error('no cat');
};
exports.rejects = async () => Promise.reject(new Error('no cat'));
exports.nothing = () => {};
exports.cyclic = async () => {
    const cycle = {};
    cycle.cycle = cycle;
    return cycle;
};
exports.never = (_event, _context, _callback) => {};
exports.later = (event) => {
    if (event.path === '/ok') return 'ok';
    return new Promise(() => {
        setTimeout(() => {
            throw new Error('nobody catches this');
        }, 1);
    });
};
exports.context = async (_event, { getRemainingTimeInMillis, ...context }) => {
    const remaining = getRemainingTimeInMillis();
    return [remaining > 0 && remaining <= 3000, context];
};
exports.slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return 'done';
};
exports.text = async (event) => 'a'.repeat(event.length - 2);
exports.noFunction = 7;
exports.echo = { fetch: async (request) => new Response(await request.arrayBuffer()) };
exports.streamed = {
    streams: true,
    fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === '/early') throw new Error('no cat');
        if (pathname === '/empty') return new Response(null, { status: 204 });
        const pieces = ['a', 'b'].values();
        const body = new ReadableStream({
            pull(controller) {
                const { value, done } = pieces.next();
                if (!done) controller.enqueue(Buffer.from(value));
                else if (pathname === '/late') controller.error(new Error('no cat'));
                else controller.close();
            },
        });
        const headers = [
            ['set-cookie', 'x=1'],
            ['set-cookie', 'y=2'],
            ['vary', 'a'],
        ];
        return new Response(body, { status: 201, headers });
    },
};
exports.streamified = globalThis.awslambda?.streamifyResponse(async (event, stream, context) => {
    if (event.path === '/early') throw new Error('no cat');
    if (event.path === '/plain') {
        stream.setContentType('text/plain');
        return void stream.write(context.awsRequestId);
    }
    const response = globalThis.awslambda.HttpResponseStream.from(stream, {
        headers: { a: 'b' },
    });
    response.write('first');
    if (event.path === '/late') throw new Error('no cat');
    response.end();
});
exports.fetch = {
    async fetch(request, { context }) {
        const { pathname, searchParams } = new URL(request.url);
        return new Response(
            `${request.method} ${pathname} ${searchParams.get('a')} ${context.request_id}`,
            {
                status: 201,
            },
        );
    },
};
