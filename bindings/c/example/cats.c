/* A function that greets cats: GET /cats/{name}, and 404 for all else. */
#include <apigw_runtime.h>

#include <stdio.h>

static int cats(apigw_invocation *invocation, void *data) {
    static const char prefix[] = "/cats/";
    apigw_string path = apigw_event_string(&invocation->event, invocation->event.table->path);
    apigw_string_pair type = {{"content-type", 12}, {"text/plain", 10}};
    apigw_response response = APIGW_RESPONSE_INIT;
    char body[256];
    (void)data;

    response.headers.pairs = &type;
    response.headers.count = 1;
    if (path.len > strlen(prefix) && path.len < 200 &&
        memcmp(path.data, prefix, strlen(prefix)) == 0) {
        snprintf(body, sizeof body, "hello %.*s\n", (int)(path.len - strlen(prefix)),
                 path.data + strlen(prefix));
    } else {
        response.status = 404;
        snprintf(body, sizeof body, "no cat here\n");
    }
    response.body = apigw_string_from(body);
    return apigw_invocation_respond(invocation, &response);
}

int main(void) { return apigw_runtime_run(cats, NULL); }
