/*
 * What a reader said, as one text: `[name|file name|type]content[end]` for each part; NULL is written as `-`.
 * Content is the same text however it was cut, so that two runs are compared by comparing texts.
 */
#ifndef POSTAGE_TESTS_SUPPORT_READER_TRACE_H
#define POSTAGE_TESTS_SUPPORT_READER_TRACE_H

#include <stdlib.h>
#include <string.h>

#include "postage/reader.h"

struct reader_trace {
    char *text;
    size_t len;
    size_t cap;
};

static inline void reader_trace_add(struct reader_trace *trace, const void *bytes, size_t len)
{
    if (trace->len + len + 1 > trace->cap) {
        trace->cap = (trace->len + len + 1) * 2;
        trace->text = realloc(trace->text, trace->cap);
        if (trace->text == NULL)
            abort();
    }
    memcpy(trace->text + trace->len, bytes, len);
    trace->len += len;
    trace->text[trace->len] = '\0';
}

static inline void reader_trace_add_text(struct reader_trace *trace, const char *text)
{
    if (text == NULL)
        text = "-";
    reader_trace_add(trace, text, strlen(text));
}

static inline enum postage_status reader_trace_part(void *context, const struct postage_part *part, struct postage_error *err)
{
    (void)err;
    reader_trace_add_text(context, "[");
    reader_trace_add_text(context, part->name);
    reader_trace_add_text(context, "|");
    reader_trace_add_text(context, part->file_name);
    reader_trace_add_text(context, "|");
    reader_trace_add_text(context, part->content_type);
    reader_trace_add_text(context, part->is_file == (part->file_name != NULL) ? "]" : "|file]");
    return POSTAGE_OK;
}

static inline enum postage_status reader_trace_data(void *context, const uint8_t *data, size_t length,
                                                    struct postage_error *err)
{
    (void)err;
    if (length == 0)
        abort();
    reader_trace_add(context, data, length);
    return POSTAGE_OK;
}

static inline enum postage_status reader_trace_end(void *context, struct postage_error *err)
{
    (void)err;
    reader_trace_add_text(context, "[end]");
    return POSTAGE_OK;
}

/* Sends the reader's events here. */
static inline void reader_trace_listen(struct reader_trace *trace, struct postage_reader_options *options)
{
    trace->len = 0;
    reader_trace_add_text(trace, "");
    options->context = trace;
    options->on_part = reader_trace_part;
    options->on_data = reader_trace_data;
    options->on_part_end = reader_trace_end;
}

#endif
