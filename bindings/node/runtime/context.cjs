'use strict';

const { env } = process;

/**
 * What the platform passes to a handler with the event
 * (https://intl.cloud.tencent.com/document/product/583/46770), made of the headers that came with
 * the event and of the environment.
 */
function contextOf(headers, arrival) {
    const limit = Number(headers.time_limit_in_ms ?? 0);
    return {
        // The platform has this setting; here a response is always sent at once.
        callbackWaitsForEmptyEventLoop: false,
        getRemainingTimeInMillis: () =>
            Math.max(0, Math.ceil(limit - (performance.now() - arrival))),
        memory_limit_in_mb: Number(headers.memory_limit_in_mb ?? 0),
        time_limit_in_ms: limit,
        request_id: headers.request_id ?? '',
        environment,
        environ,
        function_version: env.SCF_FUNCTIONVERSION ?? '',
        function_name: env.SCF_FUNCTIONNAME ?? '',
        namespace: env.SCF_NAMESPACE ?? '',
        tencentcloud_region: env.TENCENTCLOUD_REGION ?? '',
        tencentcloud_appid: env.TENCENTCLOUD_APPID ?? '',
        tencentcloud_uin: env.TENCENTCLOUD_UIN ?? '',
    };
}

const environment = JSON.stringify(env);
const environ = Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');

module.exports = { contextOf };
