/*
 * Prints the event in a file, or from standard input.
 *
 *     show [FILE]
 */
#include <apigw.h>

#include <stdio.h>
#include <stdlib.h>

/* Reads to the end. The caller frees the result, which is NULL if memory or the input fails. */
static char *read_all(FILE *file, size_t *len) {
    size_t size = 0;
    char *bytes = NULL;
    *len = 0;
    for (;;) {
        if (*len == size) {
            char *larger = realloc(bytes, size = 2 * size + 4096);
            if (larger == NULL) break;
            bytes = larger;
        }
        *len += fread(bytes + *len, 1, size - *len, file);
        if (feof(file)) return bytes;
        if (ferror(file)) break;
    }
    free(bytes);
    return NULL;
}

static void print_string(const char *name, apigw_string string) {
    if (string.data == NULL) return;
    printf("%s: ", name);
    fwrite(string.data, 1, string.len, stdout);
    putchar('\n');
}

static void print_map(const char *name, const apigw_event *event, apigw_range map) {
    if (map.count != 0) printf("%s:\n", name);
    APIGW_FOR_EACH_PAIR(map, i) {
        apigw_string key = apigw_event_name(event, i);
        apigw_string value = apigw_event_value(event, i);
        printf("  %.*s", (int)key.len, key.data);
        if (value.data) printf(" = %.*s", (int)value.len, value.data);
        putchar('\n');
    }
}

static void print_event(const apigw_event *event) {
    const apigw_event_table *table = event->table;
    printf("dialect: %s\n", apigw_dialect_name(table->dialect));
    print_string("method", apigw_event_string(event, table->method));
    print_string("path", apigw_event_string(event, table->path));
    print_string("route", apigw_event_string(event, table->route));
    print_string("stage", apigw_event_string(event, table->stage));
    print_string("source ip", apigw_event_string(event, table->source_ip));
    print_map("headers", event, table->headers);
    print_map("query", event, table->query);
    print_map("path parameters", event, table->path_parameters);
    print_map("unknown members", event, table->extras);
    print_string(table->flags & APIGW_FLAG_BODY_BASE64 ? "body (base64)" : "body",
                 apigw_event_body(event));
}

int main(int argc, char **argv) {
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : stdin;
    apigw_decoder *decoder = NULL;
    apigw_event event;
    apigw_status status;
    size_t len = 0;
    char *input;

    if (file == NULL || (input = read_all(file, &len)) == NULL) {
        perror(argc > 1 ? argv[1] : "standard input");
        return 2;
    }
    status = apigw_decoder_new(APIGW_ABI, NULL, &decoder);
    if (status == APIGW_OK) status = apigw_decoder_decode(decoder, input, len, &event);
    if (status == APIGW_OK) {
        print_event(&event);
    } else {
        const apigw_error *error = apigw_decoder_error(decoder);
        fprintf(stderr, "error %u at byte %lu%s%s: %s\n", (unsigned)status,
                (unsigned long)error->offset, error->member ? " in " : "",
                error->member ? error->member : "", apigw_status_text(status));
    }
    apigw_decoder_free(decoder);
    free(input);
    if (file != stdin) fclose(file);
    return status == APIGW_OK ? 0 : 1;
}
