/* A runtime API for the tests: a thread that sends events as a script says, and checks the
 * responses. */
#ifndef SERVER_H
#define SERVER_H

#include "../../../tests/c/test.h"

#include "../apigw_runtime.h"

/* What happens around an event. */
enum {
    PLAIN,
    /* SIGTERM: while the function waits for an event, between the headers of an event and its body,
       before the response is read. */
    TERM_WHILE_WAITING,
    TERM_INSIDE_EVENT,
    TERM_BEFORE_RESPONSE,
    /* The connection breaks: instead of an event, before the response is acknowledged. */
    DROP_NEXT,
    DROP_RESPONSE,
    /* 500 instead of an event; 413 for the response. */
    REFUSE_NEXT,
    REFUSE_RESPONSE,
    /* The event comes in chunks, with other headers and no numbers. */
    CHUNKED,
    /* The event has no end. */
    ENDLESS
};

typedef struct test_step {
    int kind;
    const char *event;
    /* The response, or the message of a function that has failed; the other one is NULL. */
    const char *response, *error;
    /* Bytes of the response; 0 if it ends with a NUL. */
    size_t response_len;
} test_step;

/* What the server has counted. */
typedef struct test_counts {
    int connections, ready, responses;
} test_counts;

/*
 * Runs a function with this script, whose last step ends it, and checks the response to every step.
 * The function is `test_handler` in this process, or the named program. Returns the result of
 * `apigw_runtime_run` or of the program.
 */
int serve(const test_step *steps, size_t count, const char *program, test_counts *seen);

/* Whether the server speaks the protocol of AWS Lambda, instead of that of Tencent SCF. */
extern int is_lambda;

/* Why the function in this process cannot start; NULL if it can. */
extern const char *start_reason;

/* Whether the environment names both platforms, and says that it is SCF. */
extern int is_scf_named;

/* The body of the error with which a function has said that it cannot start; "" if none has. */
extern char init_error[256];

int test_handler(apigw_invocation *invocation, void *data);

#endif
