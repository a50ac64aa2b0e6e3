#include "policy/target.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/options.h"
#include "base/slice.h"
#include "base/text.h"
#include "base/url.h"
#include "policy/condition.h"
#include "registry/registry.h"

enum { TARGET_TEXT_BYTES = 256 }; /* bucket, key, region and URL of ordinary lengths */

static const char *store_without_forms(const struct postage_provider *provider, struct slice host)
{
    const struct store_without_forms *store = provider->stores_without_forms;

    if (slice_ends_with(host, SLICE("."))) /* the root, which resolvers ignore */
        host.len--;
    for (; store != NULL && store->host_suffix != NULL; store++) {
        struct slice suffix = slice_of(store->host_suffix);

        if (host.len > suffix.len &&
            slice_equal_ignoring_case((struct slice){ host.ptr + host.len - suffix.len, suffix.len }, suffix))
            return store->title;
    }
    return NULL;
}

/* `what` is "endpoint" or "public URL". */
static enum postage_status check_address(const struct postage_provider *provider, const char *what, const char *text,
                                         struct postage_error *err)
{
    size_t length = strlen(text);
    struct url url;
    const char *mistake = url_parse(&url, slice_of(text));
    const char *store;

    if (length >= URL_BYTES)
        return error_set(err, POSTAGE_ERR_LIMIT, "%s has %zu bytes; the limit is %d", what, length, URL_BYTES - 1);
    if (mistake == NULL && url.query.ptr != NULL)
        mistake = "must not have a query";
    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s " ERROR_QUOTE_FORMAT " %s", what, ERROR_QUOTE(text, length), mistake);
    store = store_without_forms(provider, url.host);
    if (store == NULL)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_UNSUPPORTED,
                     "%s has no form upload (POST Object): it answers 501; use a presigned PUT there", store);
}

static enum postage_status check_region(const struct postage_provider *provider, const char *region, struct postage_error *err)
{
    bool digits_only = true;

    if (region == NULL || region[0] == '\0')
        return error_set(err, POSTAGE_ERR_INVALID, "%s: a region is required, for example \"%s\"", provider->name,
                         provider->region_example);
    for (const char *c = region; *c != '\0'; c++)
        digits_only = digits_only && text_is_digit(*c);
    /* The region becomes part of a host name and of the signature's scope: nothing but a label may get in. */
    if (!url_is_label(slice_of(region)) || digits_only)
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: region " ERROR_QUOTE_FORMAT " is not 1 to 63 letters, digits and inner hyphens", provider->name,
                         ERROR_QUOTE(region, strlen(region)));
    return POSTAGE_OK;
}

static enum postage_status check_target_text(const char *what, struct slice text, struct postage_error *err)
{
    if (!utf8_valid(text))
        return error_set(err, POSTAGE_ERR_INVALID, "%s is not valid UTF-8", what);
    if (text_find_line_break(text) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID, "%s " ERROR_QUOTE_FORMAT " has a line break", what,
                         ERROR_QUOTE(text.ptr, text.len));
    return POSTAGE_OK;
}

/* What a target may look like: "one://bucket/key, two://bucket/key or three://bucket/key". */
static void list_forms_of_targets(char *text, size_t cap)
{
    const struct postage_provider *provider;
    size_t used = 0;

    for (size_t i = 0; (provider = registry_at(i)) != NULL && used < cap; i++)
        used += (size_t)snprintf(text + used, cap - used, "%s%s://bucket/key",
                                 i == 0                       ? ""
                                 : registry_at(i + 1) != NULL ? ", "
                                                              : " or ",
                                 provider->name);
}

/* Splits "scheme://bucket/key" and finds the provider. */
static enum postage_status parse_uri(struct postage_target *target, const char *uri, struct postage_error *err)
{
    const char *sep = strstr(uri, "://");
    const char *bucket, *slash;
    char scheme[16] = "", known[128] = "";

    if (sep != NULL && sep - uri < (ptrdiff_t)sizeof scheme)
        memcpy(scheme, uri, (size_t)(sep - uri));
    target->provider = postage_provider_find(scheme);
    list_forms_of_targets(known, sizeof known);
    if (sep == NULL || target->provider == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "target " ERROR_QUOTE_FORMAT " is not %s", ERROR_QUOTE(uri, strlen(uri)),
                         known);
    bucket = sep + 3;
    slash = strchr(bucket, '/');
    if (slash == NULL)
        slash = bucket + strlen(bucket);
    target->bucket = arena_copy(&target->arena, (struct slice){ bucket, (size_t)(slash - bucket) });
    slash += *slash == '/';
    target->key = arena_copy(&target->arena, slice_of(slash));
    return target->bucket != NULL && target->key != NULL ? POSTAGE_OK : error_plain(err, POSTAGE_ERR_NOMEM);
}

/* `text` may be NULL; then so is the copy. False: out of memory. */
static bool copy_text(const char **out, struct arena *arena, const char *text)
{
    *out = text != NULL ? arena_copy(arena, slice_of(text)) : NULL;
    return text == NULL || *out != NULL;
}

static enum postage_status choose_scheme(struct postage_target *target, const char *name, struct postage_error *err)
{
    const struct signature_scheme *const *scheme = target->provider->schemes;

    for (; name != NULL && *scheme != NULL && strcmp((*scheme)->name, name) != 0;)
        scheme++;
    if (*scheme == NULL)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "%s has no signature " ERROR_QUOTE_FORMAT, target->provider->name,
                         ERROR_QUOTE(name, strlen(name)));
    target->scheme = *scheme;
    return POSTAGE_OK;
}

static enum postage_status take_options(struct postage_target *target, const struct postage_target_options *options,
                                        struct postage_error *err)
{
    const char *region = options->region != NULL ? options->region : target->provider->default_region;
    enum postage_status status = check_region(target->provider, region, err);

    if (status == POSTAGE_OK)
        status = choose_scheme(target, options->signature, err);
    if (status == POSTAGE_OK && (unsigned)options->addressing > POSTAGE_ADDRESSING_CNAME)
        status =
            error_set(err, POSTAGE_ERR_INVALID, "addressing: %d is not one of enum postage_addressing", options->addressing);
    if (status == POSTAGE_OK && options->endpoint != NULL)
        status = check_address(target->provider, "endpoint", options->endpoint, err);
    if (status != POSTAGE_OK)
        return status;
    if (!copy_text(&target->region, &target->arena, region) || !copy_text(&target->endpoint, &target->arena, options->endpoint))
        return error_plain(err, POSTAGE_ERR_NOMEM);
    target->location = (struct location){
        .bucket = target->bucket,
        .region = target->region,
        .endpoint = target->endpoint,
        .addressing = options->addressing,
        .dualstack = options->dualstack,
        .fips = options->fips,
        .accelerate = options->accelerate,
        .internal = options->internal,
    };
    return POSTAGE_OK;
}

/* The signature does not cover the host, so a public URL simply takes the computed one's place; that one is checked anyway. */
static enum postage_status choose_url(struct postage_target *target, const char *public_url, struct postage_error *err)
{
    char url[URL_BYTES];
    enum postage_status status = target->provider->resolve(&target->location, url, err);

    if (status == POSTAGE_OK && public_url != NULL)
        status = check_address(target->provider, "public URL", public_url, err);
    if (status != POSTAGE_OK)
        return status;
    return copy_text(&target->url, &target->arena, public_url != NULL ? public_url : url) ? POSTAGE_OK
                                                                                          : error_plain(err, POSTAGE_ERR_NOMEM);
}

static enum postage_status write_bucket_condition(struct postage_target *target, struct postage_error *err)
{
    struct buf json;
    enum postage_status status;

    buf_init(&json, &target->arena.alloc, POLICY_JSON_MAX_BYTES);
    condition_write(&json, SLICE("bucket"), POSTAGE_RULE_EXACT, slice_of(target->bucket), NULL, 0);
    status = buf_move(&json, &target->arena, &target->bucket_condition);
    return status == POSTAGE_OK ? POSTAGE_OK : error_plain(err, status);
}

enum postage_status postage_target_new(struct postage_target **out, const char *uri,
                                       const struct postage_target_options *options, const struct postage_allocator *alloc,
                                       struct postage_error *err)
{
    struct postage_target_options chosen = POSTAGE_TARGET_OPTIONS_INIT;
    struct arena arena;
    struct postage_target *target;
    enum postage_status status;

    *out = NULL;
    if (uri == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the target's URI is NULL");
    target = arena_new(&arena, alloc, sizeof *target, TARGET_TEXT_BYTES);
    if (target == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    target->arena = arena;
    status = parse_uri(target, uri, err);
    if (status == POSTAGE_OK && options != NULL)
        status = OPTIONS_TAKE(&chosen, options, struct postage_target_options, public_url, err);
    if (status == POSTAGE_OK)
        status = check_target_text("bucket", slice_of(target->bucket), err);
    if (status == POSTAGE_OK)
        status = check_target_text("key", slice_of(target->key), err);
    if (status == POSTAGE_OK)
        status = take_options(target, &chosen, err);
    if (status == POSTAGE_OK)
        status = choose_url(target, chosen.public_url, err);
    if (status == POSTAGE_OK)
        status = write_bucket_condition(target, err);
    if (status != POSTAGE_OK) {
        postage_target_free(target);
        return status;
    }
    capability_index_build(&target->names, target->provider->capabilities);
    *out = target;
    return POSTAGE_OK;
}

void postage_target_free(struct postage_target *target)
{
    struct arena arena;

    if (target == NULL)
        return;
    arena = target->arena;
    arena_clear(&arena);
}

const struct postage_provider *postage_target_provider(const struct postage_target *target)
{
    return target->provider;
}

const char *postage_target_bucket(const struct postage_target *target)
{
    return target->bucket;
}

const char *postage_target_region(const struct postage_target *target)
{
    return target->region;
}

const char *postage_target_key(const struct postage_target *target)
{
    return target->key;
}

const char *postage_target_url(const struct postage_target *target)
{
    return target->url;
}
