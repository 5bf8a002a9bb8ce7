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
