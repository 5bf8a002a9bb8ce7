/* For madvise. */
#define _DEFAULT_SOURCE

#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

bool memory_reserve(memory *memory, size_t size) {
    if (size <= memory->size) return true;
    if (size > SIZE_MAX / 2) return false;
    size += size / 4;
    char *data = malloc(size);
    if (data == NULL) return false;
    free(memory->data);
    memory->data = data;
    memory->size = size;
    return true;
}

bool memory_append(memory *memory, size_t used, size_t more) {
    if (more <= memory->size - used) return true;
    if (more > SIZE_MAX / 2 - used) return false;
    size_t size = used + more;
    size += size / 4;
    char *data = realloc(memory->data, size);
    if (data == NULL) return false;
    memory->data = data;
    memory->size = size;
    return true;
}

void memory_trim(memory *memory) {
    if (memory->size > MEMORY_MAX_KEPT) memory_free(memory);
}

void memory_free(memory *memory) {
    free(memory->data);
    memory->data = NULL;
    memory->size = 0;
}

void memory_populate(void *data, size_t size) {
#ifdef MADV_POPULATE_WRITE
    enum { PAGE = 4096, LARGE = 256 << 10 };
    if (size < LARGE) return;
    uintptr_t start = ((uintptr_t)data + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    /* An older system refuses; the pages then come one by one. */
    (void)madvise((void *)start, size - (start - (uintptr_t)data), MADV_POPULATE_WRITE);
#else
    (void)data, (void)size;
#endif
}
