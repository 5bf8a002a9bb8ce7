'use strict';

const { env } = process;

/**
 * What a handler gets with the event: one object, with the names of Tencent SCF
 * (https://intl.cloud.tencent.com/document/product/583/46770) and those of AWS Lambda
 * (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html), on both platforms.
 */
function contextOf({ id = '', memory, deadline, limit, arn = '', trace, clientContext, identity }) {
    return {
        // The platforms have this setting; here a response is always sent at once.
        callbackWaitsForEmptyEventLoop: false,
        getRemainingTimeInMillis: () => Math.max(0, Math.ceil(deadline - performance.now())),
        memory_limit_in_mb: memory,
        time_limit_in_ms: limit,
        request_id: id,
        environment,
        environ,
        function_version: version,
        function_name: name,
        namespace: env.SCF_NAMESPACE ?? '',
        tencentcloud_region: env.TENCENTCLOUD_REGION ?? '',
        tencentcloud_appid: env.TENCENTCLOUD_APPID ?? '',
        tencentcloud_uin: env.TENCENTCLOUD_UIN ?? '',
        awsRequestId: id,
        functionName: name,
        functionVersion: version,
        memoryLimitInMB: String(memory),
        invokedFunctionArn: arn,
        logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
        logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
        xRayTraceId: trace,
        clientContext,
        identity,
    };
}

const name = env.SCF_FUNCTIONNAME ?? env.AWS_LAMBDA_FUNCTION_NAME ?? '';
const version = env.SCF_FUNCTIONVERSION ?? env.AWS_LAMBDA_FUNCTION_VERSION ?? '';
const environment = JSON.stringify(env);
const environ = Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');

module.exports = { contextOf };
