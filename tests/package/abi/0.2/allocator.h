/**
 * @file
 * Where memory comes from, and how to see that it was given back.
 *
 * Objects take an allocator when they are made; NULL means malloc and free. To find a leak, hand a counting allocator to the
 * objects in question and look at its counters when they are freed: `live_blocks` must be 0.
 */
#ifndef POSTAGE_ALLOCATOR_H
#define POSTAGE_ALLOCATOR_H

#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Three functions with the contracts of malloc, realloc and free, and a context for them.
 *
 * Copied into the objects made with it; `context` must outlive them. The functions may be called from any thread
 * that uses such an object, and from several at once where several may use it at once: judging a form, which is only read,
 * allocates with the form's allocator. `allocate` is never asked for 0 bytes. With an allocator whose `size` no version had, or
 * that lacks a function, whatever needs memory answers POSTAGE_ERR_NOMEM.
 */
struct postage_allocator {
    size_t size;                                                   /**< set by the INIT macro */
    void *(*allocate)(void *context, size_t bytes);                /**< as malloc; NULL: no memory */
    void *(*reallocate)(void *context, void *block, size_t bytes); /**< as realloc */
    void (*release)(void *context, void *block);                   /**< `block` may be NULL */
    void *context;                                                 /**< for all three */
};
/** Four members: the functions and their context. */
#define POSTAGE_ALLOCATOR_INIT(allocate, reallocate, release, context)                                                         \
    {                                                                                                                          \
        sizeof(struct postage_allocator), allocate, reallocate, release, context                                               \
    }

/** What a counting allocator has seen. Bytes are those asked for, without any overhead of the parent's. */
struct postage_allocation_counters {
    size_t size;           /**< set by the INIT macro */
    uint64_t live_blocks;  /**< blocks not released yet */
    uint64_t live_bytes;   /**< their bytes */
    uint64_t peak_bytes;   /**< highest `live_bytes` so far */
    uint64_t total_blocks; /**< calls that allocated or reallocated successfully, ever */
};
/** Nothing seen yet. */
/* clang-format off */
#define POSTAGE_ALLOCATION_COUNTERS_INIT { sizeof(struct postage_allocation_counters), 0, 0, 0, 0 }
/* clang-format on */

struct postage_counting_allocator;

/**
 * Makes an allocator that counts what passes through it on the way to `parent`.
 *
 * Adds a header of the size of `max_align_t` to each block. The counters are atomic: any threads may share it.
 *
 * @param out     out: the counter; free it after everything that was allocated through it.
 * @param parent  where the memory really comes from, NULL for malloc; its context is borrowed until the free.
 * @return POSTAGE_OK, or POSTAGE_ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_counting_allocator_new(struct postage_counting_allocator **out,
                                                                                  const struct postage_allocator *parent);

/** Releases the counter itself; `counting` may be NULL. */
POSTAGE_API void postage_counting_allocator_free(struct postage_counting_allocator *counting);

/** The allocator to hand to `NOUN_new` functions; belongs to `counting`. */
POSTAGE_API const struct postage_allocator *postage_counting_allocator_use(const struct postage_counting_allocator *counting);

/** The counters as they are now, into a struct of the caller's. Callable from any thread. */
POSTAGE_API void postage_counting_allocator_read(const struct postage_counting_allocator *counting,
                                                 struct postage_allocation_counters *out);

/** Releases a text that a function of this library handed out; `text` may be NULL, `alloc` is the one it was made with. */
POSTAGE_API void postage_text_free(char *text, const struct postage_allocator *alloc);

#ifdef __cplusplus
}
#endif

#endif
