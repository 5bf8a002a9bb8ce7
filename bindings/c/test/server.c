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
    char head[256];
    size_t len = strlen(step->event);
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nREQUEST_ID:  request-%zu \r\nmemory_limit_in_mb: "
             "128\r\ntime_limit_in_ms: 3000\r\n"
             "Content-Length: %zu\r\n\r\n",
             server->at, len);
    send_text(server, head);
    if (step->kind == TERM_INSIDE_EVENT) {
        pause_shortly();
        kill(server->function, SIGTERM);
        pause_shortly();
    }
    send_all(server, step->event, len);
}

static void send_chunks(test_server *server, const char *event) {
    send_text(server, "HTTP/1.1 200 OK\r\nrequest_id:\r\ntime_limit_in_ms: "
                      "99999999999\r\nmemory_limit_in_mb: many\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n");
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
    send_text(server, "HTTP/1.1 200 OK\r\nrequest_id: request-endless\r\n\r\n");
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

static int on_response(test_server *server, int is_error, const char *body, size_t len) {
    const test_step *step = &server->steps[server->at];
    const char *expected = is_error ? step->error : step->response;
    char id[64];
    CHECK(server->is_out && expected != NULL);
    if (is_error || step->response_len == 0) {
        if (len != strlen(expected) || memcmp(body, expected, len) != 0) {
            fprintf(stderr, "step %zu: %.*s\nexpected: %s\n", server->at, (int)len, body, expected);
            exit(1);
        }
    } else {
        CHECK(len == step->response_len && memcmp(body, expected, len) == 0);
    }
    /* A response names its event. */
    if (step->kind == ENDLESS) {
        snprintf(id, sizeof id, "\r\nrequest_id: request-endless\r\n");
    } else {
        snprintf(id, sizeof id, "\r\nrequest_id: request-%zu\r\n", server->at);
    }
    CHECK((strstr(server->request, id) != NULL) == (step->kind != CHUNKED));
    CHECK(strstr(server->request, is_error ? "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                           : "\r\nContent-Type: application/json\r\n") != NULL);
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
    send_status(server, "200 OK");
    return 1;
}

static int on_request(test_server *server, const char *body, size_t len) {
    if (begins(server, "POST /runtime/init/ready HTTP/1.1\r\n")) {
        server->seen.ready++;
        send_status(server, "200 OK");
        return 1;
    }
    if (begins(server, "GET /runtime/invocation/next HTTP/1.1\r\n")) return on_next(server);
    if (begins(server, "POST /runtime/invocation/response HTTP/1.1\r\n"))
        return on_response(server, 0, body, len);
    CHECK(begins(server, "POST /runtime/invocation/error HTTP/1.1\r\n"));
    return on_response(server, 1, body, len);
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
    setenv("SCF_RUNTIME_API", "127.0.0.1", 1);
    setenv("SCF_RUNTIME_API_PORT", port, 1);
    server.function = program != NULL ? start(program) : getpid();

    /* The signals go to the function. */
    sigfillset(&signals);
    CHECK(pthread_sigmask(SIG_SETMASK, &signals, &before) == 0);
    CHECK(pthread_create(&thread, NULL, run_server, &server) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);

    result =
        program != NULL ? status_of(server.function) : apigw_runtime_run(test_handler, &server.at);

    CHECK(shutdown(server.listener, SHUT_RDWR) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    close(server.listener);
    free(server.request);
    CHECK(server.seen.ready == 1);
    CHECK(server.at + (steps[count - 1].kind == TERM_WHILE_WAITING) == count);
    *seen = server.seen;
    return result;
}
