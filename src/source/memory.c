#include "postage/source.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

struct memory_source {
    struct postage_allocator alloc;
    const uint8_t *data; /* borrowed */
    size_t length;
    size_t position;
};

static enum postage_status memory_read(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct memory_source *memory = self;
    const size_t left = memory->length - memory->position;

    (void)err;
    *got = cap < left ? cap : left;
    if (left == 0)
        return POSTAGE_END;
    memcpy(dst, memory->data + memory->position, *got);
    memory->position += *got;
    return POSTAGE_OK;
}

static enum postage_status memory_rewind(void *self, struct postage_error *err)
{
    struct memory_source *memory = self;

    (void)err;
    memory->position = 0;
    return POSTAGE_OK;
}

static enum postage_status memory_length(void *self, uint64_t *bytes)
{
    const struct memory_source *memory = self;

    *bytes = memory->length;
    return POSTAGE_OK;
}

static void memory_close(void *self)
{
    struct memory_source *memory = self;
    struct postage_allocator alloc = memory->alloc;

    mem_free(&alloc, memory);
}

enum postage_status postage_source_memory(struct postage_source *out, const void *data, size_t length,
                                          const struct postage_allocator *alloc, struct postage_error *err)
{
    static const struct postage_source_ops ops = {
        .size = sizeof ops,
        .read = memory_read,
        .rewind = memory_rewind,
        .length = memory_length,
        .close = memory_close,
    };
    struct postage_allocator own = mem_allocator(alloc);
    struct memory_source *memory;

    *out = (struct postage_source){ 0 };
    if (data == NULL && length > 0)
        return error_set(err, POSTAGE_ERR_INVALID, "memory source: data is NULL with a length of %zu", length);
    memory = mem_alloc(&own, sizeof *memory);
    if (memory == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    *memory = (struct memory_source){ .alloc = own, .data = data, .length = length };
    *out = (struct postage_source){ &ops, memory };
    return POSTAGE_OK;
}
