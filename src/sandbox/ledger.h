/* What was really received and stored: one line of JSON for each upload, written before its answer. */
#ifndef SANDBOX_LEDGER_H
#define SANDBOX_LEDGER_H

#include "sandbox/call.h"

struct ledger_entry {
    struct slice key;            /* NULL `ptr`: never known */
    uint64_t file_bytes;         /* of the object, as far as they came */
    uint64_t stored_bytes;       /* 0 unless it was stored */
    const struct object *object; /* NULL unless it was stored or discarded */
    const char *verdict;         /* "stored", "discarded", "refused", "incomplete" */
};

/* Holds no secret: no field of a form but its key is written. */
void ledger_write(struct call *call, const struct ledger_entry *entry);

#endif
