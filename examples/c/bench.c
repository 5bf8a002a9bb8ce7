/*
 * Decodes the event in a file again and again for about a second and prints the rate.
 *
 *     bench FILE
 */
#define _POSIX_C_SOURCE 200112L

#include <apigw.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Reads something of every string, so that reading is part of the measurement. */
static size_t read_fields(const apigw_event *event) {
    const apigw_event_table *table = event->table;
    size_t sum = table->method.len + table->path.len + table->body.len + table->flags;
    uint32_t i;
    for (i = 0; i < table->pair_count; i++)
        sum += event->pairs[i].name_len + event->pairs[i].value_len;
    return sum;
}

int main(int argc, char **argv) {
    static char input[16 << 20];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    apigw_decoder *decoder;
    apigw_event event;
    size_t len, sum = 0;
    unsigned long count = 0;
    double start, seconds;

    if (file == NULL) {
        fprintf(stderr, "usage: bench FILE\n");
        return 2;
    }
    len = fread(input, 1, sizeof input, file);
    fclose(file);
    if (apigw_decoder_new(APIGW_ABI, NULL, &decoder) != APIGW_OK) return 1;

    start = now();
    do {
        int i;
        for (i = 0; i < 100; i++) {
            if (apigw_decoder_decode(decoder, input, len, &event) != APIGW_OK) {
                const apigw_error *error = apigw_decoder_error(decoder);
                fprintf(stderr, "%s: byte %lu: %s\n", argv[1], (unsigned long)error->offset,
                        error->text);
                apigw_decoder_free(decoder);
                return 1;
            }
            sum += read_fields(&event);
        }
        count += 100;
        seconds = now() - start;
    } while (seconds < 1);
    printf("%s: %.0f ns per event, %.2f GB/s, kernel %s (%lu)\n", argv[1],
           seconds * 1e9 / (double)count, (double)len * (double)count / seconds * 1e-9,
           apigw_decoder_kernel(decoder), (unsigned long)(sum % 10));
    apigw_decoder_free(decoder);
    return 0;
}
