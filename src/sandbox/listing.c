#include "sandbox/listing.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/text.h"
#include "base/url.h"
#include "sandbox/answer.h"
#include "sandbox/refuse.h"
#include "sandbox/request_auth.h"
#include "sandbox/store.h"
#include "sandbox/xml.h"

enum { KEYS_MAX = 1000 };

enum listing_kind { LISTING_V1, LISTING_V2, LISTING_VERSIONS };

struct listing {
    struct call *call;
    enum listing_kind kind;
    struct slice prefix;
    struct slice delimiter;
    struct slice after; /* only what comes behind it */
    uint64_t max;
    bool url_encoded;
    uint64_t count;
    bool truncated;
    struct slice last;        /* key or common prefix that was listed last */
    struct slice last_prefix; /* common prefix, to list it once */
    struct buf prefixes;
};

static const struct slice nothing = { "", 0 };

static void add_name(struct listing *listing, struct buf *xml, const char *element, struct slice name)
{
    struct buf encoded;

    if (!listing->url_encoded) {
        xml_add_element(xml, element, name);
        return;
    }
    buf_init(&encoded, NULL, 8192);
    url_add_encoded(&encoded, name, "/");
    xml_add_element(xml, element, buf_slice(&encoded));
    buf_clear(&encoded);
}

/* Version 2 only names it when asked; clients of the others read it without looking (ali-oss). */
static bool names_owner(const struct listing *listing)
{
    return listing->kind != LISTING_V2 || slice_equal(request_parameter(&listing->call->request, "fetch-owner"), SLICE("true"));
}

static void add_object(struct listing *listing, struct buf *xml, const char *key)
{
    struct call *call = listing->call;
    bool versions = listing->kind == LISTING_VERSIONS;
    struct object *object = calloc(1, sizeof *object);
    char date[CALENDAR_EXTENDED_BYTES];
    struct arena arena;
    int file;

    arena_init(&arena, NULL, 4096);
    if (object != NULL && store_open(call->bucket, slice_of(key), &arena, object, &file)) {
        close(file);
        calendar_extended(object->modified_unix_s, date);
        buf_add_text(xml, versions ? "<Version>" : "<Contents>");
        add_name(listing, xml, "Key", slice_of(key));
        if (versions)
            buf_add_text(xml, "<VersionId>null</VersionId><IsLatest>true</IsLatest>");
        xml_add_element(xml, "LastModified", slice_of(date));
        buf_printf(xml, "<ETag>&quot;%s&quot;</ETag><Size>", object->etag);
        buf_add_u64(xml, object->bytes);
        buf_add_text(xml, "</Size><StorageClass>STANDARD</StorageClass>");
        if (names_owner(listing))
            buf_add_text(xml, "<Owner><ID>postage</ID><DisplayName>postage</DisplayName></Owner>");
        buf_add_text(xml, versions ? "</Version>" : "</Contents>");
    }
    arena_clear(&arena);
    free(object);
}

/* The key up to and with the first delimiter behind the prefix; NULL `ptr`: there is none. */
static struct slice common_prefix(const struct listing *listing, struct slice key)
{
    struct slice rest = { key.ptr + listing->prefix.len, key.len - listing->prefix.len };
    const char *at = listing->delimiter.len > 0 ? slice_find(rest, listing->delimiter) : NULL;

    if (at == NULL)
        return (struct slice){ NULL, 0 };
    return (struct slice){ key.ptr, (size_t)(at - key.ptr) + listing->delimiter.len };
}

static bool is_after(struct slice key, struct slice after)
{
    size_t common = key.len < after.len ? key.len : after.len;
    int order = memcmp(key.ptr, after.ptr, common);

    return order > 0 || (order == 0 && key.len > after.len);
}

/* False: the page is full. */
static bool list_key(struct listing *listing, struct buf *xml, const char *text)
{
    struct slice key = slice_of(text), prefix;

    if (!slice_starts_with(key, listing->prefix))
        return true;
    prefix = common_prefix(listing, key);
    if (prefix.ptr != NULL && (slice_equal(prefix, listing->last_prefix) || !is_after(prefix, listing->after)))
        return true;
    if (prefix.ptr == NULL && !is_after(key, listing->after))
        return true;
    if (listing->count == listing->max) {
        listing->truncated = true;
        return false;
    }
    listing->count++;
    listing->last = prefix.ptr != NULL ? prefix : key;
    if (prefix.ptr == NULL) {
        add_object(listing, xml, text);
        return true;
    }
    listing->last_prefix = prefix;
    buf_add_text(&listing->prefixes, "<CommonPrefixes>");
    add_name(listing, &listing->prefixes, "Prefix", prefix);
    buf_add_text(&listing->prefixes, "</CommonPrefixes>");
    return true;
}

static const char *const roots[] = {
    [LISTING_V1] = "ListBucketResult", [LISTING_V2] = "ListBucketResult", [LISTING_VERSIONS] = "ListVersionsResult"
};

static void add_continuation(struct listing *listing, struct buf *xml)
{
    static const char *const next[] = {
        [LISTING_V1] = "NextMarker", [LISTING_V2] = "NextContinuationToken", [LISTING_VERSIONS] = "NextKeyMarker"
    };

    buf_printf(xml, "<IsTruncated>%s</IsTruncated>", listing->truncated ? "true" : "false");
    if (listing->kind == LISTING_V2) {
        buf_add_text(xml, "<KeyCount>");
        buf_add_u64(xml, listing->count);
        buf_add_text(xml, "</KeyCount>");
    }
    if (!listing->truncated)
        return;
    /* A token is handed back as it is, so it is never encoded by the encoding type. */
    if (listing->kind == LISTING_V2)
        xml_add_element(xml, next[listing->kind], listing->last);
    else
        add_name(listing, xml, next[listing->kind], listing->last);
}

static void answer_listing(struct listing *listing, char **keys, size_t count)
{
    struct call *call = listing->call;
    struct buf *xml;

    answer_start(call, 200);
    xml = answer_xml_root(call, roots[listing->kind]);
    xml_add_element(xml, "Name", slice_of(call->bucket->name));
    add_name(listing, xml, "Prefix", listing->prefix);
    if (listing->delimiter.len > 0)
        add_name(listing, xml, "Delimiter", listing->delimiter);
    buf_add_text(xml, "<MaxKeys>");
    buf_add_u64(xml, listing->max);
    buf_add_text(xml, listing->url_encoded ? "</MaxKeys><EncodingType>url</EncodingType>" : "</MaxKeys>");
    for (size_t i = 0; i < count && list_key(listing, xml, keys[i]); i++)
        continue;
    buf_add_slice(xml, buf_slice(&listing->prefixes));
    add_continuation(listing, xml);
    buf_printf(xml, "</%s>", roots[listing->kind]);
}

static struct slice parameter(const struct call *call, const char *name)
{
    struct slice value = request_parameter(&call->request, name);

    return value.ptr != NULL ? value : nothing;
}

static bool read_parameters(struct listing *listing)
{
    struct call *call = listing->call;
    struct slice max = parameter(call, "max-keys");

    listing->prefix = parameter(call, "prefix");
    listing->delimiter = parameter(call, "delimiter");
    listing->url_encoded = slice_equal(parameter(call, "encoding-type"), SLICE("url"));
    listing->after = parameter(call, listing->kind == LISTING_VERSIONS ? "key-marker" : "marker");
    if (listing->kind == LISTING_V2) {
        listing->after = parameter(call, "continuation-token");
        if (listing->after.len == 0)
            listing->after = parameter(call, "start-after");
    }
    listing->max = KEYS_MAX;
    if (max.len > 0 && !text_to_u64(max, &listing->max)) {
        refuse(call, REFUSAL_REQUEST_SYNTAX, SLICE("max-keys is not a number"));
        return false;
    }
    if (listing->max > KEYS_MAX)
        listing->max = KEYS_MAX;
    return true;
}

static void list(struct call *call, enum listing_kind kind)
{
    struct listing listing = { .call = call, .kind = kind, .last = nothing, .last_prefix = nothing };
    char **keys;
    size_t count;

    if (!request_auth_check(call, REQUEST_READS) || !read_parameters(&listing))
        return;
    if (!store_keys(call->bucket, &keys, &count)) {
        refuse(call, REFUSAL_STORAGE, nothing);
        return;
    }
    buf_init(&listing.prefixes, NULL, 8 << 20);
    answer_listing(&listing, keys, count);
    buf_clear(&listing.prefixes);
    store_free_keys(keys, count);
}

void listing_get(struct call *call)
{
    list(call, slice_equal(parameter(call, "list-type"), SLICE("2")) ? LISTING_V2 : LISTING_V1);
}

void listing_get_versions(struct call *call)
{
    list(call, LISTING_VERSIONS);
}

void listing_get_uploads(struct call *call)
{
    struct buf *xml;

    if (!request_auth_check(call, REQUEST_READS))
        return;
    answer_start(call, 200);
    xml = answer_xml_root(call, "ListMultipartUploadsResult");
    xml_add_element(xml, "Bucket", slice_of(call->bucket->name));
    buf_add_text(xml, "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
}
