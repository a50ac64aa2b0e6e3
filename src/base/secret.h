/*
 * Pages for secrets: left out of core dumps, kept from swap where the system lets us, wiped when freed.
 * They come from the system and not from an allocator, because an allocator's page is shared with everything else.
 */
#ifndef POSTAGE_BASE_SECRET_H
#define POSTAGE_BASE_SECRET_H

#include <stddef.h>

/* At least `bytes` zeroed bytes, or NULL. */
void *secret_alloc(size_t bytes);

/* `bytes` as given to secret_alloc; `block` may be NULL. */
void secret_free(void *block, size_t bytes);

#endif
