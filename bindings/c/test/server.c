#define _POSIX_C_SOURCE 200809L

#include "server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int is_lambda, is_scf_named;
const char *start_reason;
char init_error[256];

typedef struct test_server {
    int listener, connection;
    pid_t function;
    const test_step *steps;
    size_t count, at;
    /* Whether the step's event is out, and whether its response was refused or lost. */
    int is_out, is_refused, is_lost;
    test_counts seen;
    char *request;
    size_t len, size;
} test_server;

static void pause_shortly(void) {
    struct timespec pause = {0, 50000000};
    nanosleep(&pause, NULL);
}

static void send_all(test_server *server, const char *data, size_t len) {
    while (len != 0) {
        ssize_t sent = send(server->connection, data, len, MSG_NOSIGNAL);
        CHECK(sent > 0);
        data += sent;
        len -= (size_t)sent;
    }
}

static void send_text(test_server *server, const char *text) {
    send_all(server, text, strlen(text));
}

static void send_status(test_server *server, const char *status) {
    send_text(server, "HTTP/1.1 ");
    send_text(server, status);
    send_text(server, "\r\nContent-Length: 2\r\n\r\nok");
}

static void send_event(test_server *server, const test_step *step) {
    char head[512];
    size_t len = strlen(step->event);
    if (is_lambda) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nLAMBDA-Runtime-Aws-Request-Id:  request-%zu \r\n"
                 "Lambda-Runtime-Deadline-Ms: %llu\r\n"
                 "Lambda-Runtime-Invoked-Function-Arn: arn:f\r\n"
                 "Lambda-Runtime-Trace-Id: Root=1-2-3\r\n"
                 "Lambda-Runtime-Client-Context: {\"client\":{}}\r\n"
                 "Lambda-Runtime-Cognito-Identity: {\"i\":1}\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 server->at, (unsigned long long)now.tv_sec * 1000 + 3000, len);
    } else {
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nREQUEST_ID:  request-%zu \r\nmemory_limit_in_mb: "
                 "128\r\ntime_limit_in_ms: 3000\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 server->at, len);
    }
    send_text(server, head);
    if (step->kind == TERM_INSIDE_EVENT) {
        pause_shortly();
        kill(server->function, SIGTERM);
        pause_shortly();
    }
    send_all(server, step->event, len);
}

static void send_chunks(test_server *server, const char *event) {
    send_text(server, is_lambda ? "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: r\r\n"
                                  "lambda-runtime-deadline-ms: soon\r\n"
                                : "HTTP/1.1 200 OK\r\nrequest_id:\r\ntime_limit_in_ms: "
                                  "99999999999\r\nmemory_limit_in_mb: many\r\n");
    send_text(server, "Transfer-Encoding: chunked\r\n\r\n");
    for (; *event != 0; event++) {
        char chunk[8];
        snprintf(chunk, sizeof chunk, "1\r\n%c\r\n", *event);
        send_text(server, chunk);
    }
    send_text(server, "0\r\n\r\n");
}

/* Sends an event until the function closes the connection. */
static void send_endless(test_server *server) {
    static const char piece[65536];
    send_text(server, "HTTP/1.1 200 OK\r\n");
    send_text(server, is_lambda ? "lambda-runtime-aws-request-id" : "request_id");
    send_text(server, ": request-endless\r\n\r\n");
    while (send(server->connection, piece, sizeof piece, MSG_NOSIGNAL) > 0) {
    }
}

/* Reads one request. Returns 0 if the connection has ended. */
static int read_request(test_server *server, const char **body, size_t *body_len) {
    server->len = 0;
    for (;;) {
        ssize_t got;
        char *end;
        if (server->size - server->len < 65536) {
            server->request = realloc(server->request, server->size = 2 * server->size + 131072);
            CHECK(server->request != NULL);
        }
        got = recv(server->connection, server->request + server->len,
                   server->size - server->len - 1, 0);
        if (got <= 0) return 0;
        server->len += (size_t)got;
        server->request[server->len] = 0;
        end = strstr(server->request, "\r\n\r\n");
        if (end != NULL) {
            const char *length = strstr(server->request, "Content-Length: ");
            size_t need = length != NULL && length < end ? strtoul(length + 16, NULL, 10) : 0;
            *body = end + 4;
            *body_len = server->len - (size_t)(*body - server->request);
            if (*body_len >= need) return 1;
        }
    }
}

static int begins(const test_server *server, const char *line) {
    return strncmp(server->request, line, strlen(line)) == 0;
}

/* Returns 0 to break the connection. */
static int on_next(test_server *server) {
    const test_step *step = &server->steps[server->at];
    CHECK(server->at < server->count);
    if (step->kind == TERM_WHILE_WAITING) {
        pause_shortly();
        kill(server->function, SIGTERM);
        return 1;
    }
    if (step->kind == DROP_NEXT || step->kind == REFUSE_NEXT) {
        server->at++;
        if (step->kind == DROP_NEXT) return 0;
        send_status(server, "500 Internal Server Error");
        return 1;
    }
    CHECK(!server->is_out);
    server->is_out = 1;
    if (step->kind == ENDLESS) {
        send_endless(server);
        return 0;
    }
    if (step->kind == CHUNKED) {
        send_chunks(server, step->event);
    } else {
        send_event(server, step);
    }
    return 1;
}

/* Checks that a response names its event: in a header, or in its path. */
static void check_id(const test_server *server, int is_error) {
    const test_step *step = &server->steps[server->at];
    char line[128], id[32];
    if (step->kind == CHUNKED) {
        snprintf(id, sizeof id, "r");
    } else if (step->kind == ENDLESS) {
        snprintf(id, sizeof id, "request-endless");
    } else {
        snprintf(id, sizeof id, "request-%zu", server->at);
    }
    if (is_lambda) {
        snprintf(line, sizeof line, "POST /2018-06-01/runtime/invocation/%s/%s HTTP/1.1\r\n", id,
                 is_error ? "error" : "response");
        CHECK(begins(server, line));
    } else {
        snprintf(line, sizeof line, "\r\nrequest_id: %s\r\n", id);
        CHECK((strstr(server->request, line) != NULL) == (step->kind != CHUNKED));
    }
}

/* Returns what an error is expected to be. The messages have no character that JSON escapes. */
static const char *error_of(const test_step *step, char *room, size_t size) {
    if (!is_lambda) return step->error;
    snprintf(room, size,
             "{\"errorMessage\":\"%s\",\"errorType\":\"Runtime.Failure\",\"stackTrace\":[]}",
             step->error);
    return room;
}

static int on_response(test_server *server, int is_error, const char *body, size_t len) {
    const test_step *step = &server->steps[server->at];
    char error[512];
    const char *expected = is_error ? error_of(step, error, sizeof error) : step->response;
    CHECK(server->is_out && (is_error ? step->error : step->response) != NULL);
    if (is_error || step->response_len == 0) {
        if (len != strlen(expected) || memcmp(body, expected, len) != 0) {
            fprintf(stderr, "step %zu: %.*s\nexpected: %s\n", server->at, (int)len, body, expected);
            exit(1);
        }
    } else {
        CHECK(len == step->response_len && memcmp(body, expected, len) == 0);
    }
    check_id(server, is_error);
    CHECK(strstr(server->request, is_error && !is_lambda
                                      ? "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                      : "\r\nContent-Type: application/json\r\n") != NULL);
    CHECK((strstr(server->request, "\r\nLambda-Runtime-Function-Error-Type: Runtime.Failure\r\n") !=
           NULL) == (is_lambda && is_error));
    server->seen.responses++;
    if (step->kind == TERM_BEFORE_RESPONSE) kill(server->function, SIGTERM);
    if (step->kind == DROP_RESPONSE && !server->is_lost) {
        server->is_lost = 1;
        return 0;
    }
    if (step->kind == REFUSE_RESPONSE && !server->is_refused) {
        server->is_refused = 1;
        send_status(server, "413 Payload Too Large");
        return 1;
    }
    server->at++;
    server->is_out = server->is_lost = server->is_refused = 0;
    send_status(server, is_lambda ? "202 Accepted" : "200 OK");
    return 1;
}

static int on_request(test_server *server, const char *body, size_t len) {
    const char *end;
    if (begins(server, is_lambda ? "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
                                 : "GET /runtime/invocation/next HTTP/1.1\r\n")) {
        return on_next(server);
    }
    if (!is_lambda && begins(server, "POST /runtime/init/ready HTTP/1.1\r\n")) {
        server->seen.ready++;
        send_status(server, "200 OK");
        return 1;
    }
    if (begins(server, "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n")) {
        CHECK(is_lambda && len < sizeof init_error);
        memcpy(init_error, body, len);
        init_error[len] = 0;
        send_status(server, "202 Accepted");
        return 1;
    }
    CHECK(begins(server,
                 is_lambda ? "POST /2018-06-01/runtime/invocation/" : "POST /runtime/invocation/"));
    end = strstr(server->request, " HTTP/1.1\r\n");
    CHECK(end != NULL);
    return on_response(server, strncmp(end - 6, "/error", 6) == 0, body, len);
}

static void *run_server(void *argument) {
    test_server *server = argument;
    while ((server->connection = accept(server->listener, NULL, NULL)) >= 0) {
        const char *body;
        size_t len;
        CHECK(setsockopt(server->connection, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) ==
              0);
        server->seen.connections++;
        while (read_request(server, &body, &len) && on_request(server, body, len)) {
        }
        close(server->connection);
    }
    return NULL;
}

static pid_t start(const char *program) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        execl(program, program, (char *)NULL);
        perror(program);
        _exit(127);
    }
    return child;
}

static int status_of(pid_t child) {
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

int serve(const test_step *steps, size_t count, const char *program, test_counts *seen) {
    test_server server = {0};
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    pthread_t thread;
    sigset_t signals, before;
    char port[8];
    int result;

    server.steps = steps;
    server.count = count;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(server.listener >= 0 && bind(server.listener, (struct sockaddr *)&address, size) == 0);
    CHECK(listen(server.listener, 8) == 0);
    CHECK(getsockname(server.listener, (struct sockaddr *)&address, &size) == 0);
    snprintf(port, sizeof port, "%u", (unsigned)ntohs(address.sin_port));
    if (is_lambda) {
        char api[32];
        snprintf(api, sizeof api, "127.0.0.1:%s", port);
        setenv("AWS_LAMBDA_RUNTIME_API", api, 1);
        setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128", 1);
    } else {
        unsetenv("AWS_LAMBDA_RUNTIME_API");
        setenv("SCF_RUNTIME_API", "127.0.0.1", 1);
        setenv("SCF_RUNTIME_API_PORT", port, 1);
    }
    unsetenv("TENCENTCLOUD_RUNENV");
    if (is_scf_named) {
        setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1", 1);
        setenv("TENCENTCLOUD_RUNENV", "SCF", 1);
    }
    server.function = program != NULL ? start(program) : getpid();

    /* The signals go to the function. */
    sigfillset(&signals);
    CHECK(pthread_sigmask(SIG_SETMASK, &signals, &before) == 0);
    CHECK(pthread_create(&thread, NULL, run_server, &server) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);

    if (program != NULL) {
        result = status_of(server.function);
    } else if (start_reason != NULL) {
        result = apigw_runtime_fail(start_reason);
    } else {
        result = apigw_runtime_run(test_handler, &server.at);
    }

    CHECK(shutdown(server.listener, SHUT_RDWR) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    close(server.listener);
    free(server.request);
    CHECK(server.seen.ready == (!is_lambda && start_reason == NULL));
    CHECK(server.at + (steps[count - 1].kind == TERM_WHILE_WAITING) == count);
    *seen = server.seen;
    return result;
}
