/*
 * Fuzzes the strict reader: any bytes, cut in any way, must give one verdict and the same events, within the limits.
 *
 * The first byte of an input chooses: bit 0, small limits; bit 1, the Content-Type is the input's first line instead of
 * boundary "b"; bit 2, `file` is a file by name. The rest is the body. The cuts follow from the body's own bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postage/reader.h"
#include "support/reader_trace.h"

#define CHECK(condition)                                                                                                       \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

enum { SMALL_HEADER = 60, SMALL_PARTS = 3, SMALL_FIELD = 10, SMALL_FILE = 20, SMALL_PRE_FILE = 150, SMALL_TOTAL = 300 };

struct run {
    struct reader_trace trace;
    struct postage_error err;
    enum postage_status status;
    uint64_t position;
    /* What the limits are held against, counted from the events. */
    bool small;
    bool is_file;
    size_t parts;
    uint64_t content;
};

static enum postage_status on_part(void *context, const struct postage_part *part, struct postage_error *err)
{
    struct run *run = context;

    CHECK(part->name != NULL && part->name[0] != '\0');
    CHECK(strpbrk(part->name, "\r\n") == NULL);
    CHECK(part->file_name == NULL || (part->is_file && strpbrk(part->file_name, "\r\n") == NULL));
    CHECK(++run->parts <= SMALL_PARTS || !run->small);
    run->content = 0;
    run->is_file = part->is_file;
    return reader_trace_part(&run->trace, part, err);
}

static enum postage_status on_data(void *context, const uint8_t *data, size_t length, struct postage_error *err)
{
    struct run *run = context;

    run->content += length;
    CHECK(!run->small || run->content <= (run->is_file ? SMALL_FILE : SMALL_FIELD));
    return reader_trace_data(&run->trace, data, length, err);
}

static enum postage_status on_part_end(void *context, struct postage_error *err)
{
    return reader_trace_end(&((struct run *)context)->trace, err);
}

static struct postage_reader_options options_of(uint8_t choice, struct run *run)
{
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;

    options.context = run;
    options.on_part = on_part;
    options.on_data = on_data;
    options.on_part_end = on_part_end;
    options.file_part_name = (choice & 4) != 0 ? "file" : NULL;
    run->small = (choice & 1) != 0;
    if (!run->small)
        return options;
    options.max_part_header_bytes = SMALL_HEADER;
    options.max_parts = SMALL_PARTS;
    options.max_field_bytes = SMALL_FIELD;
    options.max_file_bytes = SMALL_FILE;
    options.max_pre_file_bytes = SMALL_PRE_FILE;
    options.max_total_bytes = SMALL_TOTAL;
    return options;
}

/* `cut` 0: one piece; 1: byte by byte; else: lengths drawn from a generator that begins with `cut`. */
static size_t piece_length(uint32_t *cut, size_t left)
{
    size_t len;

    if (*cut <= 1)
        return *cut == 0 ? left : 1;
    *cut = *cut * 1664525 + 1013904223;
    if (*cut <= 1)
        *cut = 2;
    len = 1 + (*cut >> 24) % 40;
    return len < left ? len : left;
}

static void run_cut(struct run *run, const char *content_type, const uint8_t *body, size_t len, uint8_t choice, uint32_t cut)
{
    struct postage_reader_options options = options_of(choice, run);
    struct postage_reader *reader;

    reader_trace_add(&run->trace, "", 0);
    run->status = postage_reader_new(&reader, content_type, &options, NULL, &run->err);
    if (run->status != POSTAGE_OK)
        return;
    for (size_t at = 0, step; at < len && run->status == POSTAGE_OK; at += step) {
        step = piece_length(&cut, len - at);
        run->status = postage_reader_feed(reader, body + at, step, &run->err);
        CHECK(postage_reader_position(reader) <= at + step);
    }
    run->position = postage_reader_position(reader);
    CHECK(run->status != POSTAGE_OK || run->position == len);
    CHECK(!run->small || run->position <= SMALL_TOTAL);
    if (run->status == POSTAGE_OK)
        run->status = postage_reader_finish(reader, &run->err);
    CHECK(run->status == POSTAGE_OK || run->status == POSTAGE_ERR_SYNTAX || run->status == POSTAGE_ERR_LIMIT);
    CHECK(postage_reader_feed(reader, "x", 1, NULL) != POSTAGE_OK || run->status == POSTAGE_OK);
    postage_reader_free(reader);
}

static void check_same(const struct run *a, const struct run *b)
{
    CHECK(a->status == b->status);
    CHECK(strcmp(a->err.message, b->err.message) == 0);
    CHECK(a->trace.len == b->trace.len && memcmp(a->trace.text, b->trace.text, a->trace.len) == 0);
    CHECK(a->status == POSTAGE_ERR_LIMIT || a->position == b->position);
}

static void read_in_every_way(const char *content_type, const uint8_t *body, size_t len, uint8_t choice)
{
    const uint32_t cuts[] = { 0, 1, (uint32_t)len + 2, 0x5EED + (len > 0 ? body[len / 2] : 0u) };
    struct run whole = { .err = POSTAGE_ERROR_INIT };

    run_cut(&whole, content_type, body, len, choice, cuts[0]);
    for (size_t i = 1; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct run cut = { .err = POSTAGE_ERROR_INIT };

        run_cut(&cut, content_type, body, len, choice, cuts[i]);
        check_same(&whole, &cut);
        free(cut.trace.text);
    }
    free(whole.trace.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char content_type[200] = "multipart/form-data; boundary=b";
    const uint8_t *line_end;
    uint8_t choice;

    if (size == 0)
        return 0;
    choice = *data++;
    size--;
    line_end = size > 0 ? memchr(data, '\n', size) : NULL;
    if ((choice & 2) != 0 && line_end != NULL && (size_t)(line_end - data) < sizeof content_type) {
        size_t len = (size_t)(line_end - data);

        memcpy(content_type, data, len);
        content_type[len] = '\0';
        data += len + 1;
        size -= len + 1;
    }
    read_in_every_way(content_type, data, size, choice);
    return 0;
}
