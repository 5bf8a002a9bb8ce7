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

enum { READY, NEXT, RESPONSE, ERROR, PATHS };

static const char *const paths[PATHS] = {"/runtime/init/ready", "/runtime/invocation/next",
                                         "/runtime/invocation/response",
                                         "/runtime/invocation/error"};

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
    struct curl_slist *json, *text;
    char *urls[PATHS];
    char curl_error[CURL_ERROR_SIZE];

    /* The result of the last exchange. */
    buffer input;
    int is_input_lost, is_input_long, has_begun;
    char request_id[256];
    /* The header with which a response names its event; empty if the event has no identifier. */
    char id_line[288];
    uint32_t memory_limit_mb, time_limit_ms;
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

/* Returns the number of a text; 0, which stands for a missing number, if it is not a number or does
 * not fit. */
static uint32_t number_of(const char *text, size_t len) {
    uint64_t number = 0;
    size_t i;
    for (i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        number = number * 10 + (uint64_t)(text[i] - '0');
        if (number > UINT32_MAX) return 0;
    }
    return (uint32_t)number;
}

static size_t on_header(char *line, size_t size, size_t count, void *argument) {
    apigw_runtime *runtime = argument;
    size_t len = size * count, value_len;
    const char *value;
    if (!runtime->has_begun) clock_gettime(CLOCK_MONOTONIC, &runtime->arrival);
    runtime->has_begun = 1;
    if ((value = value_of(line, len, "request_id", &value_len)) != NULL) {
        if (value_len >= sizeof runtime->request_id) value_len = sizeof runtime->request_id - 1;
        memcpy(runtime->request_id, value, value_len);
        runtime->request_id[value_len] = 0;
    } else if ((value = value_of(line, len, "memory_limit_in_mb", &value_len)) != NULL) {
        runtime->memory_limit_mb = number_of(value, value_len);
    } else if ((value = value_of(line, len, "time_limit_in_ms", &value_len)) != NULL) {
        runtime->time_limit_ms = number_of(value, value_len);
    }
    return len;
}

static int64_t passed_ms(const struct timespec *since) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

/* Returns whether a signal may interrupt the request. A response is sent in any case. */
static int can_stop(int path) { return path == READY || path == NEXT; }

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

/* Sends one request to the runtime API, with a body unless it is NEXT. Returns the HTTP status,
 * STOPPED or NO_REPLY. */
static long exchange(apigw_runtime *runtime, int path, const char *body, size_t len) {
    CURL *easy = runtime->easy;
    struct curl_slist id = {runtime->id_line, path == RESPONSE ? runtime->json : runtime->text};
    long status;
    runtime->input.len = 0;
    runtime->is_input_lost = runtime->is_input_long = runtime->has_begun = 0;
    runtime->request_id[0] = runtime->curl_error[0] = 0;
    runtime->memory_limit_mb = runtime->time_limit_ms = 0;
    curl_easy_setopt(easy, CURLOPT_URL, runtime->urls[path]);
    if (path == NEXT) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    } else {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, runtime->id_line[0] != 0 ? &id : id.next);
    }
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, path == NEXT ? 0L : (long)TRANSFER_MS);
    if (curl_multi_add_handle(runtime->multi, easy) != CURLM_OK) return NO_REPLY;
    status = transfer(runtime, can_stop(path));
    curl_multi_remove_handle(runtime->multi, easy);
    return status;
}

/* Does the same as `exchange`, but tries again if there is no reply, and with `must_succeed` if the
 * status is not 200. */
static long ask(apigw_runtime *runtime, int path, const char *body, size_t len, int must_succeed) {
    int attempt, pause = FIRST_PAUSE_MS;
    long status;
    for (attempt = 1;; attempt++, pause *= 2) {
        struct curl_waitfd woken = {wake[0], CURL_WAIT_POLLIN, 0};
        status = exchange(runtime, path, body, len);
        if (status == STOPPED || status == 200 || (status != NO_REPLY && !must_succeed))
            return status;
        if (attempt == ATTEMPTS) break;
        curl_multi_poll(runtime->multi, &woken, can_stop(path), pause, NULL);
        if (can_stop(path) && is_stopping) return STOPPED;
    }
    if (status == NO_REPLY) {
        complain("no reply from %s: %s", runtime->urls[path],
                 runtime->curl_error[0] != 0 ? runtime->curl_error : "the connection has failed");
    } else {
        complain("%s returned %ld", runtime->urls[path], status);
    }
    return NO_REPLY;
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

/* Handles the event in the runtime's input. Returns 1 if it has a response, 0 if it has failed. */
static int handle(apigw_runtime *runtime) {
    apigw_invocation invocation = {{NULL, NULL, NULL, 0, NULL}, runtime->request_id, 0, 0, runtime};
    buffer *input = &runtime->input;
    apigw_status status;
    invocation.memory_limit_mb = runtime->memory_limit_mb;
    invocation.time_limit_ms = runtime->time_limit_ms;
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
        if (status == NO_REPLY || status == 200) return status == 200;
        snprintf(runtime->fault, sizeof runtime->fault,
                 "the platform returned %ld for a response of %zu bytes", status,
                 runtime->output.len);
    }
    complain("%s", runtime->fault);
    return ask(runtime, ERROR, runtime->fault, strlen(runtime->fault), 0) != NO_REPLY;
}

/* Serves events. Returns 1 after a signal, 0 if the platform cannot be reached. */
static int serve(apigw_runtime *runtime) {
    long status = ask(runtime, READY, " ", 1, 1);
    while (status == 200 && !is_stopping) {
        status = ask(runtime, NEXT, NULL, 0, 1);
        runtime->id_line[0] = 0;
        if (runtime->request_id[0] != 0) {
            snprintf(runtime->id_line, sizeof runtime->id_line, "request_id: %s",
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

static int prepare_urls(apigw_runtime *runtime) {
    const char *host = variable("SCF_RUNTIME_API", "127.0.0.1"),
               *port = variable("SCF_RUNTIME_API_PORT", "9001");
    int is_bare_ipv6 = strchr(host, ':') != NULL && host[0] != '[';
    int path;
    for (path = 0; path < PATHS; path++) {
        size_t size = strlen("http://[]:") + strlen(host) + strlen(port) + strlen(paths[path]) + 1;
        runtime->urls[path] = malloc(size);
        if (runtime->urls[path] == NULL) return 0;
        snprintf(runtime->urls[path], size, is_bare_ipv6 ? "http://[%s]:%s%s" : "http://%s:%s%s",
                 host, port, paths[path]);
    }
    return 1;
}

static int prepare_client(apigw_runtime *runtime) {
    CURL *easy = runtime->easy = curl_easy_init();
    runtime->multi = curl_multi_init();
    runtime->json = curl_slist_append(NULL, "Content-Type: application/json");
    runtime->text = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
    if (easy == NULL || runtime->multi == NULL || runtime->json == NULL || runtime->text == NULL)
        return 0;
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
    int path;
    curl_easy_cleanup(runtime->easy);
    curl_multi_cleanup(runtime->multi);
    curl_slist_free_all(runtime->json);
    curl_slist_free_all(runtime->text);
    for (path = 0; path < PATHS; path++) free(runtime->urls[path]);
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

static int run(apigw_runtime *runtime) {
    int is_done = 0;
    if (!reserve(&runtime->input, 65536) || !prepare_urls(runtime) || !prepare_client(runtime)) {
        complain("%s", apigw_status_text(APIGW_E_OUT_OF_MEMORY));
    } else {
        is_done = serve(runtime);
    }
    release(runtime);
    return is_done;
}

int apigw_runtime_run(apigw_handler *handler, void *data) {
    apigw_runtime runtime = {0};
    struct sigaction action = {0}, on_term, on_int;
    int is_done;
    runtime.handler = handler;
    runtime.data = data;
    if (!make_handles(&runtime)) return 1;
    if (!open_wake() || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        complain("no pipe, or libcurl cannot be used");
        free_handles(&runtime);
        return 1;
    }
    is_stopping = 0;
    action.sa_handler = stop;
    action.sa_flags = SA_RESTART;
    sigaction(SIGTERM, &action, &on_term);
    sigaction(SIGINT, &action, &on_int);

    is_done = run(&runtime);

    sigaction(SIGTERM, &on_term, NULL);
    sigaction(SIGINT, &on_int, NULL);
    curl_global_cleanup();
    close(wake[0]);
    close(wake[1]);
    return is_done ? 0 : 1;
}
