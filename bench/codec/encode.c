/*
 * What a form costs to encode: fields and a file in memory, into a buffer as an HTTP client offers it.
 *
 * Usage: bench-encode WAY FIELDS FILE_BYTES
 *   postage          the same form again and again: rewind, then read to the end
 *   postage-crc64, postage-crc32c, postage-md5    the same with that digest of the file
 *   postage-build    opened anew each time: checked, measured, a new boundary drawn; read to the end, closed
 *   memcpy           as many bytes, in pieces of the same buffer's size
 *   libcurl          its mime engine, through the callback it is read by: curl_formget, of a form that was built before. That
 *                    makes mime parts and a boundary of the form each time; there is no other way in from outside.
 *   libcurl-build    built anew each time with curl_formadd, then the same
 */
#define CURL_DISABLE_DEPRECATION 1 /* curl_formget has no successor that goes without a transfer */
#include <string.h>

#include <curl/curl.h>

#include "postage/postage.h"
#include "round.h"

#define FIELDS_MAX   50
#define BUFFER_BYTES (64 * 1024)  /* as the client has for small objects */
#define LARGE_BYTES  (256 * 1024) /* and for large ones */
#define LARGE_FROM   (8 << 20)

struct work {
    size_t field_count;
    struct postage_field fields[FIELDS_MAX];
    char names[FIELDS_MAX][32];
    uint8_t *file;
    size_t file_len;
    uint8_t buffer[LARGE_BYTES];
    size_t cap;
    struct postage_source source;
    struct postage_body_options options;
    struct postage_body *body;
    uint64_t body_len;
    struct curl_httppost *form;
    uint64_t seen;
};

static void check(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench-encode: %s\n", what);
    exit(1);
}

static void make_form(struct work *work, size_t fields, size_t file_len)
{
    static const char value[] = "photos/2026/11/21/4b1f6d0c9a7e4f53-original-orientation.jpg"; /* as long as values are */
    struct postage_error err = POSTAGE_ERROR_INIT;

    for (size_t i = 0; i < fields; i++) {
        snprintf(work->names[i], sizeof work->names[i], "x-amz-meta-name-%zu", i);
        work->fields[i] = (struct postage_field){ work->names[i], value };
    }
    work->field_count = fields;
    work->file_len = file_len;
    work->file = malloc(file_len > 0 ? file_len : 1);
    check(work->file != NULL, "out of memory");
    memset(work->file, 'x', file_len);
    work->cap = file_len < LARGE_FROM ? BUFFER_BYTES : LARGE_BYTES;
    check(postage_source_memory(&work->source, work->file, file_len, NULL, &err) == POSTAGE_OK, err.message);
    check(postage_body_new(&work->body, NULL) == POSTAGE_OK, "out of memory");
    work->options = (struct postage_body_options)POSTAGE_BODY_OPTIONS_INIT;
    work->options.fields = work->fields;
    work->options.field_count = fields;
    work->options.file_name = "original.jpg";
    work->options.file_content_type = "image/jpeg";
    work->options.source = &work->source;
}

static void open_body(struct work *work)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    check(postage_body_open(work->body, &work->options, &err) == POSTAGE_OK, err.message);
    work->body_len = postage_body_length(work->body);
}

static void read_body(struct work *work)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum postage_status status;
    uint64_t total = 0;
    size_t got;

    while ((status = postage_body_read(work->body, work->buffer, work->cap, &got, &err)) == POSTAGE_OK) {
        keep(work->buffer);
        total += got;
    }
    check(status == POSTAGE_END && total == work->body_len, err.message);
}

static void by_postage(void *state)
{
    struct work *work = state;
    struct postage_error err = POSTAGE_ERROR_INIT;

    check(postage_body_rewind(work->body, &err) == POSTAGE_OK, err.message);
    read_body(work);
}

static void by_postage_build(void *state)
{
    struct work *work = state;

    check(work->source.ops->rewind(work->source.self, NULL) == POSTAGE_OK, "rewind");
    open_body(work);
    read_body(work);
    postage_body_close(work->body);
}

static void by_memcpy(void *state)
{
    struct work *work = state;
    const uint64_t rest = work->body_len - work->file_len; /* of the form; it is copied from the file's beginning */

    keep(memcpy(work->buffer, work->file, rest < work->file_len ? (size_t)rest : work->file_len));
    for (size_t at = 0; at < work->file_len; at += work->cap)
        keep(memcpy(work->buffer, work->file + at, work->file_len - at < work->cap ? work->file_len - at : work->cap));
}

static void add_form(struct work *work)
{
    struct curl_httppost *last = NULL;

    work->form = NULL;
    for (size_t i = 0; i < work->field_count; i++)
        check(curl_formadd(&work->form, &last, CURLFORM_PTRNAME, work->fields[i].name, CURLFORM_PTRCONTENTS,
                           work->fields[i].value, CURLFORM_END) == CURL_FORMADD_OK,
              "curl_formadd");
    check(curl_formadd(&work->form, &last, CURLFORM_PTRNAME, "file", CURLFORM_BUFFER, "original.jpg", CURLFORM_BUFFERPTR,
                       work->file, CURLFORM_BUFFERLENGTH, (long)work->file_len, CURLFORM_CONTENTTYPE, "image/jpeg",
                       CURLFORM_END) == CURL_FORMADD_OK,
          "curl_formadd");
}

static size_t count(void *argument, const char *bytes, size_t len)
{
    struct work *work = argument;

    keep(bytes);
    work->seen += len;
    return len;
}

static void by_libcurl(void *state)
{
    struct work *work = state;

    work->seen = 0;
    check(curl_formget(work->form, work, count) == 0, "curl_formget");
    check(work->seen > work->file_len, "curl_formget gave too little");
}

static void by_libcurl_build(void *state)
{
    struct work *work = state;

    add_form(work);
    by_libcurl(work);
    curl_formfree(work->form);
}

static const struct {
    const char *name;
    void (*step)(void *work);
    enum postage_digest digest;
} ways[] = {
    { "postage", by_postage, POSTAGE_DIGEST_NONE },
    { "postage-crc64", by_postage, POSTAGE_DIGEST_CRC64NVME },
    { "postage-crc32c", by_postage, POSTAGE_DIGEST_CRC32C },
    { "postage-md5", by_postage, POSTAGE_DIGEST_MD5 },
    { "postage-build", by_postage_build, POSTAGE_DIGEST_NONE },
    { "memcpy", by_memcpy, POSTAGE_DIGEST_NONE },
    { "libcurl", by_libcurl, POSTAGE_DIGEST_NONE },
    { "libcurl-build", by_libcurl_build, POSTAGE_DIGEST_NONE },
};

static int measure(struct work *work, void (*step)(void *work))
{
    uint64_t batch = 1 + (1 << 20) / (work->file_len + 1024 * (work->field_count + 1)), calls;
    struct cost cost;

    open_body(work);
    add_form(work);
    calls = run_round(step, work, batch, &cost);
    printf("{\"us_per_form\": %.6g, \"gb_per_cpu_s\": %.6g}\n", cost.cpu_s / (double)calls * 1e6,
           (double)calls * (double)work->body_len / cost.cpu_s / 1e9);
    return 0;
}

int main(int argc, char **argv)
{
    static struct work work;
    size_t fields = argc == 4 ? strtoul(argv[2], NULL, 10) : FIELDS_MAX + 1;

    if (fields > FIELDS_MAX) {
        fputs("usage: bench-encode WAY FIELDS FILE_BYTES\n", stderr);
        return 2;
    }
    make_form(&work, fields, strtoul(argv[3], NULL, 10));
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        work.options.digests = ways[i].digest != POSTAGE_DIGEST_NONE ? POSTAGE_DIGEST_BIT(ways[i].digest) : 0;
        if (strcmp(ways[i].name, argv[1]) == 0)
            return measure(&work, ways[i].step);
    }
    return 2;
}
