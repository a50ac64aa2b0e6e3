/*
 * The pool of unguessable bytes.
 *
 * A fork is noticed by comparing process ids, which costs one system call a draw and needs no page of its own as
 * MADV_WIPEONFORK would. OpenSSL's generator looks after itself in the child.
 */
#include "base/random.h"

#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <openssl/rand.h>

/* Forty boundaries. A draw of this size costs little more than one of 16 bytes, and an upload's own memory stays small. */
enum { POOL_BYTES = 1024 };

struct random_pool {
    struct postage_allocator alloc;
    pid_t owner; /* the process that drew the bytes */
    size_t left; /* unused bytes, at the end of `bytes`; those before are zero */
    uint8_t bytes[POOL_BYTES];
};

enum postage_status random_pool_new(struct random_pool **out, const struct postage_allocator *alloc)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct random_pool *pool = mem_alloc(&own, sizeof *pool);

    *out = pool;
    if (pool == NULL)
        return POSTAGE_ERR_NOMEM;
    pool->alloc = own;
    return POSTAGE_OK;
}

void random_pool_free(struct random_pool *pool)
{
    struct postage_allocator own;

    if (pool == NULL)
        return;
    own = pool->alloc;
    mem_wipe_free(&own, pool, sizeof *pool);
}

static enum postage_status refill(struct random_pool *pool, pid_t self)
{
    pool->left = 0;
    if (RAND_bytes(pool->bytes, sizeof pool->bytes) != 1) {
        mem_wipe(pool->bytes, sizeof pool->bytes);
        return POSTAGE_ERR_CRYPTO;
    }
    pool->owner = self;
    pool->left = sizeof pool->bytes;
    return POSTAGE_OK;
}

enum postage_status random_pool_take(struct random_pool *pool, void *out, size_t len)
{
    pid_t self = getpid();
    uint8_t *to = out;

    for (size_t done = 0; done < len;) {
        uint8_t *from;
        size_t step;

        if ((pool->left == 0 || pool->owner != self) && refill(pool, self) != POSTAGE_OK) {
            mem_wipe(out, len);
            return POSTAGE_ERR_CRYPTO;
        }
        from = pool->bytes + sizeof pool->bytes - pool->left;
        step = len - done < pool->left ? len - done : pool->left;
        memcpy(to + done, from, step);
        mem_wipe(from, step);
        pool->left -= step;
        done += step;
    }
    return POSTAGE_OK;
}
