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
    size += size / 4;
    void *data = malloc(size);
    if (data == NULL) return false;
    free(memory->data);
    memory->data = data;
    memory->size = size;
    return true;
}

void memory_free(memory *memory) {
    free(memory->data);
    memory->data = NULL;
    memory->size = 0;
}

void memory_trim(memory *memory) {
    if (memory->size > MEMORY_MOST_KEPT) memory_free(memory);
}

void memory_populate(void *data, size_t size) {
#ifdef MADV_POPULATE_WRITE
    enum { PAGE = 4096, LARGE = 256 << 10 };
    if (size < LARGE) return;
    uintptr_t start = ((uintptr_t)data + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    /* An older system refuses, and nothing is lost. */
    (void)madvise((void *)start, size - (start - (uintptr_t)data), MADV_POPULATE_WRITE);
#else
    (void)data, (void)size;
#endif
}
