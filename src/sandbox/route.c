#include "sandbox/route.h"

#include "base/text.h"
#include "sandbox/bucket.h"
#include "sandbox/bucket_call.h"
#include "sandbox/cors.h"
#include "sandbox/ledger.h"
#include "sandbox/listing.h"
#include "sandbox/object_call.h"
#include "sandbox/object_put.h"
#include "sandbox/post.h"
#include "sandbox/refuse.h"

static const struct slice nothing = { "", 0 };

/* "bucket.localhost", or a known bucket in front of whatever name leads here; an address is not a virtual host. */
static struct slice bucket_of_host(const struct call *call, struct slice host)
{
    const struct slice localhost = SLICE(".localhost");
    struct slice best = nothing;

    if (slice_ends_with(host, localhost))
        return (struct slice){ host.ptr, host.len - localhost.len };
    for (const struct bucket *bucket = call->setup->buckets; bucket != NULL; bucket = bucket->next) {
        struct slice name = slice_of(bucket->name);

        if (name.len > best.len && slice_starts_with(host, name) && host.len > name.len && host.ptr[name.len] == '.')
            best = (struct slice){ host.ptr, name.len };
    }
    return best;
}

static struct slice host_name(struct call *call)
{
    struct slice host = request_header(&call->request, "host");
    char *copy = host.ptr != NULL ? arena_copy(&call->arena, host) : NULL;
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
static bool find_names(struct call *call)
{
    struct slice path = request_decode(call->request.path, false, &call->arena);
    struct slice from_host = bucket_of_host(call, host_name(call));
    const char *slash;

    if (path.ptr == NULL || !utf8_valid(path)) {
        refuse(call, REFUSAL_REQUEST_SYNTAX, SLICE("the path is not percent-encoded UTF-8"));
        return false;
    }
    path = (struct slice){ path.ptr + 1, path.len - 1 };
    call->virtual_host = from_host.len > 0;
    if (call->virtual_host) {
        call->bucket_name = from_host;
        call->key = path;
    } else {
        slash = memchr(path.ptr, '/', path.len);
        call->bucket_name = (struct slice){ path.ptr, slash != NULL ? (size_t)(slash - path.ptr) : path.len };
        if (slash != NULL)
            call->key = (struct slice){ slash + 1, path.len - call->bucket_name.len - 1 };
    }
    call->has_path_bucket = call->bucket_name.len > 0;
    return true;
}

static void refuse_method(struct call *call)
{
    refuse_with(call, REFUSAL_METHOD, nothing,
                (struct refusal_extra[]){ { "Method", slice_of(call->request.method_name) },
                                          { "ResourceType", call->key.len > 0 ? SLICE("OBJECT") : SLICE("BUCKET") } },
                2);
}

typedef void route_fn(struct call *call);

/* A route: the query parameter that selects it, NULL for the plain one. */
struct route {
    enum request_method method;
    const char *parameter;
    route_fn *run;
};

static const struct route object_routes[] = {
    { METHOD_GET, "tagging", object_call_get_tagging },
    { METHOD_GET, "acl", bucket_call_get_acl },
    { METHOD_GET, NULL, object_call_get },
    { METHOD_HEAD, NULL, object_call_get },
    { METHOD_DELETE, NULL, object_call_delete },
    { METHOD_PUT, NULL, object_put_begin },
};

static const struct route bucket_routes[] = {
    { METHOD_GET, "location", bucket_call_get_location },
    { METHOD_GET, "acl", bucket_call_get_acl },
    { METHOD_PUT, "acl", bucket_call_put_acl },
    { METHOD_GET, "versioning", bucket_call_get_versioning },
    { METHOD_GET, "versions", listing_get_versions },
    { METHOD_GET, "policy", bucket_call_get_nothing },
    { METHOD_GET, "cors", bucket_call_get_nothing },
    { METHOD_GET, "object-lock", bucket_call_get_nothing },
    { METHOD_GET, "tagging", bucket_call_get_nothing },
    { METHOD_GET, "uploads", listing_get_uploads },
    { METHOD_POST, "delete", bucket_call_delete_objects },
    { METHOD_GET, NULL, listing_get },
    { METHOD_HEAD, NULL, bucket_call_head },
    { METHOD_DELETE, NULL, bucket_call_delete },
    { METHOD_POST, NULL, post_begin },
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
                                           "policyStatus",
                                           "analytics",
                                           "metrics",
                                           "intelligent-tiering" };

static bool names_another_call(const struct call *call)
{
    for (size_t i = 0; i < sizeof other_calls / sizeof other_calls[0]; i++)
        if (request_has_parameter(&call->request, other_calls[i]))
            return true;
    return call->dialect->processing_parameter != NULL &&
           request_has_parameter(&call->request, call->dialect->processing_parameter);
}

static void run_route(struct call *call, const struct route *routes, size_t count)
{
    bool method_is_known = false;

    for (size_t i = 0; i < count; i++) {
        const struct route *route = &routes[i];

        method_is_known = method_is_known || route->method == call->request.method;
        if (route->method != call->request.method)
            continue;
        if (route->parameter != NULL ? !request_has_parameter(&call->request, route->parameter) : names_another_call(call))
            continue;
        route->run(call);
        return;
    }
    /* A client takes 405 for an object that may not be changed: mc says that it exists already. */
    if (method_is_known || names_another_call(call))
        refuse(call, REFUSAL_NOT_IMPLEMENTED, call->request.query);
    else
        refuse_method(call);
}

static void route_without_bucket(struct call *call)
{
    if (call->request.method == METHOD_GET)
        bucket_call_list_all(call);
    else
        refuse_method(call);
}

static void refuse_no_bucket(struct call *call)
{
    /* Where every error has the bucket's name, it does not stand there twice. */
    refuse_naming(call, REFUSAL_NO_BUCKET, call->bucket_name, call->dialect->errors.name_resource ? NULL : "BucketName",
                  call->bucket_name);
}

static void run(struct call *call)
{
    if (call->request.method == METHOD_OPTIONS) {
        cors_answer_preflight(call);
    } else if (!call->has_path_bucket) {
        route_without_bucket(call);
    } else if (call->request.method == METHOD_PUT && call->key.len == 0 && !names_another_call(call)) {
        bucket_call_put(call);
    } else if (call->bucket == NULL) {
        refuse_no_bucket(call);
    } else if (call->key.len > 0) {
        run_route(call, object_routes, sizeof object_routes / sizeof object_routes[0]);
    } else {
        run_route(call, bucket_routes, sizeof bucket_routes / sizeof bucket_routes[0]);
    }
}

static bool check_expectation(struct call *call)
{
    struct slice expect = request_header(&call->request, "expect");

    if (expect.ptr == NULL || slice_equal_ignoring_case(expect, SLICE("100-continue")))
        return true;
    refuse(call, REFUSAL_EXPECTATION, expect);
    return false;
}

/* A form that went to no bucket, so that no bucket's rules were asked: people who miss it look into the ledger. */
static void write_down_lost_form(struct call *call)
{
    struct slice type = request_header(&call->request, "content-type");
    struct ledger_entry entry = { .verdict = "refused" };

    if (call->request.method == METHOD_POST && slice_starts_with_ignoring_case(type, SLICE("multipart/form-data")))
        ledger_write(call, &entry);
}

/* Two values of what a signature is made from: two readers may see two requests. */
static bool check_signing_headers(struct call *call)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
        for (const struct scheme *const *scheme = dialect->schemes; *scheme != NULL; scheme++)
            if (request_repeats(&call->request, (*scheme)->headers.date) ||
                request_repeats(&call->request, (*scheme)->headers.token) ||
                request_repeats(&call->request, (*scheme)->headers.sha256))
                return refuse(call, REFUSAL_REQUEST_SYNTAX, SLICE(REQUEST_REPEATED_HEADER));
    return true;
}

static void find_handler(struct call *call)
{
    const char *wrong = request_read_query(&call->request, &call->arena);

    call->dialect = dialect_of_request(&call->request);
    if (wrong != NULL) {
        refuse(call, REFUSAL_REQUEST_SYNTAX, slice_of(wrong));
        return;
    }
    if (!check_signing_headers(call) || !find_names(call))
        return;
    call->bucket = bucket_find(call->setup, call->bucket_name);
    if (call->bucket != NULL) {
        call->dialect = call->bucket->dialect;
        call->bucket->users++;
    }
    if (check_expectation(call))
        run(call);
    if (!call_is_answered(call) && call->handler == NULL)
        refuse(call, REFUSAL_STORAGE, nothing);
}

void route_call(struct call *call)
{
    find_handler(call);
    if (call->handler == NULL)
        write_down_lost_form(call);
}
