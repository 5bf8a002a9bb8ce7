/* The normalised form of an event: the JSON text that the Rust crate serialises it to. */
#ifndef DUMP_H
#define DUMP_H

#include <apigw.h>

/* Text that grows. */
typedef struct dump {
    char *text;
    size_t len;
    size_t size;
} dump;

/* Puts the normalised form into `out`, in place of what was there. */
void dump_event(dump *out, const apigw_event *event);

#endif
