/* Shows what an upload costs in memory, whatever its size:  watch_memory FORM.json MIB...
   Each line: MiB of zeros uploaded; blocks the library asked for; its peak of bytes; blocks not given back; peak of the
   process. */
#include <stdlib.h>
#include <string.h>

#include "read_form.h"

struct zeros {
    uint64_t size, given;
};

static enum postage_status give_zeros(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct zeros *zeros = context;
    uint64_t left = zeros->size - zeros->given;

    (void)err;
    if (left == 0)
        return POSTAGE_END;
    *got = cap < left ? cap : (size_t)left;
    memset(dst, 0, *got);
    zeros->given += *got;
    return POSTAGE_OK;
}

/* The kernel's own high-water mark of resident memory, libraries included. */
static long process_peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long kib = -1;

    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        sscanf(line, "VmHWM: %ld", &kib);
    if (status != NULL)
        fclose(status);
    return kib;
}

static enum postage_status upload_zeros(const struct postage_form *form, uint64_t bytes, const struct postage_allocator *alloc,
                                        struct postage_error *err)
{
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct zeros zeros = { .size = bytes };
    struct postage_result *result = NULL;
    struct postage_source source = { 0 };
    enum postage_status status;

    callback.context = &zeros;
    callback.read = give_zeros;
    callback.length_known = true;
    callback.length = bytes;
    options.form = form;
    options.source = &source;
    status = postage_source_callback(&source, &callback, alloc, err);
    if (status == POSTAGE_OK)
        status = postage_upload(&result, &options, NULL, alloc, err);
    postage_result_free(result);
    postage_source_close(&source);
    return status;
}

int main(int argc, char **argv)
{
    struct postage_form *form = argc > 2 ? read_form(argv[1]) : NULL;
    struct postage_error err = POSTAGE_ERROR_INIT;
    int leaks = form == NULL;

    for (int i = 2; form != NULL && i < argc; i++) {
        struct postage_counting_allocator *counting = NULL;
        struct postage_allocation_counters seen = POSTAGE_ALLOCATION_COUNTERS_INIT;

        if (postage_counting_allocator_new(&counting, NULL) != POSTAGE_OK)
            return 1;
        if (upload_zeros(form, strtoull(argv[i], NULL, 10) << 20, postage_counting_allocator_use(counting), &err) != POSTAGE_OK)
            fprintf(stderr, "%s\n", err.message);
        postage_counting_allocator_read(counting, &seen);
        printf("%7s MiB: %llu blocks, %llu bytes at most, %llu left; the process %ld KiB at most\n", argv[i],
               (unsigned long long)seen.total_blocks, (unsigned long long)seen.peak_bytes, (unsigned long long)seen.live_blocks,
               process_peak_kib());
        leaks += err.code != POSTAGE_OK || seen.live_blocks != 0;
        postage_counting_allocator_free(counting);
    }
    postage_form_free(form);
    return leaks == 0 ? 0 : 1;
}
