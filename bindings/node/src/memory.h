/* Native memory that is used again from call to call. */
#ifndef APIGW_NODE_MEMORY_H
#define APIGW_NODE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

enum {
    /* Memory above this size is freed after the call. */
    MEMORY_MAX_KEPT = 2 << 20,
};

/* Memory that grows. */
typedef struct memory {
    char *data;
    size_t size;
} memory;

/* Makes room for `size` bytes. The content is lost if the memory has to grow. Returns false if the
 * system has no memory. */
bool memory_reserve(memory *memory, size_t size);

/* Makes room for `more` bytes after the first `used`, which stay. Returns false if the system has
 * no memory. */
bool memory_append(memory *memory, size_t used, size_t more);

/* Frees the memory if it is unusually large. */
void memory_trim(memory *memory);

void memory_free(memory *memory);

/* Asks the system for all pages of new memory at once if it is large, which is faster than one page
 * fault after another. */
void memory_populate(void *data, size_t size);

#endif
