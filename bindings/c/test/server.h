/* A runtime API for the tests: a thread that hands out events as a script says, and checks what comes back. */
#ifndef SERVER_H
#define SERVER_H

#include "../../../tests/c/test.h"

#include "../apigw_runtime.h"

/* What happens around an event. */
enum {
    PLAIN,
    /* SIGTERM: while the function waits for an event, between the headers of an event and its body, before the answer
       is read. */
    TERM_WHILE_WAITING,
    TERM_INSIDE_EVENT,
    TERM_BEFORE_ANSWER,
    /* The connection breaks: instead of an event, before the answer is acknowledged. */
    DROP_NEXT,
    DROP_ANSWER,
    /* 500 instead of an event; 413 to the answer. */
    REFUSE_NEXT,
    REFUSE_ANSWER,
    /* The event comes in chunks, with other headers and no numbers. */
    CHUNKED,
    /* The event has no end. */
    ENDLESS
};

typedef struct test_step {
    int kind;
    const char *event;
    /* The answer: of a function that has not failed, or the message of one that has. NULL is none. */
    const char *response, *error;
    /* Bytes of the response; 0 if it ends with a NUL. */
    size_t response_len;
} test_step;

/* What the server has seen. */
typedef struct test_counts {
    int connections, ready, answers;
} test_counts;

/*
 * Runs a function with this script, the last step of which ends it, and checks that every step has been answered as it
 * should. The function is `test_handler` in this process, or the program that is named. What `apigw_runtime_run` or the
 * program has returned.
 */
int serve(const test_step *steps, size_t count, const char *program, test_counts *seen);

int test_handler(apigw_invocation *invocation, void *data);

#endif
