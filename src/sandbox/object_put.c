#include "sandbox/object_put.h"

#include <stdlib.h>

#include "base/text.h"
#include "sandbox/answer.h"
#include "sandbox/chunks.h"
#include "sandbox/content_checks.h"
#include "sandbox/file_name.h"
#include "sandbox/ledger.h"
#include "sandbox/object_call.h"
#include "sandbox/refuse.h"
#include "sandbox/request_auth.h"
#include "sandbox/store.h"

static const struct slice nothing = { "", 0 };

struct put {
    struct payload_claim claim;
    struct store_write write;
    struct object *object;
    struct checksum sha256;
    bool has_sha256;
    struct content_checks checks;
    bool is_chunked; /* in the way of the scheme */
    struct chunks chunks;
    bool written_down;
};

static void write_down(struct call *call, const char *verdict, bool stored)
{
    struct put *put = call->state;
    struct ledger_entry entry = { call->key, put->write.bytes, stored && !put->write.discard ? put->write.bytes : 0,
                                  stored ? put->object : NULL, verdict };

    if (!put->written_down)
        ledger_write(call, &entry);
    put->written_down = true;
}

static void stop(struct call *call, enum refusal refusal, struct slice detail)
{
    struct put *put = call->state;

    refuse(call, refusal, detail);
    store_write_abandon(&put->write);
    write_down(call, "refused", false);
}

static enum refusal take_content(void *context, const uint8_t *data, size_t len)
{
    struct call *call = context;
    struct put *put = call->state;

    if (put->write.bytes + len > call->setup->max_object_bytes)
        return REFUSAL_SIZE_LARGE;
    if (put->has_sha256)
        checksum_update(&put->sha256, data, len);
    content_checks_update(&put->checks, data, len);
    return store_write_add(&put->write, data, len) ? REFUSAL_NONE : REFUSAL_STORAGE;
}

static void put_body(struct call *call, const uint8_t *data, size_t len)
{
    struct put *put = call->state;
    enum refusal refusal =
        put->is_chunked ? chunks_decode(&put->chunks, data, len, take_content, call) : take_content(call, data, len);

    if (refusal != REFUSAL_NONE)
        stop(call, refusal, SLICE("the chunks are malformed"));
}

static bool content_is_as_signed(struct put *put)
{
    uint8_t digest[HASH_MAX_BYTES];
    char hex[2 * HASH_SHA256_BYTES + 1];

    if (!put->has_sha256)
        return true;
    checksum_final(&put->sha256, digest);
    text_hex(digest, HASH_SHA256_BYTES, hex);
    hex[2 * HASH_SHA256_BYTES] = '\0';
    return slice_equal(put->claim.sha256, slice_of(hex));
}

/* A body in chunks tells the content's length in a header of its own; then the request may be chunked as well. */
static bool has_decoded_length(const struct call *call)
{
    const struct put *put = call->state;
    const struct scheme *scheme = put->claim.scheme;
    struct slice text = { NULL, 0 };
    uint64_t length;

    if (scheme != NULL && scheme->chunks.decoded_length != NULL)
        text = request_header(&call->request, scheme->chunks.decoded_length);
    return text.ptr == NULL || (text_to_u64(text, &length) && length == put->write.bytes);
}

static void put_end(struct call *call)
{
    struct put *put = call->state;
    struct slice name = nothing;
    enum refusal refusal;

    if ((put->is_chunked && !chunks_are_complete(&put->chunks)) || !has_decoded_length(call)) {
        stop(call, REFUSAL_INCOMPLETE_BODY, nothing);
    } else if (!content_is_as_signed(put)) {
        stop(call, REFUSAL_CONTENT_SHA256, nothing);
    } else if ((refusal = content_checks_compare(&put->checks, &name)) != REFUSAL_NONE) {
        stop(call, refusal, name);
    } else if (!store_write_commit(&put->write, call->setup, put->object)) {
        stop(call, REFUSAL_STORAGE, nothing);
    } else {
        answer_start(call, 200);
        object_call_add_digests(call, put->object);
        write_down(call, call->setup->discard ? "discarded" : "stored", true);
    }
}

static void put_abort(struct call *call)
{
    struct put *put = call->state;

    store_write_abandon(&put->write);
    call->refusal = REFUSAL_INCOMPLETE_BODY;
    write_down(call, "incomplete", false);
}

static void put_clear(struct call *call)
{
    struct put *put = call->state;

    store_write_abandon(&put->write);
    checksum_clear(&put->sha256);
    content_checks_clear(&put->checks);
    if (put->is_chunked)
        chunks_clear(&put->chunks);
    free(put);
}

static const struct handler put_handler = { put_body, put_end, put_abort, put_clear };

/* Clients may sign in any store's way, so they may name things in any store's way. */
static bool is_stored(struct slice name)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++) {
        if (slice_starts_with_ignoring_case(name, slice_of(dialect->metadata_prefix)))
            return true;
        for (const char *const *stored = dialect->put_headers; *stored != NULL; stored++)
            if (slice_equal_ignoring_case(name, slice_of(*stored)))
                return true;
    }
    return false;
}

/* The first header, in the words of any store, that asks for what is not done here; NULL: none does. */
static const char *find_unsupported(const struct request *request)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
        for (const char *const *name = dialect->put_unsupported; *name != NULL; name++)
            if (request_header(request, *name).ptr != NULL)
                return *name;
    return NULL;
}

/* Headers have no control characters: the request's reader saw to that. Bytes that are not UTF-8 could not be kept as JSON. */
static bool describe(struct call *call, const struct scheme *scheme, struct object *object)
{
    const char *coding = scheme != NULL ? scheme->chunks.coding : NULL;
    struct slice encoding = request_header(&call->request, "content-encoding");

    object->key = arena_copy(&call->arena, call->key);
    for (size_t i = 0; i < call->request.header_count; i++) {
        const struct header *header = &call->request.headers[i];
        char *name = is_stored(header->name) ? arena_copy(&call->arena, header->name) : NULL;

        if (name == NULL)
            continue;
        for (char *c = name; *c != '\0'; c++)
            *c = ascii_lower(*c);
        if (!utf8_valid(header->value) || !object_add_header(object, name, arena_copy(&call->arena, header->value)))
            return false;
    }
    /* The coding of the body's chunks is not one of the content. */
    if (encoding.len > 0 && (coding == NULL || slice_find(encoding, slice_of(coding)) == NULL))
        object_add_header(object, "content-encoding", arena_copy(&call->arena, encoding));
    if (request_header(&call->request, "content-type").ptr == NULL)
        object_add_header(object, "content-type", "binary/octet-stream");
    return object->key != NULL;
}

/* What the signature says about the body: a digest, chunks ("STREAMING-..."), or nothing. */
static bool begin_payload(struct call *call, struct put *put)
{
    struct slice sha256 = put->claim.sha256;
    enum chunks_kind kind;

    put->has_sha256 = sha256.len == 2 * HASH_SHA256_BYTES;
    if (put->has_sha256)
        return checksum_init(&put->sha256, CHECKSUM_SHA256);
    if (!slice_starts_with(sha256, SLICE("STREAMING-")))
        return true;
    kind = chunks_kind_of(put->claim.scheme, sha256);
    if (kind == CHUNKS_UNKNOWN)
        return refuse(call, REFUSAL_NOT_IMPLEMENTED, sha256);
    put->is_chunked = true;
    return chunks_init(&put->chunks, &put->claim, kind);
}

static enum refusal add_check(struct call *call, struct put *put, const struct header *header)
{
    struct slice algorithm = content_checks_algorithm(call->dialect, header->name);
    enum checksum_kind kind =
        slice_equal_ignoring_case(header->name, SLICE("content-md5")) ? CHECKSUM_MD5 : checksum_kind_of(algorithm);
    char *name = arena_copy(&call->arena, header->name), *value = arena_copy(&call->arena, header->value);

    if (name == NULL || value == NULL)
        return REFUSAL_STORAGE;
    for (char *c = name; *c != '\0'; c++)
        *c = ascii_lower(*c);
    if (kind == CHECKSUM_KINDS || (kind == CHECKSUM_MD5 && algorithm.ptr != NULL))
        return REFUSAL_CHECKSUM_SYNTAX;
    if (kind != CHECKSUM_MD5 && !content_checks_is_answered(call->dialect, kind) &&
        !object_add_header(put->object, name, value))
        return REFUSAL_STORAGE;
    return content_checks_add(&put->checks, name, value, kind);
}

/* Content-MD5 everywhere, checksums where there are any. */
static bool begin_checks(struct call *call, struct put *put)
{
    for (size_t i = 0; i < call->request.header_count; i++) {
        const struct header *header = &call->request.headers[i];
        bool is_checksum = call->dialect->takes_checksums && content_checks_algorithm(call->dialect, header->name).ptr != NULL;
        enum refusal refusal = REFUSAL_NONE;

        if (is_checksum || slice_equal_ignoring_case(header->name, SLICE("content-md5")))
            refusal = add_check(call, put, header);
        if (refusal == REFUSAL_NONE)
            continue;
        stop(call, refusal, header->name);
        return false;
    }
    return true;
}

/* A body in chunks tells its length once it is decoded. */
static bool tells_length(const struct call *call)
{
    if (call->request.has_length)
        return true;
    for (const struct scheme *const *scheme = call->dialect->schemes; *scheme != NULL; scheme++) {
        const char *name = (*scheme)->chunks.decoded_length;

        if (name != NULL && request_header(&call->request, name).ptr != NULL)
            return true;
    }
    return call->dialect->put_may_lack_length && call->request.chunked;
}

static bool put_is_possible(struct call *call)
{
    const char *unsupported = find_unsupported(&call->request);

    if (unsupported != NULL)
        return refuse(call, REFUSAL_NOT_IMPLEMENTED, slice_of(unsupported));
    if (!tells_length(call))
        return refuse(call, REFUSAL_LENGTH, nothing);
    return call->key.len <= KEY_MAX_BYTES || refuse(call, REFUSAL_KEY_LENGTH, call->key);
}

void object_put_begin(struct call *call)
{
    struct put *put;

    if (!put_is_possible(call) || (put = calloc(1, sizeof *put)) == NULL)
        return;
    call->handler = &put_handler;
    call->state = put;
    put->object = arena_alloc(&call->arena, sizeof *put->object);
    if (!request_auth_check_claim(call, REQUEST_WRITES, &put->claim)) {
        write_down(call, "refused", false);
        return;
    }
    if (!begin_payload(call, put))
        return;
    if (put->object != NULL && !begin_checks(call, put))
        return;
    if (put->object == NULL || !describe(call, put->claim.scheme, put->object) ||
        !store_write_open(&put->write, call->setup, call->bucket))
        stop(call, REFUSAL_STORAGE, nothing);
}
