/* PUT of an object by a signed request: clients and test suites fill buckets with it. */
#include <stdlib.h>

#include "sandbox/answer.h"
#include "base/base64.h"
#include "base/text.h"
#include "sandbox/chunks.h"
#include "sandbox/content_checks.h"
#include "sandbox/ledger.h"
#include "sandbox/object.h"
#include "sandbox/request_auth.h"

static const struct slice nothing = { "", 0 };

#define DECODED_LENGTH "x-amz-decoded-content-length"

struct put {
    struct payload_claim claim;
    struct upload upload;
    struct object *object;
    struct checksum sha256;
    bool has_sha256;
    struct content_checks checks;
    bool is_chunked; /* aws-chunked */
    struct chunks chunks;
    bool written_down;
};

static void write_down(struct exchange *exchange, const char *verdict, bool stored)
{
    struct put *put = exchange->state;
    struct ledger_entry entry = { exchange->key, put->upload.bytes, stored && !put->upload.discard ? put->upload.bytes : 0,
                                  stored ? put->object : NULL, verdict };

    if (!put->written_down)
        ledger_write(exchange, &entry);
    put->written_down = true;
}

static void stop(struct exchange *exchange, enum rule rule, struct slice detail)
{
    struct put *put = exchange->state;

    refuse(exchange, rule, detail);
    upload_abandon(&put->upload);
    write_down(exchange, "refused", false);
}

static enum rule take_content(void *context, const uint8_t *data, size_t len)
{
    struct exchange *exchange = context;
    struct put *put = exchange->state;

    if (put->upload.bytes + len > exchange->setup->max_object_bytes)
        return RULE_SIZE_LARGE;
    if (put->has_sha256)
        checksum_update(&put->sha256, data, len);
    content_checks_update(&put->checks, data, len);
    return upload_write(&put->upload, data, len) ? RULE_NONE : RULE_STORAGE;
}

static void put_body(struct exchange *exchange, const uint8_t *data, size_t len)
{
    struct put *put = exchange->state;
    enum rule rule =
        put->is_chunked ? chunks_take(&put->chunks, data, len, take_content, exchange) : take_content(exchange, data, len);

    if (rule != RULE_NONE)
        stop(exchange, rule, SLICE("the chunks are malformed"));
}

static bool content_is_as_signed(struct put *put)
{
    uint8_t digest[DIGEST_MAX_BYTES];
    char hex[2 * DIGEST_SHA256_BYTES + 1];

    if (!put->has_sha256)
        return true;
    checksum_final(&put->sha256, digest);
    text_hex(digest, DIGEST_SHA256_BYTES, hex);
    hex[2 * DIGEST_SHA256_BYTES] = '\0';
    return slice_equal(put->claim.sha256, slice_of(hex));
}

/* aws-chunked tells the content's length in a header of its own; then the request may be chunked as well. */
static bool has_decoded_length(const struct exchange *exchange)
{
    const struct put *put = exchange->state;
    struct slice text = request_header(&exchange->request, DECODED_LENGTH);
    uint64_t length;

    return text.ptr == NULL || (text_to_u64(text, &length) && length == put->upload.bytes);
}

static void put_end(struct exchange *exchange)
{
    struct put *put = exchange->state;
    struct slice name = nothing;
    enum rule rule;

    if ((put->is_chunked && !chunks_are_complete(&put->chunks)) || !has_decoded_length(exchange)) {
        stop(exchange, RULE_INCOMPLETE_BODY, nothing);
    } else if (!content_is_as_signed(put)) {
        stop(exchange, RULE_CONTENT_SHA256, nothing);
    } else if ((rule = content_checks_compare(&put->checks, &name)) != RULE_NONE) {
        stop(exchange, rule, name);
    } else if (!upload_commit(&put->upload, exchange->setup, put->object)) {
        stop(exchange, RULE_STORAGE, nothing);
    } else {
        answer_start(exchange, 200);
        object_answer_digests(exchange, put->object);
        write_down(exchange, exchange->setup->discard ? "discarded" : "stored", true);
    }
}

static void put_abort(struct exchange *exchange)
{
    struct put *put = exchange->state;

    upload_abandon(&put->upload);
    exchange->rule = RULE_INCOMPLETE_BODY;
    write_down(exchange, "incomplete", false);
}

static void put_clear(struct exchange *exchange)
{
    struct put *put = exchange->state;

    upload_abandon(&put->upload);
    checksum_clear(&put->sha256);
    content_checks_clear(&put->checks);
    if (put->is_chunked)
        chunks_clear(&put->chunks);
    free(put);
}

static const struct handler put_handler = { put_body, put_end, put_abort, put_clear };

static const char *const stored_headers[] = { "content-type", "cache-control",       "content-disposition", "content-language",
                                              "expires",      "x-amz-storage-class", "x-oss-storage-class" };

static bool is_stored(struct slice name)
{
    for (size_t i = 0; i < sizeof stored_headers / sizeof stored_headers[0]; i++)
        if (slice_equal_ignoring_case(name, slice_of(stored_headers[i])))
            return true;
    return slice_starts_with_ignoring_case(name, SLICE("x-amz-meta-")) ||
           slice_starts_with_ignoring_case(name, SLICE("x-oss-meta-"));
}

/* Headers have no control characters: the request's reader saw to that. Bytes that are no UTF-8 could not be kept as JSON. */
static bool describe(struct exchange *exchange, struct object *object)
{
    struct slice encoding = request_header(&exchange->request, "content-encoding");

    object->key = arena_copy(&exchange->arena, exchange->key);
    for (size_t i = 0; i < exchange->request.header_count; i++) {
        const struct header *header = &exchange->request.headers[i];
        char *name = is_stored(header->name) ? arena_copy(&exchange->arena, header->name) : NULL;

        if (name == NULL)
            continue;
        for (char *c = name; *c != '\0'; c++)
            *c = ascii_lower(*c);
        if (!utf8_valid(header->value) || !object_add_header(object, name, arena_copy(&exchange->arena, header->value)))
            return false;
    }
    if (encoding.len > 0 && slice_find(encoding, SLICE("aws-chunked")) == NULL)
        object_add_header(object, "content-encoding", arena_copy(&exchange->arena, encoding));
    if (request_header(&exchange->request, "content-type").ptr == NULL)
        object_add_header(object, "content-type", "binary/octet-stream");
    return object->key != NULL;
}

/* What x-amz-content-sha256 says about the body. */
static bool begin_payload(struct exchange *exchange, struct put *put)
{
    struct slice sha256 = put->claim.sha256;
    const struct slice streaming = SLICE("STREAMING-");
    bool is_signed = slice_starts_with(sha256, SLICE("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"));

    put->has_sha256 = sha256.len == 2 * DIGEST_SHA256_BYTES;
    if (put->has_sha256)
        return checksum_init(&put->sha256, CHECKSUM_SHA256);
    if (!slice_starts_with(sha256, streaming))
        return true;
    if (!is_signed && !slice_equal(sha256, SLICE("STREAMING-UNSIGNED-PAYLOAD-TRAILER"))) {
        refuse(exchange, RULE_NOT_IMPLEMENTED, sha256);
        return false;
    }
    put->is_chunked = true;
    return chunks_init(&put->chunks, &put->claim, is_signed, slice_ends_with(sha256, SLICE("-TRAILER")));
}

static enum rule add_check(struct exchange *exchange, struct put *put, const struct header *header)
{
    struct slice algorithm = content_checks_algorithm(header->name);
    enum checksum_kind kind =
        slice_equal_ignoring_case(header->name, SLICE("content-md5")) ? CHECKSUM_MD5 : checksum_kind_of(algorithm);
    char *name = arena_copy(&exchange->arena, header->name), *value = arena_copy(&exchange->arena, header->value);

    if (name == NULL || value == NULL)
        return RULE_STORAGE;
    for (char *c = name; *c != '\0'; c++)
        *c = ascii_lower(*c);
    if (kind == CHECKSUM_KINDS || (kind == CHECKSUM_MD5 && algorithm.ptr != NULL))
        return RULE_CHECKSUM_SYNTAX;
    if (kind != CHECKSUM_MD5 && kind != CHECKSUM_CRC64NVME && !object_add_header(put->object, name, value))
        return RULE_STORAGE;
    return content_checks_add(&put->checks, name, value, kind);
}

/* Content-MD5 everywhere, x-amz-checksum-NAME but on OSS. */
static bool begin_checks(struct exchange *exchange, struct put *put)
{
    for (size_t i = 0; i < exchange->request.header_count; i++) {
        const struct header *header = &exchange->request.headers[i];
        bool is_checksum = exchange->dialect != DIALECT_OSS && content_checks_algorithm(header->name).ptr != NULL;
        enum rule rule = RULE_NONE;

        if (is_checksum || slice_equal_ignoring_case(header->name, SLICE("content-md5")))
            rule = add_check(exchange, put, header);
        if (rule == RULE_NONE)
            continue;
        stop(exchange, rule, header->name);
        return false;
    }
    return true;
}

/* OSS takes content of a length that nobody knows yet; S3 wants one told. */
static bool put_is_possible(struct exchange *exchange)
{
    /* Storing the object without what these ask for would be a lie. */
    static const char *const unknown[] = { "x-amz-copy-source", "x-oss-copy-source", "x-amz-tagging",         "x-oss-tagging",
                                           "if-match",          "if-none-match",     "x-oss-forbid-overwrite" };

    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        if (request_header(&exchange->request, unknown[i]).ptr != NULL) {
            refuse(exchange, RULE_NOT_IMPLEMENTED, slice_of(unknown[i]));
            return false;
        }
    }
    if (!exchange->request.has_length && request_header(&exchange->request, DECODED_LENGTH).ptr == NULL &&
        !(exchange->dialect == DIALECT_OSS && exchange->request.chunked))
        refuse(exchange, RULE_LENGTH, nothing);
    else if (exchange->key.len > 1024)
        refuse(exchange, RULE_KEY_LENGTH, exchange->key);
    return !exchange_is_answered(exchange);
}

void object_put(struct exchange *exchange)
{
    struct put *put;

    if (!put_is_possible(exchange) || (put = calloc(1, sizeof *put)) == NULL)
        return;
    exchange->handler = &put_handler;
    exchange->state = put;
    put->object = arena_alloc(&exchange->arena, sizeof *put->object);
    if (!request_auth_check_claim(exchange, REQUEST_WRITES, &put->claim)) {
        write_down(exchange, "refused", false);
        return;
    }
    if (!begin_payload(exchange, put))
        return;
    if (put->object != NULL && !begin_checks(exchange, put))
        return;
    if (put->object == NULL || !describe(exchange, put->object) ||
        !upload_open(&put->upload, exchange->setup, exchange->bucket))
        stop(exchange, RULE_STORAGE, nothing);
}
