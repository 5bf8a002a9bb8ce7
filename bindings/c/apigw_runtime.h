/*
 * The runtime of a function in C: it asks the platform for events, hands each one to a function, and sends back the
 * answer.
 *
 *     #include <apigw_runtime.h>
 *
 *     static int hello(apigw_invocation *invocation, void *data) {
 *         apigw_response response = APIGW_RESPONSE_INIT;
 *         (void)data;
 *         response.body = "hello world";
 *         response.body_len = 11;
 *         return apigw_invocation_respond(invocation, &response);
 *     }
 *
 *     int main(void) { return apigw_runtime_run(hello, NULL); }
 *
 * It speaks the protocol of custom runtimes (<https://cloud.tencent.com/document/product/583/47274>) at
 * `http://$SCF_RUNTIME_API:$SCF_RUNTIME_API_PORT`, by default `http://127.0.0.1:9001`. The program is the file
 * `bootstrap` of the function's package, or is started by it; `apigw dev` starts it in the same way.
 *
 * Events are handled one after the other, in one buffer and by one decoder: memory is that of the largest event and
 * answer.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef APIGW_RUNTIME_H
#define APIGW_RUNTIME_H

#include <apigw.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What belongs to the runtime. Opaque. */
typedef struct apigw_runtime apigw_runtime;

/** One event that is to be answered. Made by the runtime; it and all that it points to is valid until the handler
 * returns. */
typedef struct apigw_invocation {
    /** The event. */
    apigw_view event;
    /** The platform's number of this invocation, as its logs have it, ending with a NUL; "" if it sent none. */
    const char *request_id;
    /** Megabytes of memory that the function may take; 0 if the platform does not tell. */
    uint32_t memory_limit_mb;
    /** Milliseconds that the handler may take, from when the event came; 0 if the platform does not tell. */
    uint32_t time_limit_ms;
    /** Private. */
    apigw_runtime *runtime;
} apigw_invocation;

/**
 * Answers an invocation by one of the functions below, and returns 0. Any other number fails the invocation: the
 * platform gets the message of `apigw_invocation_fail`, or that of the call that has failed, and the next event comes
 * as ever.
 *
 * The answer that is given last counts. A handler that returns 0 without an answer has failed. It is called on the
 * thread that called `apigw_runtime_run`.
 */
typedef int apigw_handler(apigw_invocation *invocation, void *data);

/**
 * Serves events until SIGTERM or SIGINT, and then returns 0: an answer that is being made is still sent. `data` is what
 * the handler gets. Whatever must happen before the first event, happens before this call: with it the function is
 * ready.
 *
 * If the platform cannot be reached, five more attempts follow within two seconds; then it writes why to standard error
 * and returns 1, as it does without memory. What it returns is meant for `main`.
 *
 * At most one call at a time in a process: it has the handlers of both signals until it returns.
 */
int apigw_runtime_run(apigw_handler *handler, void *data);

/**
 * Answers with a response. `response` is not looked at after the call; `dialect` is not looked at at all, the event
 * tells it. 0, or the status of `apigw_response_encode`, for the handler to return.
 */
int apigw_invocation_respond(apigw_invocation *invocation, const apigw_response *response);

/**
 * Accepts or refuses a WebSocket client, for an event with `APIGW_FLAG_WEBSOCKET_CONNECT`. `reply` is not looked at
 * after the call. 0, or the status of `apigw_websocket_reply_encode`, for the handler to return.
 */
int apigw_invocation_reply(apigw_invocation *invocation, const apigw_websocket_reply *reply);

/**
 * Answers with these bytes as they are: for a trigger without integrated response, whose client gets them, and for
 * events that are no request. `bytes` may be NULL if `len` is 0. 0, `APIGW_E_RESPONSE_TOO_LONG` for more than 6 MiB, or
 * `APIGW_E_OUT_OF_MEMORY`, for the handler to return.
 */
int apigw_invocation_write(apigw_invocation *invocation, const void *bytes, size_t len);

/** Fails the invocation with a message, as printf writes it, of at most 1023 bytes. Not 0: for the handler to return.
 */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
int apigw_invocation_fail(apigw_invocation *invocation, const char *format, ...);

/** Milliseconds until the time limit: 0 when it has passed, `UINT32_MAX` if there is none. */
uint32_t apigw_invocation_remaining_ms(const apigw_invocation *invocation);

#ifdef __cplusplus
}
#endif

#endif
