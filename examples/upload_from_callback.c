/* Posts bytes that are made on the way, a million lines, without holding them:  upload_from_callback FORM.json */
#include <string.h>

#include "read_form.h"

enum { LINES = 1000000, LINE_BYTES = 16 };

/* Fills `dst` with whole or partial lines; any amount from 1 to `cap` will do. */
static enum postage_status make_lines(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    uint64_t *position = context;

    (void)err;
    for (*got = 0; *got < cap && *position < (uint64_t)LINES * LINE_BYTES;) {
        size_t offset = *position % LINE_BYTES, piece = LINE_BYTES - offset;
        char line[32];

        snprintf(line, sizeof line, "line %010llu\n", (unsigned long long)(*position / LINE_BYTES));
        if (piece > cap - *got)
            piece = cap - *got;
        memcpy(dst + *got, line + offset, piece);
        *got += piece;
        *position += piece;
    }
    return *got > 0 ? POSTAGE_OK : POSTAGE_END;
}

int main(int argc, char **argv)
{
    struct postage_callback_source_options callback = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_result *result = NULL;
    struct postage_source source = { 0 };
    struct postage_form *form = argc == 2 ? read_form(argv[1]) : NULL;
    uint64_t position = 0;
    enum postage_status status;

    callback.context = &position;
    callback.read = make_lines;
    callback.length_known = true; /* a form upload declares its length before the first byte */
    callback.length = (uint64_t)LINES * LINE_BYTES;
    status = form != NULL ? postage_source_callback(&source, &callback, NULL, &err) : POSTAGE_ERR_INVALID;
    options.form = form;
    options.source = &source;
    if (status == POSTAGE_OK)
        status = postage_upload(&result, &options, NULL, NULL, &err);
    printf("%s %s\n", status == POSTAGE_OK ? "stored" : postage_status_text(status), err.message);

    postage_result_free(result);
    postage_source_close(&source);
    postage_form_free(form);
    return status == POSTAGE_OK ? 0 : 1;
}
