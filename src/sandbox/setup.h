/* What all connections share: keys, buckets, directory, clock. One thread, so nothing is locked. */
#ifndef SANDBOX_SETUP_H
#define SANDBOX_SETUP_H

#include "base/calendar.h"
#include "base/random.h"
#include "sandbox/access_key.h"
#include "sandbox/fault.h"

struct dialect;

struct bucket {
    struct bucket *next;
    char *name;
    const struct dialect *dialect;
    bool public_read;
    bool public_write;
    int64_t created_unix_s;
    int directory; /* descriptor */
    size_t users;  /* calls that hold it: it is not removed under them */
};

struct setup {
    struct random_pool *random;
    struct access_keys keys;
    struct bucket *buckets;
    char *region;
    char *directory_path;
    bool directory_is_temporary;
    int directory;   /* descriptor */
    int ledger;      /* descriptor, -1: none */
    bool ledger_bad; /* a line could not be written */
    bool discard;
    bool unsigned_reads;
    bool sync;
    uint64_t max_object_bytes;
    int64_t (*now)(void *context);
    void *now_context;
    struct fault_script faults; /* `begin` NULL: none */
};

enum postage_status setup_init(struct setup *setup, const struct postage_sandbox_options *options, struct postage_error *err);
void setup_clear(struct setup *setup);

/* A caller's clock may say anything; within the calendar, sums with it cannot run over. */
static inline int64_t setup_now(const struct setup *setup)
{
    int64_t now = setup->now(setup->now_context);

    if (now < 0)
        return 0;
    return now < CALENDAR_MAX_UNIX_S ? now : CALENDAR_MAX_UNIX_S;
}

#endif
