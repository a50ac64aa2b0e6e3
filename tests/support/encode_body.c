/*
 * Writes one body to stdout for parsers that were not written here: the Content-Type, a line end, and the body.
 *
 *     encode_body READ_SIZE BOUNDARY FILE_NAME FILE_TYPE FILE [NAME VALUE]...
 *
 * BOUNDARY, FILE_NAME and FILE_TYPE may be "-" for the default. Arguments carry line breaks and UTF-8 as they are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postage/body.h"

enum { FIRST_FIELD = 6, MAX_FIELDS = 100 };

static enum postage_status read_file(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    (void)err;
    *got = fread(dst, 1, cap, self);
    if (*got > 0)
        return POSTAGE_OK;
    return ferror(self) ? POSTAGE_ERR_SOURCE : POSTAGE_END;
}

static enum postage_status measure_file(void *self, uint64_t *bytes)
{
    long end = fseek(self, 0, SEEK_END) == 0 ? ftell(self) : -1;

    rewind(self);
    *bytes = end < 0 ? 0 : (uint64_t)end;
    return end < 0 ? POSTAGE_ERR_SOURCE : POSTAGE_OK;
}

static const char *or_default(const char *argument)
{
    return strcmp(argument, "-") == 0 ? NULL : argument;
}

static int fail(const char *what, const struct postage_error *err)
{
    fprintf(stderr, "encode_body: %s: %s\n", what, err->message);
    return 1;
}

static int write_body(struct postage_body *body, size_t read_size)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    uint8_t *buffer = malloc(read_size);
    enum postage_status status = buffer != NULL ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
    size_t got;

    printf("%s\n", postage_body_content_type(body));
    while (status == POSTAGE_OK) {
        status = postage_body_read(body, buffer, read_size, &got, &err);
        if (status == POSTAGE_OK && fwrite(buffer, 1, got, stdout) != got)
            status = POSTAGE_ERR_SYSTEM;
    }
    free(buffer);
    return status == POSTAGE_END && fflush(stdout) == 0 ? 0 : fail("read", &err);
}

int main(int argc, char **argv)
{
    const struct postage_source_ops ops = { .size = sizeof(struct postage_source_ops),
                                            .read = read_file,
                                            .length = measure_file };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_field fields[MAX_FIELDS];
    struct postage_source source = { &ops, argc > 5 ? fopen(argv[5], "rb") : NULL };
    struct postage_body *body = NULL;
    int result;

    if (argc < FIRST_FIELD || argc > FIRST_FIELD + 2 * MAX_FIELDS || source.self == NULL) {
        fprintf(stderr, "usage: encode_body READ_SIZE BOUNDARY FILE_NAME FILE_TYPE FILE [NAME VALUE]...\n");
        return 2;
    }
    for (int i = FIRST_FIELD; i + 1 < argc; i += 2)
        fields[options.field_count++] = (struct postage_field){ argv[i], argv[i + 1] };
    options.fields = fields;
    options.boundary = or_default(argv[2]);
    options.file_name = or_default(argv[3]);
    options.file_content_type = or_default(argv[4]);
    options.source = &source;
    if (postage_body_new(&body, NULL) != POSTAGE_OK || postage_body_open(body, &options, &err) != POSTAGE_OK)
        result = fail("open", &err);
    else
        result = write_body(body, strtoul(argv[1], NULL, 10));
    postage_body_free(body);
    fclose(source.self);
    return result;
}
