/* Who may sign. */
#ifndef SANDBOX_ACCESS_KEY_H
#define SANDBOX_ACCESS_KEY_H

#include "base/slice.h"
#include "postage/sandbox.h"

/* The key that a secret makes for one day and region, the last one that was asked for: forms come in thousands by the same one.
 */
struct key_chain;

struct derived_key {
    char scope[128]; /* "20261121/us-east-1/s3/aws4_request"; "" for none */
    uint8_t bytes[32];
    const struct key_chain *chain; /* whose constants it was derived with: two dialects may name one scope */
};

struct access_key {
    struct derived_key *derived;
    char *id;
    char *secret;
    char *token; /* NULL: a permanent key */
    int64_t expires_unix_s;
};

struct access_keys {
    struct access_key *list;
    size_t count;
};

/* Of the options; the default key if there are none. Zeroed before; to be cleared whatever the status is. */
enum postage_status access_keys_copy(struct access_keys *keys, const struct postage_sandbox_key *from, size_t count,
                                     struct postage_error *err);
void access_keys_clear(struct access_keys *keys);

/* NULL: nobody has that id. */
const struct access_key *access_keys_find(const struct access_keys *keys, struct slice id);

#endif
