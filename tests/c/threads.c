/* Eight threads, each with its decoder, on the events that are named. */
#include "test.h"

#include <pthread.h>

enum { THREADS = 8, EVENTS = 10000 };

typedef struct input {
    char *bytes;
    size_t len;
    apigw_status status;
    uint32_t pair_count;
} input;

static input *inputs;
static int input_count;

/* Decodes, and compares every result with that of the main thread. */
static void *work(void *decoder) {
    int i;
    for (i = 0; i < EVENTS; i++) {
        const input *it = &inputs[i % input_count];
        apigw_event event;
        CHECK(apigw_decoder_decode((apigw_decoder *)decoder, it->bytes, it->len, &event) ==
              it->status);
        CHECK(apigw_status_text(it->status)[0] != 0);
        if (it->status == APIGW_OK) {
            CHECK(event.table->pair_count == it->pair_count);
            CHECK(apigw_event_find(&event, event.table->headers, "no such header", 14, 0, true) ==
                  APIGW_NONE);
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    apigw_decoder *decoders[THREADS];
    int i;
    input_count = argc - 1;
    CHECK(input_count > 0);
    inputs = (input *)calloc((size_t)input_count, sizeof *inputs);
    CHECK(inputs != NULL);
    /* Made here and used there: decoders move between threads. */
    for (i = 0; i < THREADS; i++) decoders[i] = new_decoder();
    for (i = 0; i < input_count; i++) {
        input *it = &inputs[i];
        apigw_event event;
        it->bytes = read_file(argv[i + 1], &it->len);
        it->status = apigw_decoder_decode(decoders[0], it->bytes, it->len, &event);
        if (it->status == APIGW_OK) it->pair_count = event.table->pair_count;
    }
    for (i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, decoders[i]) == 0);
    for (i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    for (i = 0; i < THREADS; i++) apigw_decoder_free(decoders[i]);
    for (i = 0; i < input_count; i++) free(inputs[i].bytes);
    free(inputs);
    printf("threads: %d x %d events\n", THREADS, EVENTS);
    return 0;
}
