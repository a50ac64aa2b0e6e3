/*
 * Unguessable bytes from a pool.
 *
 * One draw from the generator costs more than a signature, so 1 KiB is drawn at a time and wiped as it is used. A pool
 * belongs to one object and one thread at a time; after a fork the child throws the inherited bytes away, so that parent and
 * child never hand out the same ones. (A child is told by its process id: one that enters a new PID namespace as process 1,
 * forked by another process 1, is not.)
 */
#ifndef POSTAGE_BASE_RANDOM_H
#define POSTAGE_BASE_RANDOM_H

#include "base/mem.h"
#include "postage/status.h"

struct random_pool;

enum postage_status random_pool_new(struct random_pool **out, const struct postage_allocator *alloc);
void random_pool_free(struct random_pool *pool); /* wipes; NULL is fine */

/* Fills `out`. @return POSTAGE_OK or POSTAGE_ERR_CRYPTO (nothing usable stored). */
enum postage_status random_pool_take(struct random_pool *pool, void *out, size_t len);

#endif
