/*
 * Prints the event in a file, or from standard input.
 *
 *     show [FILE]
 */
#include <apigw.h>

#include <stdio.h>
#include <stdlib.h>

/* Reads to the end. The caller frees the answer; NULL if memory or the input fails. */
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

static void print_map(const char *name, const apigw_view *view, apigw_range map) {
    uint32_t i;
    if (map.count != 0) printf("%s:\n", name);
    for (i = map.first; i < map.first + map.count; i++) {
        apigw_string key = apigw_pair_name(view, i);
        apigw_string value = apigw_pair_value(view, i);
        printf("  %.*s", (int)key.len, key.data);
        if (value.data) printf(" = %.*s", (int)value.len, value.data);
        putchar('\n');
    }
}

static void print_event(const apigw_view *view) {
    const apigw_event *event = view->event;
    printf("dialect: %s\n", apigw_dialect_name(event->dialect));
    print_string("method", apigw_event_string(view, event->method));
    print_string("path", apigw_event_string(view, event->path));
    print_string("route", apigw_event_string(view, event->route));
    print_string("stage", apigw_event_string(view, event->stage));
    print_string("source ip", apigw_event_string(view, event->source_ip));
    print_map("headers", view, event->headers);
    print_map("query", view, event->query);
    print_map("path parameters", view, event->path_parameters);
    print_map("unknown members", view, event->extras);
    print_string(event->flags & APIGW_FLAG_BODY_BASE64 ? "body (base64)" : "body",
                 apigw_event_string(view, event->body));
}

int main(int argc, char **argv) {
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : stdin;
    apigw_decoder *decoder = NULL;
    apigw_view view;
    apigw_status status;
    size_t len = 0;
    char *input;

    if (file == NULL || (input = read_all(file, &len)) == NULL) {
        perror(argc > 1 ? argv[1] : "standard input");
        return 2;
    }
    status = apigw_decoder_create(APIGW_ABI, NULL, &decoder);
    if (status == APIGW_OK) status = apigw_decode(decoder, input, len, &view);
    if (status == APIGW_OK) {
        print_event(&view);
    } else {
        const apigw_error *error = apigw_decoder_error(decoder);
        fprintf(stderr, "error %u at byte %lu%s%s: %s\n", (unsigned)status, (unsigned long)error->offset,
                error->member ? " in " : "", error->member ? error->member : "", apigw_status_text(status));
    }
    apigw_decoder_free(decoder);
    free(input);
    if (file != stdin) fclose(file);
    return status == APIGW_OK ? 0 : 1;
}
