/* Memory that is used again from call to call. */
#ifndef APIGW_NODE_MEMORY_H
#define APIGW_NODE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

enum {
    /* Memory above this size is not kept. */
    MEMORY_MOST_KEPT = 2 << 20,
};

/* Memory that grows. What it holds is lost when it does. */
typedef struct memory {
    void *data;
    size_t size;
} memory;

/* Whether there are so many bytes now. */
bool memory_reserve(memory *memory, size_t size);

/* Gives the memory back if it is unusually large. */
void memory_trim(memory *memory);

void memory_free(memory *memory);

/* Has the system give all pages of new memory at once if it is large, which takes less time than one after the other.
 */
void memory_populate(void *data, size_t size);

#endif
