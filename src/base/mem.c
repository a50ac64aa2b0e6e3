#include "base/mem.h"

#include "base/options.h"

#include <stdlib.h>
#include <string.h>

static void *std_allocate(void *context, size_t bytes)
{
    (void)context;
    return malloc(bytes);
}

static void *std_reallocate(void *context, void *block, size_t bytes)
{
    (void)context;
    return realloc(block, bytes);
}

static void std_release(void *context, void *block)
{
    (void)context;
    free(block);
}

static void *no_allocate(void *context, size_t bytes)
{
    (void)context;
    (void)bytes;
    return NULL;
}

static void *no_reallocate(void *context, void *block, size_t bytes)
{
    (void)block;
    return no_allocate(context, bytes);
}

struct postage_allocator mem_allocator(const struct postage_allocator *alloc)
{
    static const struct postage_allocator standard = POSTAGE_ALLOCATOR_INIT(std_allocate, std_reallocate, std_release, NULL);
    static const struct postage_allocator refused = POSTAGE_ALLOCATOR_INIT(no_allocate, no_reallocate, std_release, NULL);
    struct postage_allocator own;

    if (alloc == NULL)
        return standard;
    return OPTIONS_TAKE(&own, alloc, struct postage_allocator, context, NULL) == POSTAGE_OK && own.allocate != NULL &&
                   own.reallocate != NULL && own.release != NULL
               ? own
               : refused;
}

void *mem_alloc(const struct postage_allocator *alloc, size_t bytes)
{
    void *block;

    if (bytes == 0)
        bytes = 1;
    block = alloc->allocate(alloc->context, bytes);
    if (block != NULL)
        memset(block, 0, bytes);
    return block;
}

char *mem_copy_text(const struct postage_allocator *alloc, const char *text, size_t length)
{
    char *copy;

    if (length == SIZE_MAX)
        return NULL;
    copy = mem_alloc(alloc, length + 1);
    if (copy != NULL && length > 0)
        memcpy(copy, text, length);
    return copy;
}

void mem_free(const struct postage_allocator *alloc, void *block)
{
    if (block != NULL)
        alloc->release(alloc->context, block);
}

/* memset at its full speed (OPENSSL_cleanse goes byte by byte, which showed in signing); the barrier makes it stay. */
void mem_wipe(void *block, size_t bytes)
{
    memset(block, 0, bytes);
    __asm__ __volatile__("" : : "r"(block) : "memory");
}

void mem_wipe_free(const struct postage_allocator *alloc, void *block, size_t bytes)
{
    if (block == NULL)
        return;
    mem_wipe(block, bytes);
    mem_free(alloc, block);
}

void postage_text_free(char *text, const struct postage_allocator *alloc)
{
    struct postage_allocator own = mem_allocator(alloc);

    /* Rendered forms are bearer capabilities: they do not stay behind in freed memory. */
    if (text != NULL)
        mem_wipe_free(&own, text, strlen(text));
}
