/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "apigw_runtime.h"

#include <curl/curl.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPTS 6
#define FIRST_PAUSE_MS 50
/* The platform accepts no larger response
 * (<https://cloud.tencent.com/document/product/583/11637>); the encoder has the same limit. */
#define MAX_RESPONSE (6u << 20)
/* An event whose body is 6 MB of escaped bytes is shorter. */
#define MAX_EVENT ((size_t)64 << 20)
/* The time that a reply of the platform may take: from its beginning if it is an event, otherwise
 * from the request. */
#define TRANSFER_MS 60000

/* The requests to the runtime API. */
enum { READY, NEXT, RESPONSE, ERROR, INIT_ERROR, REQUESTS };

/* What differs between the runtime APIs of the platforms. */
typedef struct protocol {
    /* A path for each request, with the identifier of the event for %s; NULL if there is none. */
    const char *paths[REQUESTS];
    /* The status that acknowledges a response. */
    long accepted;
    /* The header with the identifier of an event, and whether a response has it too. */
    const char *id_name;
    int is_id_echoed;
    /* Whether an error is JSON with a type, instead of text. */
    int has_json_errors;
} protocol;

static const protocol scf = {{"/runtime/init/ready", "/runtime/invocation/next",
                              "/runtime/invocation/response", "/runtime/invocation/error", NULL},
                             200,
                             "request_id",
                             1,
                             0};

/* The type of every error: C has no others. */
#define ERROR_TYPE "Runtime.Failure"

#define LAMBDA "/2018-06-01/runtime/"

static const protocol lambda = {{NULL, LAMBDA "invocation/next", LAMBDA "invocation/%s/response",
                                 LAMBDA "invocation/%s/error", LAMBDA "init/error"},
                                202,
                                "lambda-runtime-aws-request-id",
                                0,
                                1};

/* Results of `exchange` that are not an HTTP status. */
enum { STOPPED = 0, NO_REPLY = -1 };

typedef struct buffer {
    char *data;
    size_t len, size;
} buffer;

struct apigw_runtime {
    apigw_handler *handler;
    void *data;
    apigw_decoder *decoder;
    apigw_encoder *encoder;
    CURLM *multi;
    CURL *easy;
    /* The headers of a response and of an error. */
    struct curl_slist *json, *errors;
    const protocol *protocol;
    /* The URL of the request, which begins with the address of the platform. */
    char *url;
    size_t base_len;
    char curl_error[CURL_ERROR_SIZE];

    /* The result of the last exchange. */
    buffer input;
    int is_input_lost, is_input_long, has_begun;
    int request;
    /* The last event: its identifier, and the header with which a response names it, which is empty
     * if it has no identifier or the protocol no such header. */
    char request_id[256], id_line[288];
    uint32_t memory_limit_mb, time_limit_ms;
    /* When the time limit ends, in milliseconds since 1970; 0 if the platform sent none. */
    uint64_t deadline_ms;
    buffer arn, trace, client, identity;
    struct timespec arrival;

    /* The response that is being made, and the reason if it cannot be made. */
    buffer output;
    int has_response;
    char fault[1024];
};

/* The state of the signal handler: there is one per process. */
static volatile sig_atomic_t is_stopping;
static int wake[2];

static void stop(int number) {
    int saved = errno;
    ssize_t ignored;
    (void)number;
    is_stopping = 1;
    ignored = write(wake[1], "", 1);
    (void)ignored;
    errno = saved;
}

static void complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("apigw-runtime: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* Makes room for `size` bytes. Returns 0, and changes nothing, if there is no memory. */
static int reserve(buffer *room, size_t size) {
    char *larger;
    if (size <= room->size) return 1;
    if (size < room->size + room->size / 2) size = room->size + room->size / 2;
    larger = realloc(room->data, size);
    if (larger == NULL) return 0;
    room->data = larger;
    room->size = size;
    return 1;
}

/* ==== The client of the runtime API ==== */

static size_t on_body(char *data, size_t size, size_t count, void *argument) {
    apigw_runtime *runtime = argument;
    buffer *input = &runtime->input;
    size_t len = size * count;
    if (len > MAX_EVENT - input->len) {
        /* Ends the transfer, which may have no end. */
        runtime->is_input_lost = runtime->is_input_long = 1;
        return 0;
    }
    /* Bytes without room are dropped. If the transfer ended here, the platform would send the same
     * event again and again. */
    if (!runtime->is_input_lost && reserve(input, input->len + len + APIGW_PADDING)) {
        memcpy(input->data + input->len, data, len);
        input->len += len;
    } else {
        runtime->is_input_lost = 1;
    }
    return len;
}

/* Returns the value of a header line with this name, without white space around it; otherwise
 * NULL. */
static const char *value_of(const char *line, size_t len, const char *name, size_t *value_len) {
    size_t name_len = strlen(name);
    const char *end = line + len;
    if (len <= name_len || line[name_len] != ':' || strncasecmp(line, name, name_len) != 0)
        return NULL;
    line += name_len + 1;
    while (line < end && (*line == ' ' || *line == '\t')) line++;
    while (line < end && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r' || end[-1] == '\n'))
        end--;
    *value_len = (size_t)(end - line);
    return line;
}

/* Returns the number of a text; 0, which stands for a missing number, if it is not a number or is
 * larger than `max`. */
static uint64_t number_of(const char *text, size_t len, uint64_t max) {
    uint64_t number = 0;
    size_t i;
    for (i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9' || number > (max - (uint64_t)(text[i] - '0')) / 10)
            return 0;
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    return number;
}

/* Keeps a text, which is empty if there is no memory. */
static void keep(buffer *kept, const char *text, size_t len) {
    if (!reserve(kept, len + 1)) return;
    memcpy(kept->data, text, len);
    kept->data[len] = 0;
}

static const char *text_of(const buffer *kept) { return kept->data != NULL ? kept->data : ""; }

static void forget(buffer *kept) {
    if (kept->data != NULL) kept->data[0] = 0;
}

static void on_lambda_header(apigw_runtime *runtime, const char *line, size_t len) {
    const struct {
        const char *name;
        buffer *kept;
    } texts[] = {{"lambda-runtime-invoked-function-arn", &runtime->arn},
                 {"lambda-runtime-trace-id", &runtime->trace},
                 {"lambda-runtime-client-context", &runtime->client},
                 {"lambda-runtime-cognito-identity", &runtime->identity}};
    const char *value;
    size_t value_len, i;
    if ((value = value_of(line, len, "lambda-runtime-deadline-ms", &value_len)) != NULL)
        runtime->deadline_ms = number_of(value, value_len, UINT64_MAX);
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if ((value = value_of(line, len, texts[i].name, &value_len)) != NULL)
            keep(texts[i].kept, value, value_len);
    }
}

static size_t on_header(char *line, size_t size, size_t count, void *argument) {
    apigw_runtime *runtime = argument;
    size_t len = size * count, value_len;
    const char *value;
    if (!runtime->has_begun) clock_gettime(CLOCK_MONOTONIC, &runtime->arrival);
    runtime->has_begun = 1;
    if (runtime->request != NEXT) return len;
    if ((value = value_of(line, len, runtime->protocol->id_name, &value_len)) != NULL) {
        if (value_len >= sizeof runtime->request_id) value_len = sizeof runtime->request_id - 1;
        memcpy(runtime->request_id, value, value_len);
        runtime->request_id[value_len] = 0;
    } else if (runtime->protocol == &lambda) {
        on_lambda_header(runtime, line, len);
    } else if ((value = value_of(line, len, "memory_limit_in_mb", &value_len)) != NULL) {
        runtime->memory_limit_mb = (uint32_t)number_of(value, value_len, UINT32_MAX);
    } else if ((value = value_of(line, len, "time_limit_in_ms", &value_len)) != NULL) {
        runtime->time_limit_ms = (uint32_t)number_of(value, value_len, UINT32_MAX);
    }
    return len;
}

static int64_t passed_ms(const struct timespec *since) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

/* Returns whether a signal may interrupt the request. A response is sent in any case. */
static int can_stop(int request) { return request == READY || request == NEXT; }

/* Waits until the transfer is over or, before an event arrives, until a signal does. */
static long transfer(apigw_runtime *runtime, int is_stoppable) {
    struct curl_waitfd woken = {wake[0], CURL_WAIT_POLLIN, 0};
    int running = 1;
    for (;;) {
        int was_stopping = is_stoppable && is_stopping;
        CURLMsg *message;
        if (curl_multi_perform(runtime->multi, &running) != CURLM_OK) return NO_REPLY;
        if (!running) {
            long status = NO_REPLY;
            message = curl_multi_info_read(runtime->multi, &(int){0});
            if (message != NULL && (message->data.result == CURLE_OK || runtime->is_input_long)) {
                curl_easy_getinfo(runtime->easy, CURLINFO_RESPONSE_CODE, &status);
            }
            return status;
        }
        if (was_stopping && !runtime->has_begun) return STOPPED;
        if (runtime->has_begun && passed_ms(&runtime->arrival) > TRANSFER_MS) return NO_REPLY;
        if (curl_multi_poll(runtime->multi, &woken, is_stoppable && !was_stopping, 60000, NULL) !=
            CURLM_OK) {
            return NO_REPLY;
        }
    }
}

/* Forgets the last event. */
static void forget_event(apigw_runtime *runtime) {
    runtime->request_id[0] = runtime->id_line[0] = 0;
    runtime->memory_limit_mb = runtime->time_limit_ms = 0;
    runtime->deadline_ms = 0;
    forget(&runtime->arn);
    forget(&runtime->trace);
    forget(&runtime->client);
    forget(&runtime->identity);
}

/* Writes the URL of a request. Its room is that of the longest one. */
static void write_url(apigw_runtime *runtime, int request) {
    const char *path = runtime->protocol->paths[request], *id = strstr(path, "%s");
    char *end = runtime->url + runtime->base_len;
    if (id == NULL) {
        strcpy(end, path);
    } else {
        sprintf(end, "%.*s%s%s", (int)(id - path), path, runtime->request_id, id + 2);
    }
}

/* Sends one request to the runtime API, with a body unless it is NEXT. Returns the HTTP status,
 * STOPPED or NO_REPLY. */
static long exchange(apigw_runtime *runtime, int request, const char *body, size_t len) {
    CURL *easy = runtime->easy;
    int is_error = request == ERROR || request == INIT_ERROR || request == READY;
    struct curl_slist id = {runtime->id_line, is_error ? runtime->errors : runtime->json};
    long status;
    runtime->request = request;
    runtime->input.len = 0;
    runtime->is_input_lost = runtime->is_input_long = runtime->has_begun = 0;
    runtime->curl_error[0] = 0;
    if (request == NEXT) forget_event(runtime);
    write_url(runtime, request);
    curl_easy_setopt(easy, CURLOPT_URL, runtime->url);
    if (request == NEXT) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    } else {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, runtime->id_line[0] != 0 ? &id : id.next);
    }
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, request == NEXT ? 0L : (long)TRANSFER_MS);
    if (curl_multi_add_handle(runtime->multi, easy) != CURLM_OK) return NO_REPLY;
    status = transfer(runtime, can_stop(request));
    curl_multi_remove_handle(runtime->multi, easy);
    return status;
}

/* Does the same as `exchange`, but tries again if there is no reply, and with `must_succeed` if the
 * status is not 200. */
static long ask(apigw_runtime *runtime, int request, const char *body, size_t len,
                int must_succeed) {
    int attempt, pause = FIRST_PAUSE_MS;
    long status;
    for (attempt = 1;; attempt++, pause *= 2) {
        struct curl_waitfd woken = {wake[0], CURL_WAIT_POLLIN, 0};
        status = exchange(runtime, request, body, len);
        if (status == STOPPED || status == 200 || (status != NO_REPLY && !must_succeed))
            return status;
        if (attempt == ATTEMPTS) break;
        curl_multi_poll(runtime->multi, &woken, can_stop(request), pause, NULL);
        if (can_stop(request) && is_stopping) return STOPPED;
    }
    if (status == NO_REPLY) {
        complain("no reply from %s: %s", runtime->url,
                 runtime->curl_error[0] != 0 ? runtime->curl_error : "the connection has failed");
    } else {
        complain("%s returned %ld", runtime->url, status);
    }
    return NO_REPLY;
}

/* Returns the length of the character of UTF-8 that a text begins with, or 0 if there is none. */
static size_t character_len(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    size_t len = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4, i;
    if ((bytes[0] >= 0x80 && bytes[0] < 0xc2) || bytes[0] > 0xf4) return 0;
    for (i = 1; i < len; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
    }
    return len;
}

/* Writes an error as JSON: at most six bytes for each of the reason, and some around it. */
static size_t write_json(char *json, const char *reason) {
    char *end = json + sprintf(json, "{\"errorMessage\":\"");
    while (*reason != 0) {
        size_t len = character_len(reason);
        if (len == 0) {
            /* U+FFFD. */
            end += sprintf(end, "\xef\xbf\xbd");
            reason++;
        } else if ((unsigned char)*reason < 0x20 || *reason == '"' || *reason == '\\') {
            end += sprintf(end, "\\u%04x", (unsigned)(unsigned char)*reason++);
        } else {
            memcpy(end, reason, len);
            end += len;
            reason += len;
        }
    }
    end += sprintf(end, "\",\"errorType\":\"" ERROR_TYPE "\",\"stackTrace\":[]}");
    return (size_t)(end - json);
}

/* Reports an error, in the form of the platform. Returns 0 if the platform cannot be reached. */
static int report(apigw_runtime *runtime, int request) {
    char json[6 * sizeof runtime->fault + 128];
    const char *body = runtime->fault;
    size_t len = strlen(runtime->fault);
    complain("%s", runtime->fault);
    if (runtime->protocol->has_json_errors) {
        len = write_json(json, runtime->fault);
        body = json;
    }
    return ask(runtime, request, body, len, 0) != NO_REPLY;
}

/* ==== Responses ==== */

/* Keeps why a call on the decoder or the encoder has failed. */
static int fail_with(apigw_invocation *invocation, apigw_status status, const apigw_error *error,
                     const char *what) {
    apigw_invocation_fail(invocation, "%s: error %u at byte %zu%s%s%s: %s", what, (unsigned)status,
                          error->offset, error->member ? " (" : "",
                          error->member ? error->member : "", error->member ? ")" : "",
                          apigw_status_text(status));
    return (int)status;
}

/* Follows an attempt to encode `need` bytes. Returns 1 if there is room now for another attempt. */
static int finish(apigw_invocation *invocation, apigw_status *status, size_t need) {
    apigw_runtime *runtime = invocation->runtime;
    if (*status == APIGW_E_BUFFER) {
        if (reserve(&runtime->output, need)) return 1;
        *status = APIGW_E_OUT_OF_MEMORY;
    }
    runtime->has_response = *status == APIGW_OK;
    runtime->output.len = need;
    return 0;
}

int apigw_invocation_respond(apigw_invocation *invocation, const apigw_response *response) {
    apigw_runtime *runtime = invocation->runtime;
    apigw_response copy = *response;
    apigw_status status;
    size_t need = 0;
    copy.dialect = invocation->event.table->dialect;
    do {
        status = apigw_encoder_encode_response(runtime->encoder, &copy, runtime->output.data,
                                               runtime->output.size, &need);
    } while (finish(invocation, &status, need));
    return status == APIGW_OK ? 0
                              : fail_with(invocation, status, apigw_encoder_error(runtime->encoder),
                                          "the response cannot be encoded");
}

int apigw_invocation_reply(apigw_invocation *invocation, const apigw_websocket_reply *reply) {
    apigw_runtime *runtime = invocation->runtime;
    apigw_status status;
    size_t need = 0;
    do {
        status = apigw_encoder_encode_websocket_reply(runtime->encoder, reply, runtime->output.data,
                                                      runtime->output.size, &need);
    } while (finish(invocation, &status, need));
    return status == APIGW_OK ? 0
                              : fail_with(invocation, status, apigw_encoder_error(runtime->encoder),
                                          "the reply cannot be encoded");
}

int apigw_invocation_write(apigw_invocation *invocation, const void *bytes, size_t len) {
    apigw_runtime *runtime = invocation->runtime;
    apigw_status status = len > MAX_RESPONSE                ? APIGW_E_RESPONSE_TOO_LONG
                          : !reserve(&runtime->output, len) ? APIGW_E_OUT_OF_MEMORY
                                                            : APIGW_OK;
    runtime->has_response = status == APIGW_OK;
    if (status != APIGW_OK) {
        apigw_invocation_fail(invocation, "%s", apigw_status_text(status));
        return (int)status;
    }
    if (len != 0) memcpy(runtime->output.data, bytes, len);
    runtime->output.len = len;
    return 0;
}

int apigw_invocation_fail(apigw_invocation *invocation, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(invocation->runtime->fault, sizeof invocation->runtime->fault, format, arguments);
    va_end(arguments);
    return 1;
}

uint32_t apigw_invocation_remaining_ms(const apigw_invocation *invocation) {
    int64_t passed;
    if (invocation->time_limit_ms == 0) return UINT32_MAX;
    passed = passed_ms(&invocation->runtime->arrival);
    return passed < invocation->time_limit_ms ? invocation->time_limit_ms - (uint32_t)passed : 0;
}

/* ==== The loop ==== */

/* Returns the milliseconds from the arrival of an event to its deadline: at least 1, because 0
 * means that there is none. */
static uint32_t limit_of(const apigw_runtime *runtime) {
    struct timespec now;
    uint64_t now_ms, left;
    if (runtime->deadline_ms == 0) return 0;
    clock_gettime(CLOCK_REALTIME, &now);
    now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    if (runtime->deadline_ms <= now_ms) return 1;
    left = runtime->deadline_ms - now_ms + (uint64_t)passed_ms(&runtime->arrival);
    return left < UINT32_MAX ? (uint32_t)left : UINT32_MAX - 1;
}

/* Reads what AWS Lambda passes elsewhere than in headers, and puts the trace where its clients find
 * it. */
static void complete_lambda(apigw_runtime *runtime) {
    const char *memory = getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
    runtime->time_limit_ms = limit_of(runtime);
    if (memory != NULL)
        runtime->memory_limit_mb = (uint32_t)number_of(memory, strlen(memory), UINT32_MAX);
    if (text_of(&runtime->trace)[0] != 0) setenv("_X_AMZN_TRACE_ID", text_of(&runtime->trace), 1);
}

/* Handles the event in the runtime's input. Returns 1 if it has a response, 0 if it has failed. */
static int handle(apigw_runtime *runtime) {
    apigw_invocation invocation = {0};
    buffer *input = &runtime->input;
    apigw_status status;
    if (runtime->protocol == &lambda) complete_lambda(runtime);
    invocation.runtime = runtime;
    invocation.request_id = runtime->request_id;
    invocation.memory_limit_mb = runtime->memory_limit_mb;
    invocation.time_limit_ms = runtime->time_limit_ms;
    invocation.function_arn = text_of(&runtime->arn);
    invocation.trace_id = text_of(&runtime->trace);
    invocation.client_context = text_of(&runtime->client);
    invocation.cognito_identity = text_of(&runtime->identity);
    runtime->has_response = 0;
    runtime->fault[0] = 0;
    if (runtime->is_input_lost) {
        apigw_invocation_fail(&invocation, runtime->is_input_long
                                               ? "the event is too long"
                                               : "there is no memory for the event");
        return 0;
    }
    status = apigw_decoder_decode_in_place(runtime->decoder, input->data, input->len, input->size,
                                           &invocation.event);
    if (status != APIGW_OK) {
        fail_with(&invocation, status, apigw_decoder_error(runtime->decoder),
                  "the event cannot be decoded");
        return 0;
    }
    if (runtime->handler(&invocation, runtime->data) != 0) {
        if (runtime->fault[0] == 0) apigw_invocation_fail(&invocation, "the handler has failed");
        return 0;
    }
    if (!runtime->has_response) apigw_invocation_fail(&invocation, "the handler has not responded");
    return runtime->has_response;
}

/* Sends the result of `handle`. Returns 0 if the platform cannot be reached. */
static int respond(apigw_runtime *runtime, int is_success) {
    if (is_success) {
        long status = ask(runtime, RESPONSE, runtime->output.data, runtime->output.len, 0);
        if (status == NO_REPLY) return 0;
        if (status == runtime->protocol->accepted) return 1;
        snprintf(runtime->fault, sizeof runtime->fault,
                 "the platform returned %ld for a response of %zu bytes", status,
                 runtime->output.len);
    }
    return report(runtime, ERROR);
}

/* Serves events. Returns 1 after a signal, 0 if the platform cannot be reached. */
static int serve(apigw_runtime *runtime) {
    const protocol *spoken = runtime->protocol;
    /* Without a path for it, the first request for an event says that the function is ready. */
    long status = spoken->paths[READY] != NULL ? ask(runtime, READY, " ", 1, 1) : 200;
    while (status == 200 && !is_stopping) {
        status = ask(runtime, NEXT, NULL, 0, 1);
        if (spoken->is_id_echoed && runtime->request_id[0] != 0) {
            snprintf(runtime->id_line, sizeof runtime->id_line, "%s: %s", spoken->id_name,
                     runtime->request_id);
        }
        if (status == 200 && !respond(runtime, handle(runtime))) return 0;
    }
    return status != NO_REPLY;
}

/* ==== Beginning and end ==== */

static const char *variable(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL && value[0] != 0 ? value : otherwise;
}

/* Selects the protocol and the address. A gateway that serves both says by TENCENTCLOUD_RUNENV that
 * it stands for SCF. */
static int prepare_address(apigw_runtime *runtime) {
    const char *address = getenv("AWS_LAMBDA_RUNTIME_API"), *host = address, *port = NULL;
    size_t len, longest = 0;
    int is_bare_ipv6, request;
    runtime->protocol = &lambda;
    if (address == NULL || address[0] == 0 ||
        strcmp(variable("TENCENTCLOUD_RUNENV", ""), "SCF") == 0) {
        runtime->protocol = &scf;
        host = variable("SCF_RUNTIME_API", "127.0.0.1");
        port = variable("SCF_RUNTIME_API_PORT", "9001");
    }
    is_bare_ipv6 = port != NULL && strchr(host, ':') != NULL && host[0] != '[';
    for (request = 0; request < REQUESTS; request++) {
        const char *path = runtime->protocol->paths[request];
        if (path != NULL && strlen(path) > longest) longest = strlen(path);
    }
    len = strlen("http://[]:") + strlen(host) + (port != NULL ? strlen(port) : 0);
    runtime->url = malloc(len + longest + sizeof runtime->request_id);
    if (runtime->url == NULL) return 0;
    runtime->base_len =
        (size_t)sprintf(runtime->url, is_bare_ipv6 ? "http://[%s]" : "http://%s", host);
    if (port != NULL)
        runtime->base_len += (size_t)sprintf(runtime->url + runtime->base_len, ":%s", port);
    return 1;
}

static int prepare_client(apigw_runtime *runtime) {
    CURL *easy = runtime->easy = curl_easy_init();
    runtime->multi = curl_multi_init();
    runtime->json = curl_slist_append(NULL, "Content-Type: application/json");
    runtime->errors = curl_slist_append(NULL, runtime->protocol->has_json_errors
                                                  ? "Content-Type: application/json"
                                                  : "Content-Type: text/plain; charset=utf-8");
    if (easy == NULL || runtime->multi == NULL || runtime->json == NULL || runtime->errors == NULL)
        return 0;
    if (runtime->protocol->has_json_errors &&
        curl_slist_append(runtime->errors, "Lambda-Runtime-Function-Error-Type: " ERROR_TYPE) ==
            NULL) {
        return 0;
    }
    /* A large body is sent at once, without waiting a second for "100 Continue". */
    if (curl_slist_append(runtime->json, "Expect:") == NULL) return 0;
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 262144L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 262144L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, runtime);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, runtime);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, runtime->curl_error);
    return 1;
}

static void free_handles(apigw_runtime *runtime) {
    apigw_decoder_free(runtime->decoder);
    apigw_encoder_free(runtime->encoder);
}

static int make_handles(apigw_runtime *runtime) {
    apigw_status status = apigw_decoder_new(APIGW_ABI, NULL, &runtime->decoder);
    if (status == APIGW_OK) status = apigw_encoder_new(APIGW_ABI, NULL, &runtime->encoder);
    if (status == APIGW_OK) return 1;
    complain("no decoder or encoder: %s", apigw_status_text(status));
    free_handles(runtime);
    return 0;
}

static void release(apigw_runtime *runtime) {
    curl_easy_cleanup(runtime->easy);
    curl_multi_cleanup(runtime->multi);
    curl_slist_free_all(runtime->json);
    curl_slist_free_all(runtime->errors);
    free(runtime->url);
    free(runtime->arn.data);
    free(runtime->trace.data);
    free(runtime->client.data);
    free(runtime->identity.data);
    free(runtime->input.data);
    free(runtime->output.data);
    free_handles(runtime);
}

static int open_wake(void) {
    int i;
    if (pipe(wake) != 0) return 0;
    for (i = 0; i < 2; i++) {
        fcntl(wake[i], F_SETFD, FD_CLOEXEC);
        fcntl(wake[i], F_SETFL, O_NONBLOCK);
    }
    return 1;
}

/* Serves events or, if it is called with a reason, reports why there will be none. Returns 0 if the
 * platform cannot be reached. */
static int run(apigw_runtime *runtime, const char *reason) {
    int is_done = 0;
    if (!reserve(&runtime->input, 65536) || !prepare_address(runtime) || !prepare_client(runtime)) {
        complain("%s", apigw_status_text(APIGW_E_OUT_OF_MEMORY));
    } else if (reason == NULL) {
        is_done = serve(runtime);
    } else {
        snprintf(runtime->fault, sizeof runtime->fault, "%s", reason);
        if (runtime->protocol->paths[INIT_ERROR] != NULL) {
            is_done = report(runtime, INIT_ERROR);
        } else {
            complain("%s", runtime->fault);
        }
    }
    release(runtime);
    return is_done;
}

static int start(apigw_handler *handler, void *data, const char *reason) {
    apigw_runtime runtime = {0};
    struct sigaction action = {0}, on_term, on_int;
    int is_done;
    runtime.handler = handler;
    runtime.data = data;
    if (!make_handles(&runtime)) return 0;
    if (!open_wake() || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        complain("no pipe, or libcurl cannot be used");
        free_handles(&runtime);
        return 0;
    }
    is_stopping = 0;
    action.sa_handler = stop;
    action.sa_flags = SA_RESTART;
    sigaction(SIGTERM, &action, &on_term);
    sigaction(SIGINT, &action, &on_int);

    is_done = run(&runtime, reason);

    sigaction(SIGTERM, &on_term, NULL);
    sigaction(SIGINT, &on_int, NULL);
    curl_global_cleanup();
    close(wake[0]);
    close(wake[1]);
    return is_done;
}

int apigw_runtime_run(apigw_handler *handler, void *data) {
    return start(handler, data, NULL) ? 0 : 1;
}

int apigw_runtime_fail(const char *reason) {
    start(NULL, NULL, reason);
    return 1;
}
