#include "sandbox/canonical.h"

#include <stdlib.h>

#include "base/url.h"

bool canonical_names_header(struct slice list, struct slice name)
{
    for (const char *at = list.ptr, *end = at + list.len; at != NULL && at < end;) {
        const char *stop = memchr(at, ';', (size_t)(end - at));

        if (slice_equal_ignoring_case((struct slice){ at, (size_t)((stop != NULL ? stop : end) - at) }, name))
            return true;
        at = stop != NULL ? stop + 1 : end;
    }
    return false;
}

/* Decoded and encoded again, so that it does not depend on what else a client or proxy encoded. */
static void add_path(struct slice path, struct buf *text)
{
    struct arena arena;
    struct slice decoded;

    arena_init(&arena, NULL, 2048);
    decoded = request_decode(path, false, &arena);
    if (decoded.ptr != NULL)
        url_add_encoded(text, decoded, "/");
    arena_clear(&arena);
}

struct encoded_pair {
    struct buf name;
    struct buf value;
};

static int compare_slices(struct slice a, struct slice b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.ptr, b.ptr, common);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_pairs(const void *a, const void *b)
{
    const struct encoded_pair *x = a, *y = b;
    int order = compare_slices(buf_slice(&x->name), buf_slice(&y->name));

    return order != 0 ? order : compare_slices(buf_slice(&x->value), buf_slice(&y->value));
}

static void add_query(const struct canonical_input *input, struct buf *text)
{
    const struct request *request = input->request;
    struct encoded_pair *pairs = calloc(PARAMETERS_MAX, sizeof *pairs);
    const char *signature = input->scheme->query.signature;
    size_t count = 0;

    if (pairs == NULL)
        return;
    for (size_t i = 0; i < request->parameter_count; i++) {
        if (slice_equal(request->parameters[i].name, slice_of(signature)))
            continue;
        buf_init(&pairs[count].name, NULL, 64 * 1024);
        buf_init(&pairs[count].value, NULL, 64 * 1024);
        url_add_encoded(&pairs[count].name, request->parameters[i].name, "");
        url_add_encoded(&pairs[count].value, request->parameters[i].value, "");
        count++;
    }
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++) {
        buf_add_text(text, i > 0 ? "&" : "");
        buf_add_slice(text, buf_slice(&pairs[i].name));
        if (!input->scheme->canonical.empty_value_has_no_equals || pairs[i].value.len > 0)
            buf_add_char(text, '=');
        buf_add_slice(text, buf_slice(&pairs[i].value));
        buf_clear(&pairs[i].name);
        buf_clear(&pairs[i].value);
    }
    free(pairs);
}

/* Runs of blanks become one; the ends are trimmed already. */
static void add_header_value(struct slice value, struct buf *text)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != ' ' || i == 0 || value.ptr[i - 1] != ' ')
            buf_add_char(text, value.ptr[i]);
}

static void add_lower(struct slice name, struct buf *text)
{
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(text, ascii_lower(name.ptr[i]));
}

/* In the order of the signed list, which the signer had to sort. */
static void add_listed_headers(const struct canonical_input *input, struct buf *text)
{
    const char *at = input->signed_headers.ptr, *end = at + input->signed_headers.len;

    while (at != NULL && at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        struct slice name = { at, (size_t)((stop != NULL ? stop : end) - at) };
        size_t found = 0;

        add_lower(name, text);
        buf_add_char(text, ':');
        for (size_t i = 0; i < input->request->header_count; i++) {
            if (!slice_equal_ignoring_case(input->request->headers[i].name, name))
                continue;
            buf_add_text(text, found++ > 0 ? "," : "");
            add_header_value(input->request->headers[i].value, text);
        }
        buf_add_char(text, '\n');
        at = stop != NULL ? stop + 1 : end;
    }
}

/* Own headers, content-type and content-md5 always, others if they are listed. */
static bool is_implied_or_listed(struct slice name, const struct canonical_input *input)
{
    return slice_starts_with_ignoring_case(name, slice_of(input->scheme->canonical.own_headers)) ||
           slice_equal_ignoring_case(name, SLICE("content-type")) || slice_equal_ignoring_case(name, SLICE("content-md5")) ||
           canonical_names_header(input->signed_headers, name);
}

static int compare_headers(const void *a, const void *b)
{
    const struct header *x = *(const struct header *const *)a, *y = *(const struct header *const *)b;

    for (size_t i = 0; i < x->name.len && i < y->name.len; i++) {
        int order = (unsigned char)ascii_lower(x->name.ptr[i]) - (unsigned char)ascii_lower(y->name.ptr[i]);

        if (order != 0)
            return order;
    }
    return (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

void canonical_add_headers(const struct canonical_input *input,
                           bool (*is_wanted)(struct slice name, const struct canonical_input *input), struct buf *text)
{
    const struct header *found[HEADERS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < input->request->header_count; i++)
        if (is_wanted(input->request->headers[i].name, input))
            found[count++] = &input->request->headers[i];
    qsort(found, count, sizeof found[0], compare_headers);
    for (size_t i = 0; i < count; i++) {
        add_lower(found[i]->name, text);
        buf_add_char(text, ':');
        buf_add_slice(text, found[i]->value);
        buf_add_char(text, '\n');
    }
}

void canonical_request(const struct canonical_input *input, struct buf *text)
{
    buf_printf(text, "%s\n", input->request->method_name);
    if (input->scheme->canonical.resource_is_bucket_and_key) {
        buf_add_text(text, input->bucket.len > 0 ? "/" : "");
        url_add_encoded(text, input->bucket, "");
        buf_add_char(text, '/');
        url_add_encoded(text, input->key, "/");
    } else {
        add_path(input->request->path, text);
    }
    buf_add_char(text, '\n');
    add_query(input, text);
    buf_add_char(text, '\n');
    if (input->scheme->canonical.own_headers_are_implied)
        canonical_add_headers(input, is_implied_or_listed, text);
    else
        add_listed_headers(input, text);
    buf_add_char(text, '\n');
    buf_add_slice(text, input->signed_headers);
    buf_add_char(text, '\n');
    buf_add_slice(text, input->payload);
}
