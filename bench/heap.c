#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <openssl/crypto.h>

/* glibc's own names for what is replaced here. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);
void __libc_free(void *block);

/* The library is built with hidden names; these have to be seen by libcurl and OpenSSL. */
#define SEEN_BY_ALL __attribute__((visibility("default")))

static _Atomic uint64_t calls;
static _Atomic int64_t live, peak;
static bool weighs;

/* --- counting --- */

/* Load and store apart: two threads may lose a call, but a contender with many calls pays no locked instruction for each. */
static void count_call(void)
{
    atomic_store_explicit(&calls, atomic_load_explicit(&calls, memory_order_relaxed) + 1, memory_order_relaxed);
}

static void weigh(int64_t bytes)
{
    int64_t now = atomic_fetch_add_explicit(&live, bytes, memory_order_relaxed) + bytes;

    if (now > atomic_load_explicit(&peak, memory_order_relaxed))
        atomic_store_explicit(&peak, now, memory_order_relaxed);
}

static int64_t weight(void *block)
{
    return block != NULL ? (int64_t)malloc_usable_size(block) : 0;
}

static void *count(void *block)
{
    count_call();
    if (weighs)
        weigh(weight(block));
    return block;
}

/* --- in place of the C library's --- */

SEEN_BY_ALL void *malloc(size_t bytes)
{
    return count(__libc_malloc(bytes));
}

SEEN_BY_ALL void *calloc(size_t members, size_t bytes)
{
    return count(__libc_calloc(members, bytes));
}

SEEN_BY_ALL void *realloc(void *block, size_t bytes)
{
    int64_t before = weighs ? weight(block) : 0;
    void *resized = __libc_realloc(block, bytes);

    if (weighs && (resized != NULL || bytes == 0))
        weigh(-before);
    return count(resized);
}

SEEN_BY_ALL void free(void *block)
{
    if (weighs)
        weigh(-weight(block));
    __libc_free(block);
}

SEEN_BY_ALL void *memalign(size_t alignment, size_t bytes)
{
    return count(__libc_memalign(alignment, bytes));
}

SEEN_BY_ALL void *aligned_alloc(size_t alignment, size_t bytes)
{
    return count(__libc_memalign(alignment, bytes));
}

SEEN_BY_ALL int posix_memalign(void **out, size_t alignment, size_t bytes)
{
    void *block = count(__libc_memalign(alignment, bytes));

    if (block == NULL)
        return ENOMEM;
    *out = block;
    return 0;
}

/* --- what was counted --- */

bool heap_sees_libraries(void)
{
    uint64_t before = heap_calls();

    OPENSSL_free(OPENSSL_malloc(1));
    return heap_calls() > before;
}

uint64_t heap_calls(void)
{
    return atomic_load_explicit(&calls, memory_order_relaxed);
}

void heap_weigh(void)
{
    weighs = true;
}

int64_t heap_live_bytes(void)
{
    return atomic_load_explicit(&live, memory_order_relaxed);
}

int64_t heap_peak_bytes(void)
{
    return atomic_load_explicit(&peak, memory_order_relaxed);
}

void heap_begin_peak(void)
{
    atomic_store_explicit(&peak, heap_live_bytes(), memory_order_relaxed);
}
