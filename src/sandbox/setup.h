/* What all connections share: keys, buckets, directory, clock. One thread, so nothing is locked. */
#ifndef SANDBOX_SETUP_H
#define SANDBOX_SETUP_H

#include "base/random.h"
#include "base/slice.h"
#include "postage/sandbox.h"

struct dialect;

/* The key that a secret makes for one day and region, the last one that was asked for: forms come in thousands by the same one.
 */
struct derived_key {
    char scope[128]; /* "20261121/us-east-1/s3/aws4_request"; "" for none */
    uint8_t bytes[32];
};

struct access_key {
    struct derived_key *derived;
    char *id;
    char *secret;
    char *token; /* NULL: a permanent key */
    int64_t expires_unix_s;
};

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
    struct access_key *keys;
    size_t key_count;
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
};

enum postage_status setup_init(struct setup *setup, const struct postage_sandbox_options *options, struct postage_error *err);
void setup_clear(struct setup *setup);

static inline int64_t setup_now(const struct setup *setup)
{
    return setup->now(setup->now_context);
}

const struct access_key *setup_find_key(const struct setup *setup, struct slice id);

#endif
