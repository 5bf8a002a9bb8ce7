/* What the C tests share. */
#ifndef TEST_H
#define TEST_H

#include <apigw.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program, with the place and the text, unless the condition holds. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static inline apigw_decoder *new_decoder(void) {
    apigw_decoder *decoder = NULL;
    CHECK(apigw_decoder_new(APIGW_ABI, NULL, &decoder) == APIGW_OK);
    CHECK(decoder != NULL);
    return decoder;
}

static inline apigw_encoder *new_encoder(void) {
    apigw_encoder *encoder = NULL;
    CHECK(apigw_encoder_new(APIGW_ABI, NULL, &encoder) == APIGW_OK);
    CHECK(encoder != NULL);
    return encoder;
}

/* Checks the last error of a handle, and returns its status. */
static inline apigw_status has_failed(const apigw_error *error, apigw_status status, size_t offset,
                                      const char *member) {
    CHECK(error->status == status && error->offset == offset);
    CHECK(error->text == apigw_status_text(status));
    CHECK(member ? error->member != NULL && strcmp(error->member, member) == 0
                 : error->member == NULL);
    return status;
}

/* A block of exactly `len` bytes, so that tools that watch memory see a read after it. */
static inline void *copy_of(const void *bytes, size_t len) {
    void *copy = malloc(len ? len : 1);
    CHECK(copy != NULL);
    if (len) memcpy(copy, bytes, len);
    return copy;
}

/* The bytes of a file, in a block of exactly their number. */
static inline char *read_file(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    char *bytes;
    long size;
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    CHECK(fseek(file, 0, SEEK_END) == 0);
    size = ftell(file);
    CHECK(size >= 0 && fseek(file, 0, SEEK_SET) == 0);
    bytes = (char *)malloc(size ? (size_t)size : 1);
    CHECK(bytes != NULL);
    *len = fread(bytes, 1, (size_t)size, file);
    CHECK(*len == (size_t)size);
    fclose(file);
    return bytes;
}

static inline int is_text(apigw_string string, const char *text) {
    return string.data != NULL && string.len == strlen(text) &&
           memcmp(string.data, text, string.len) == 0;
}

#endif
