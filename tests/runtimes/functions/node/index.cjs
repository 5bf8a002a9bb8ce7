'use strict';

// The function of the suite in JavaScript. ../c/probe.c and ../go/main.go do the same. The header
// x-probe selects what it does.

exports.main_handler = async (event) => {
    switch (event.headers['x-probe']) {
        case 'describe':
            return respond('text/plain', describe(event));
        case 'echo':
            return {
                isBase64Encoded: event.isBase64Encoded,
                statusCode: 200,
                headers: { 'content-type': 'application/octet-stream' },
                body: event.body ?? '',
            };
        case 'cookies':
            return {
                isBase64Encoded: false,
                statusCode: 418,
                headers: { 'set-cookie': ['a=1', 'b=2'], 'x-empty': '' },
                body: '',
            };
        case 'size':
            return respond('text/plain', 'a'.repeat(Number(event.queryString.n)));
        case 'text':
            return 'no response';
        case 'object':
            return { a: 1 };
        case 'fail':
            throw new Error('no cat');
        case 'crash':
            process.exit(3);
            break;
        case 'slow':
            await new Promise((resolve) => setTimeout(resolve, 4000));
    }
    return respond('text/plain', 'ok');
};

const respond = (type, body) => ({
    isBase64Encoded: false,
    statusCode: 200,
    headers: { 'content-type': type },
    body,
});

function describe({
    httpMethod,
    path,
    requestContext,
    pathParameters,
    queryString,
    headers,
    body,
    isBase64Encoded,
}) {
    const lines = [`${httpMethod} ${path} ${requestContext.path} ${requestContext.stage}`];
    for (const [name, value] of Object.entries(pathParameters))
        lines.push(`parameter ${name}=${value}`);
    for (const [name, values] of Object.entries(queryString)) {
        for (const value of [values].flat())
            lines.push(`query ${name}=${value === true ? '' : value}`);
    }
    for (const [name, value] of Object.entries(headers)) {
        if (name.startsWith('x-test')) lines.push(`header ${name}=${value}`);
    }
    const kind = body === undefined ? 'absent' : isBase64Encoded ? 'base64' : 'text';
    lines.push(
        `body ${kind} ${Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').length}`,
    );
    return `${lines.join('\n')}\n`;
}
