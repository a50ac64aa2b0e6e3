#include "sandbox/exchange.h"

#include <unistd.h>

#include "sandbox/answer.h"
#include "base/text.h"
#include "sandbox/bucket.h"
#include "sandbox/bucket_calls.h"
#include "sandbox/cors.h"
#include "sandbox/form.h"
#include "sandbox/ledger.h"
#include "sandbox/listing.h"
#include "sandbox/object.h"

enum { BODY_MAX_BYTES = 16 << 20, HEADERS_MAX_BYTES = 512 * 1024 };

static const struct slice nothing = { "", 0 };

void exchange_open(struct exchange *exchange, struct setup *setup, bool tls)
{
    struct request request = exchange->request;
    uint8_t id[8] = { 0 };

    *exchange = (struct exchange){ .setup = setup, .tls = tls, .request = request };
    arena_init(&exchange->arena, NULL, 8192);
    buf_init(&exchange->answer.headers, NULL, HEADERS_MAX_BYTES);
    buf_init(&exchange->answer.body, NULL, BODY_MAX_BYTES);
    exchange->answer.file = -1;
    exchange->bucket_name = exchange->key = nothing;
    random_pool_take(setup->random, id, sizeof id);
    text_hex(id, sizeof id, exchange->id);
    for (char *c = exchange->id; *c != '\0'; c++)
        *c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
}

/* "bucket.localhost", or a known bucket in front of whatever name leads here; an address is no virtual host. */
static struct slice bucket_of_host(const struct exchange *exchange, struct slice host)
{
    const struct slice localhost = SLICE(".localhost");
    struct slice best = nothing;

    if (slice_ends_with(host, localhost))
        return (struct slice){ host.ptr, host.len - localhost.len };
    for (const struct bucket *bucket = exchange->setup->buckets; bucket != NULL; bucket = bucket->next) {
        struct slice name = slice_of(bucket->name);

        if (name.len > best.len && slice_starts_with(host, name) && host.len > name.len && host.ptr[name.len] == '.')
            best = (struct slice){ host.ptr, name.len };
    }
    return best;
}

static struct slice host_name(struct exchange *exchange)
{
    struct slice host = request_header(&exchange->request, "host");
    char *copy = host.ptr != NULL ? arena_copy(&exchange->arena, host) : NULL;
    char *colon;

    if (copy == NULL)
        return nothing;
    colon = strrchr(copy, ':');
    if (colon != NULL && strchr(colon, ']') == NULL)
        *colon = '\0';
    for (char *c = copy; *c != '\0'; c++)
        *c = ascii_lower(*c);
    return slice_of(copy);
}

/* Bucket and key, from host and path. False: refused. */
static bool find_names(struct exchange *exchange)
{
    struct slice path = request_decode(exchange->request.path, false, &exchange->arena);
    struct slice from_host = bucket_of_host(exchange, host_name(exchange));
    const char *slash;

    if (path.ptr == NULL || !utf8_valid(path)) {
        refuse(exchange, RULE_REQUEST_SYNTAX, SLICE("the path is not percent-encoded UTF-8"));
        return false;
    }
    path = (struct slice){ path.ptr + 1, path.len - 1 };
    exchange->virtual_host = from_host.len > 0;
    if (exchange->virtual_host) {
        exchange->bucket_name = from_host;
        exchange->key = path;
    } else {
        slash = memchr(path.ptr, '/', path.len);
        exchange->bucket_name = (struct slice){ path.ptr, slash != NULL ? (size_t)(slash - path.ptr) : path.len };
        if (slash != NULL)
            exchange->key = (struct slice){ slash + 1, path.len - exchange->bucket_name.len - 1 };
    }
    exchange->has_path_bucket = exchange->bucket_name.len > 0;
    return true;
}

/* Before a bucket is known, the request's own headers tell what its client understands. */
static enum dialect guess_dialect(const struct exchange *exchange)
{
    static const char *const parameters[] = { "OSSAccessKeyId", "x-oss-signature" };
    struct slice authorization = request_header(&exchange->request, "authorization");

    if (authorization.ptr != NULL && slice_starts_with(authorization, SLICE("OSS")))
        return DIALECT_OSS;
    for (size_t i = 0; i < exchange->request.header_count; i++)
        if (slice_starts_with_ignoring_case(exchange->request.headers[i].name, SLICE("x-oss-")))
            return DIALECT_OSS;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        if (request_has_parameter(&exchange->request, parameters[i]))
            return DIALECT_OSS;
    return DIALECT_S3;
}

static void refuse_method(struct exchange *exchange)
{
    const char *method = http_method_str((enum http_method)exchange->request.method);

    refuse_with(exchange, RULE_METHOD, nothing,
                (struct refusal_extra[]){ { "Method", slice_of(method) },
                                          { "ResourceType", exchange->key.len > 0 ? SLICE("OBJECT") : SLICE("BUCKET") } },
                2);
}

typedef void route_fn(struct exchange *exchange);

/* A route: the query parameter that selects it, NULL for the plain one. */
struct route {
    unsigned method;
    const char *parameter;
    route_fn *run;
};

static void post_form(struct exchange *exchange)
{
    form_begin(exchange);
}

static const struct route object_routes[] = {
    { HTTP_GET, "tagging", object_get_tagging },
    { HTTP_GET, "acl", bucket_get_acl },
    { HTTP_GET, NULL, object_get },
    { HTTP_HEAD, NULL, object_get },
    { HTTP_DELETE, NULL, object_delete },
    { HTTP_PUT, NULL, object_put },
};

static const struct route bucket_routes[] = {
    { HTTP_GET, "location", bucket_get_location },
    { HTTP_GET, "acl", bucket_get_acl },
    { HTTP_PUT, "acl", bucket_put_acl },
    { HTTP_GET, "versioning", bucket_get_versioning },
    { HTTP_GET, "versions", listing_get_versions },
    { HTTP_GET, "policy", bucket_get_nothing },
    { HTTP_GET, "cors", bucket_get_nothing },
    { HTTP_GET, "object-lock", bucket_get_nothing },
    { HTTP_GET, "tagging", bucket_get_nothing },
    { HTTP_GET, "uploads", listing_get_uploads },
    { HTTP_POST, "delete", bucket_delete_objects },
    { HTTP_GET, NULL, listing_get },
    { HTTP_HEAD, NULL, bucket_head },
    { HTTP_DELETE, NULL, bucket_delete },
    { HTTP_POST, NULL, post_form },
};

/* Parameters that mean another call than the plain one: answering them as that would be a lie. */
static const char *const other_calls[] = { "uploads",
                                           "uploadId",
                                           "acl",
                                           "tagging",
                                           "lifecycle",
                                           "cors",
                                           "policy",
                                           "versioning",
                                           "object-lock",
                                           "encryption",
                                           "website",
                                           "logging",
                                           "notification",
                                           "replication",
                                           "select",
                                           "restore",
                                           "append",
                                           "symlink",
                                           "live",
                                           "torrent",
                                           "retention",
                                           "legal-hold",
                                           "attributes",
                                           "accelerate",
                                           "requestPayment",
                                           "ownershipControls",
                                           "publicAccessBlock",
                                           "delete",
                                           "versions",
                                           "location",
                                           "bucketInfo",
                                           "stat",
                                           "referer",
                                           "inventory",
                                           "worm",
                                           "asyncFetch",
                                           "x-oss-process",
                                           "policyStatus",
                                           "analytics",
                                           "metrics",
                                           "intelligent-tiering" };

static bool names_another_call(const struct exchange *exchange)
{
    for (size_t i = 0; i < sizeof other_calls / sizeof other_calls[0]; i++)
        if (request_has_parameter(&exchange->request, other_calls[i]))
            return true;
    return false;
}

static void run_route(struct exchange *exchange, const struct route *routes, size_t count)
{
    bool method_is_known = false;

    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];

        method_is_known = method_is_known || route->method == exchange->request.method;
        if (route->method != exchange->request.method)
            continue;
        if (route->parameter != NULL ? !request_has_parameter(&exchange->request, route->parameter)
                                     : names_another_call(exchange))
            continue;
        route->run(exchange);
        return;
    }
    /* A client takes 405 for an object that may not be changed: mc says that it exists already. */
    if (method_is_known || names_another_call(exchange))
        refuse(exchange, RULE_NOT_IMPLEMENTED, exchange->request.query);
    else
        refuse_method(exchange);
}

static void route_without_bucket(struct exchange *exchange)
{
    if (exchange->request.method == HTTP_GET)
        bucket_list_all(exchange);
    else
        refuse_method(exchange);
}

static void refuse_no_bucket(struct exchange *exchange)
{
    refuse_with(exchange, RULE_NO_BUCKET, exchange->bucket_name,
                (struct refusal_extra[]){ { "BucketName", exchange->bucket_name } },
                exchange->dialect == DIALECT_MINIO ? 0 : 1);
}

static void route(struct exchange *exchange)
{
    if (exchange->request.method == HTTP_OPTIONS) {
        cors_answer_preflight(exchange);
    } else if (!exchange->has_path_bucket) {
        route_without_bucket(exchange);
    } else if (exchange->request.method == HTTP_PUT && exchange->key.len == 0 && !names_another_call(exchange)) {
        bucket_put(exchange);
    } else if (exchange->bucket == NULL) {
        refuse_no_bucket(exchange);
    } else if (exchange->key.len > 0) {
        run_route(exchange, object_routes, sizeof object_routes / sizeof object_routes[0]);
    } else {
        run_route(exchange, bucket_routes, sizeof bucket_routes / sizeof bucket_routes[0]);
    }
}

static bool check_expectation(struct exchange *exchange)
{
    struct slice expect = request_header(&exchange->request, "expect");

    if (expect.ptr == NULL || slice_equal_ignoring_case(expect, SLICE("100-continue")))
        return true;
    refuse(exchange, RULE_EXPECTATION, expect);
    return false;
}

/* A form that no bucket's rules were asked about, because it went to none of them: whoever misses it looks into the ledger. */
static void write_down_astray(struct exchange *exchange)
{
    struct slice type = request_header(&exchange->request, "content-type");
    struct ledger_entry entry = { .verdict = "refused" };

    if (exchange->request.method == HTTP_POST && slice_starts_with_ignoring_case(type, SLICE("multipart/form-data")))
        ledger_write(exchange, &entry);
}

static void find_handler(struct exchange *exchange)
{
    const char *wrong = request_read_query(&exchange->request, &exchange->arena);

    exchange->dialect = guess_dialect(exchange);
    if (wrong != NULL) {
        refuse(exchange, RULE_REQUEST_SYNTAX, slice_of(wrong));
        return;
    }
    if (!find_names(exchange))
        return;
    exchange->bucket = bucket_find(exchange->setup, exchange->bucket_name);
    if (exchange->bucket != NULL) {
        exchange->dialect = exchange->bucket->dialect;
        exchange->bucket->users++;
    }
    if (check_expectation(exchange))
        route(exchange);
    if (!exchange_is_answered(exchange) && exchange->handler == NULL)
        refuse(exchange, RULE_STORAGE, nothing);
}

void exchange_route(struct exchange *exchange)
{
    find_handler(exchange);
    if (exchange->handler == NULL)
        write_down_astray(exchange);
}

void exchange_body(struct exchange *exchange, const uint8_t *data, size_t len)
{
    exchange->received += len;
    if (!exchange_is_answered(exchange) && exchange->handler != NULL && exchange->handler->body != NULL)
        exchange->handler->body(exchange, data, len);
}

void exchange_end(struct exchange *exchange)
{
    if (exchange->handler != NULL && exchange->handler->end != NULL)
        exchange->handler->end(exchange);
    if (!exchange_is_answered(exchange))
        refuse(exchange, RULE_STORAGE, nothing);
}

void exchange_abort(struct exchange *exchange)
{
    if (exchange->handler != NULL && exchange->handler->abort != NULL)
        exchange->handler->abort(exchange);
}

void exchange_clear(struct exchange *exchange)
{
    if (exchange->handler != NULL && exchange->handler->clear != NULL)
        exchange->handler->clear(exchange);
    exchange->handler = NULL;
    if (exchange->bucket != NULL)
        exchange->bucket->users--;
    exchange->bucket = NULL;
    if (exchange->answer.file >= 0)
        close(exchange->answer.file);
    exchange->answer.file = -1;
    buf_clear(&exchange->answer.headers);
    buf_clear(&exchange->answer.body);
    arena_clear(&exchange->arena);
}
