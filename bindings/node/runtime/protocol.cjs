'use strict';

// What differs between the runtime APIs of the platforms.

const { env } = process;

/** Tencent SCF (https://cloud.tencent.com/document/product/583/47274). */
const scf = {
    host: () => env.SCF_RUNTIME_API || '127.0.0.1',
    port: () => env.SCF_RUNTIME_API_PORT || '9001',
    ready: '/runtime/init/ready',
    next: '/runtime/invocation/next',
    response: () => '/runtime/invocation/response',
    failure: () => '/runtime/invocation/error',
    /** Where a function reports that it cannot start. */
    initFailure: undefined,
    /** The status that acknowledges a response. */
    accepted: 200,
    /** Whether a response can be sent as it is made. */
    takesStreams: false,
    /** The headers of a response to an event: a late one must not be taken for that of the next. */
    headers: (id) => (id === undefined ? {} : { request_id: id }),
    invocation: (headers, arrival) => ({
        id: headers.request_id,
        memory: Number(headers.memory_limit_in_mb ?? 0),
        deadline: arrival + Number(headers.time_limit_in_ms ?? 0),
        limit: Number(headers.time_limit_in_ms ?? 0),
    }),
    /** An error in the form of the platform: text. */
    report: ({ message }) => ({
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: message,
    }),
};

const BASE = '/2018-06-01/runtime';

/** AWS Lambda (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
const lambda = {
    host: () => url().hostname.replace(/^\[|\]$/g, ''),
    port: () => url().port || '80',
    /** The first request for an event says that the function is ready. */
    ready: undefined,
    next: `${BASE}/invocation/next`,
    response: (id) => `${BASE}/invocation/${id}/response`,
    failure: (id) => `${BASE}/invocation/${id}/error`,
    initFailure: `${BASE}/init/error`,
    accepted: 202,
    takesStreams: true,
    headers: () => ({}),
    invocation(headers, arrival) {
        const end = Number(headers['lambda-runtime-deadline-ms'] ?? 0);
        const limit = Math.max(0, end - Date.now());
        const trace = headers['lambda-runtime-trace-id'];
        // The clients of AWS find the trace there.
        if (trace !== undefined) env._X_AMZN_TRACE_ID = trace;
        return {
            id: headers['lambda-runtime-aws-request-id'],
            memory: Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 0),
            deadline: arrival + limit,
            limit,
            arn: headers['lambda-runtime-invoked-function-arn'],
            trace,
            clientContext: parsed(headers['lambda-runtime-client-context']),
            identity: parsed(headers['lambda-runtime-cognito-identity']),
        };
    },
    /** An error in the form of the platform: JSON, and its type in a header. */
    report: ({ message, type, stack }) => ({
        headers: {
            'content-type': 'application/json',
            'lambda-runtime-function-error-type': type,
        },
        body: JSON.stringify({ errorMessage: message, errorType: type, stackTrace: stack }),
    }),
};

const url = () => new URL(`http://${env.AWS_LAMBDA_RUNTIME_API}`);

function parsed(text) {
    try {
        return text === undefined ? undefined : JSON.parse(text);
    } catch {
        return undefined;
    }
}

/**
 * The protocol of the platform that the environment names. A gateway that serves both says by
 * TENCENTCLOUD_RUNENV that it stands for SCF.
 */
const protocol = env.AWS_LAMBDA_RUNTIME_API && env.TENCENTCLOUD_RUNENV !== 'SCF' ? lambda : scf;

module.exports = { protocol };
