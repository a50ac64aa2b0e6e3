#include "upload/result.h"

#include <string.h>

struct kept_result {
    struct result_draft draft; /* first: its result is what users hold */
    struct postage_allocator alloc;
    char *texts; /* all of them in one block */
    size_t texts_bytes;
};

/* Where a result keeps its texts. */
static const size_t text_offsets[] = {
    offsetof(struct postage_result, key),
    offsetof(struct postage_result, etag),
    offsetof(struct postage_result, location),
    offsetof(struct postage_result, version_id),
    offsetof(struct postage_result, provider_message),
    offsetof(struct postage_result, request_id),
    offsetof(struct postage_result, host_id),
    offsetof(struct postage_result, hint),
};

enum { TEXT_COUNT = sizeof text_offsets / sizeof text_offsets[0] };

static const char **text_at(struct postage_result *result, size_t index)
{
    return (const char **)(void *)((char *)result + text_offsets[index]);
}

void result_begin(struct result_draft *draft)
{
    *draft = (struct result_draft){
        .result = { .error = &draft->error, .timings = &draft->timings },
        .error = POSTAGE_ERROR_INIT,
        .timings = { -1, -1, -1, -1, -1, -1, 0 },
    };
}

void result_complete_texts(struct postage_result *given)
{
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (*text_at(given, i) == NULL)
            *text_at(given, i) = "";
}

enum postage_status result_new(struct postage_result **out, const struct postage_allocator *alloc)
{
    struct postage_allocator own = mem_allocator(alloc);
    struct kept_result *kept = mem_alloc(&own, sizeof *kept);

    *out = NULL;
    if (kept == NULL)
        return POSTAGE_ERR_NOMEM;
    kept->alloc = own;
    result_begin(&kept->draft);
    result_complete_texts(&kept->draft.result);
    *out = &kept->draft.result;
    return POSTAGE_OK;
}

void result_fill(struct postage_result *result, const struct postage_result *given)
{
    struct kept_result *kept = (struct kept_result *)(void *)result;
    struct postage_result taken = *given;
    char *at;

    kept->draft.error = *given->error;
    kept->draft.timings = *given->timings;
    kept->draft.result = taken;
    kept->draft.result.error = &kept->draft.error;
    kept->draft.result.timings = &kept->draft.timings;
    result_complete_texts(&taken);
    for (size_t i = 0; i < TEXT_COUNT; i++)
        kept->texts_bytes += strlen(*text_at(&taken, i)) + 1;
    at = kept->texts = mem_alloc(&kept->alloc, kept->texts_bytes);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        size_t bytes = strlen(*text_at(&taken, i)) + 1;

        *text_at(&kept->draft.result, i) = "";
        if (kept->texts == NULL)
            continue;
        memcpy(at, *text_at(&taken, i), bytes);
        *text_at(&kept->draft.result, i) = at;
        at += bytes;
    }
}

void postage_result_free(struct postage_result *result)
{
    struct kept_result *kept = (struct kept_result *)(void *)result;
    struct postage_allocator alloc;

    if (result == NULL)
        return;
    alloc = kept->alloc;
    mem_free(&alloc, kept->texts);
    mem_free(&alloc, kept);
}
