/*
 * The runtime of a function in C. It asks the platform for events, passes each event to a function,
 * and sends the response.
 *
 *     #include <apigw_runtime.h>
 *
 *     static int hello(apigw_invocation *invocation, void *data) {
 *         apigw_response response = APIGW_RESPONSE_INIT;
 *         (void)data;
 *         response.body = apigw_string_from("hello world");
 *         return apigw_invocation_respond(invocation, &response);
 *     }
 *
 *     int main(void) { return apigw_runtime_run(hello, NULL); }
 *
 * The program is the file `bootstrap` of the function's package, or is started by it; `apigw dev`
 * starts it in the same way. The same program runs on two platforms:
 *
 * - AWS Lambda, if `AWS_LAMBDA_RUNTIME_API` is set
 *   (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>)
 * - Tencent SCF otherwise (<https://cloud.tencent.com/document/product/583/47274>), at
 *   `http://$SCF_RUNTIME_API:$SCF_RUNTIME_API_PORT`, by default `http://127.0.0.1:9001`
 *
 * `apigw dev` serves both; the variable `TENCENTCLOUD_RUNENV=SCF` selects the second.
 *
 * Events are handled one after the other, in one buffer and with one decoder. The memory is that of
 * the largest event and the largest response.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef APIGW_RUNTIME_H
#define APIGW_RUNTIME_H

#include <apigw.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The state of the runtime. Opaque. */
typedef struct apigw_runtime apigw_runtime;

/** One event for the handler. It and everything that it points to is valid until the handler
 * returns. */
typedef struct apigw_invocation {
    /** The event. */
    apigw_event event;
    /** The platform's identifier of this invocation, as in its logs; "" if the platform sent none.
     */
    const char *request_id;
    /** The memory limit of the function in megabytes; 0 if the platform sent none. */
    uint32_t memory_limit_mb;
    /** The time limit of the handler in milliseconds, from the arrival of the event; 0 if the
     * platform sent none. */
    uint32_t time_limit_ms;
    /** Of AWS Lambda, "" elsewhere: the name of the function, version or alias that was called. */
    const char *function_arn;
    /** Of AWS Lambda: the header of X-Ray, which the variable `_X_AMZN_TRACE_ID` has too. */
    const char *trace_id;
    /** Of AWS Lambda: JSON about the mobile application that has called; "" if none has. */
    const char *client_context, *cognito_identity;
    /** Private. */
    apigw_runtime *runtime;
} apigw_invocation;

/**
 * Responds to an invocation with one of the functions below, and returns 0. Any other number fails
 * the invocation: the platform gets the message of `apigw_invocation_fail`, or of the call that has
 * failed. The next event follows in either case.
 *
 * The last response counts. A handler that returns 0 without a response has failed. It is called on
 * the thread that called `apigw_runtime_run`.
 */
typedef int apigw_handler(apigw_invocation *invocation, void *data);

/**
 * Serves events until SIGTERM or SIGINT, and then returns 0; a response that is being made is still
 * sent. `data` is passed to the handler. This call reports to the platform that the function is
 * ready, so do everything that must happen before the first event before it.
 *
 * If the platform cannot be reached, five more attempts follow within two seconds. After them, or
 * without memory, the function writes the reason to standard error and returns 1. `main` can return
 * the result.
 *
 * A process can make one call at a time, because the call has the handlers of both signals until it
 * returns.
 */
int apigw_runtime_run(apigw_handler *handler, void *data);

/**
 * Reports that the function cannot start, to a platform that has a way for it and to standard
 * error, and returns 1. It is called instead of `apigw_runtime_run`; `main` can return the result.
 */
int apigw_runtime_fail(const char *reason);

/**
 * Sends a response. `response` is not read after the call, and its `dialect` is ignored: it is that
 * of the event. Returns 0 or the status of `apigw_encoder_encode_response`, for the handler to
 * return.
 */
int apigw_invocation_respond(apigw_invocation *invocation, const apigw_response *response);

/**
 * Accepts or refuses a WebSocket client, for an event with `APIGW_FLAG_WEBSOCKET_CONNECT`. `reply`
 * is not read after the call. Returns 0 or the status of `apigw_encoder_encode_websocket_reply`,
 * for the handler to return.
 */
int apigw_invocation_reply(apigw_invocation *invocation, const apigw_websocket_reply *reply);

/**
 * Sends these bytes as they are: for a trigger without integrated response, whose client receives
 * them, and for events that are not requests. `bytes` may be NULL if `len` is 0. Returns 0,
 * `APIGW_E_RESPONSE_TOO_LONG` for more than 6 MiB, or `APIGW_E_OUT_OF_MEMORY`, for the handler to
 * return.
 */
int apigw_invocation_write(apigw_invocation *invocation, const void *bytes, size_t len);

/** Fails the invocation with a message that is formatted as by printf and has at most 1023 bytes.
 * Returns another number than 0, for the handler to return. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
int apigw_invocation_fail(apigw_invocation *invocation, const char *format, ...);

/** Returns the milliseconds until the time limit: 0 after it, `UINT32_MAX` without a limit. */
uint32_t apigw_invocation_remaining_ms(const apigw_invocation *invocation);

#ifdef __cplusplus
}
#endif

#endif
