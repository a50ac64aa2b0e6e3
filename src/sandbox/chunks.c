/* S3 API reference, "Signature calculations: transferring payload in multiple chunks", and the same with trailers. */
#include "sandbox/chunks.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

enum chunks_kind chunks_kind_of(const struct scheme *scheme, struct slice payload)
{
    char text[128];

    if (scheme == NULL || scheme->chunks.coding == NULL)
        return CHUNKS_UNKNOWN;
    if (slice_equal(payload, SLICE("STREAMING-UNSIGNED-PAYLOAD-TRAILER")))
        return CHUNKS_UNSIGNED;
    snprintf(text, sizeof text, "STREAMING-%s-PAYLOAD", scheme->chain.algorithm);
    if (!slice_starts_with(payload, slice_of(text)))
        return CHUNKS_UNKNOWN;
    return slice_ends_with(payload, SLICE("-TRAILER")) ? CHUNKS_SIGNED_WITH_TRAILER : CHUNKS_SIGNED;
}

bool chunks_init(struct chunks *chunks, const struct payload_claim *claim, enum chunks_kind kind)
{
    *chunks = (struct chunks){ .claim = claim, .is_signed = kind != CHUNKS_UNSIGNED, .has_trailer = kind != CHUNKS_SIGNED };
    memcpy(chunks->signature, claim->signature, sizeof chunks->signature);
    buf_init(&chunks->trailers, NULL, 8192);
    return checksum_init(&chunks->sha256, CHECKSUM_SHA256);
}

void chunks_clear(struct chunks *chunks)
{
    checksum_clear(&chunks->sha256);
    buf_clear(&chunks->trailers);
}

/* The signature of a chunk, or of the trailers, over the one before; becomes the one before. */
static bool check_signature(struct chunks *chunks, const char *kind, const char *middle, const char *hash, struct slice claimed)
{
    const struct payload_claim *claim = chunks->claim;
    char text[1024], signature[SCOPE_SIGNATURE_BYTES];

    snprintf(text, sizeof text, "%s-%s\n%.*s\n%.*s\n%s\n%s%s", claim->scheme->chain.algorithm, kind, (int)claim->date.len,
             claim->date.ptr, (int)claim->scope.text.len, claim->scope.text.ptr, chunks->signature, middle, hash);
    if (!scope_sign(&claim->scheme->chain, claim->key, &claim->scope, slice_of(text), signature) ||
        !hash_texts_equal(claimed, slice_of(signature)))
        return false;
    memcpy(chunks->signature, signature, sizeof signature);
    return true;
}

static enum refusal end_chunk(struct chunks *chunks)
{
    uint8_t digest[HASH_MAX_BYTES];
    char hex[2 * HASH_SHA256_BYTES + 1];

    if (!chunks->is_signed)
        return REFUSAL_NONE;
    checksum_final(&chunks->sha256, digest);
    checksum_clear(&chunks->sha256);
    if (!checksum_init(&chunks->sha256, CHECKSUM_SHA256))
        return REFUSAL_STORAGE;
    text_hex(digest, HASH_SHA256_BYTES, hex);
    hex[2 * HASH_SHA256_BYTES] = '\0';
    return check_signature(chunks, "PAYLOAD", EMPTY_SHA256 "\n", hex, slice_of(chunks->claimed)) ? REFUSAL_NONE
                                                                                                 : REFUSAL_SIGNATURE;
}

static bool read_length(const char *line, size_t len, uint64_t *length)
{
    *length = 0;
    for (size_t i = 0; i < len; i++) {
        char c = ascii_lower(line[i]);
        int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

        if (value < 0 || i >= 15)
            return false;
        *length = *length << 4 | (uint64_t)value;
    }
    return len > 0;
}

/* "400;chunk-signature=..." */
static enum refusal begin_chunk(struct chunks *chunks)
{
    static const struct slice extension = { ";chunk-signature=", 17 };
    struct slice line = { chunks->line, chunks->line_len };
    size_t digits = 0;

    while (digits < line.len && line.ptr[digits] != ';')
        digits++;
    if (!read_length(line.ptr, digits, &chunks->left))
        return REFUSAL_REQUEST_SYNTAX;
    line = (struct slice){ line.ptr + digits, line.len - digits };
    if (chunks->is_signed) {
        if (!slice_starts_with(line, extension) || line.len != extension.len + strlen(chunks->signature))
            return REFUSAL_SIGNATURE;
        snprintf(chunks->claimed, sizeof chunks->claimed, "%.*s", (int)(line.len - extension.len), line.ptr + extension.len);
    }
    if (chunks->left > 0) {
        chunks->state = CHUNK_DATA;
        return REFUSAL_NONE;
    }
    chunks->state = CHUNK_TRAILER;
    return end_chunk(chunks);
}

/* A trailer line: kept as it is signed; the last one is the signature over the others. */
static enum refusal take_trailer(struct chunks *chunks)
{
    struct slice signature = slice_of(chunks->claim->scheme->chunks.trailer_signature);
    struct slice line = { chunks->line, chunks->line_len };
    char hex[2 * HASH_SHA256_BYTES + 1];

    if (line.len == 0) {
        chunks->state = CHUNK_DONE;
        return chunks->is_signed && chunks->trailers.len > 0 ? REFUSAL_SIGNATURE : REFUSAL_NONE;
    }
    if (!chunks->has_trailer)
        return REFUSAL_REQUEST_SYNTAX;
    if (!slice_starts_with(line, signature) || line.len == signature.len || line.ptr[signature.len] != ':') {
        buf_add_slice(&chunks->trailers, line);
        buf_add_char(&chunks->trailers, '\n');
        return buf_status(&chunks->trailers) == POSTAGE_OK ? REFUSAL_NONE : REFUSAL_REQUEST_SYNTAX;
    }
    line = (struct slice){ line.ptr + signature.len + 1, line.len - signature.len - 1 };
    if (!hash_sha256_hex(buf_slice(&chunks->trailers), hex) || !check_signature(chunks, "TRAILER", "", hex, line))
        return REFUSAL_SIGNATURE;
    buf_reset(&chunks->trailers);
    return REFUSAL_NONE;
}

static enum refusal end_line(struct chunks *chunks)
{
    enum refusal refusal = REFUSAL_NONE;

    if (chunks->state == CHUNK_LINE) {
        refusal = begin_chunk(chunks);
    } else if (chunks->state == CHUNK_TRAILER) {
        refusal = take_trailer(chunks);
    } else {
        chunks->state = CHUNK_LINE;
        refusal = chunks->line_len == 0 ? end_chunk(chunks) : REFUSAL_REQUEST_SYNTAX;
    }
    chunks->line_len = 0;
    return refusal;
}

static enum refusal take_line_byte(struct chunks *chunks, char c)
{
    if (c == '\n') {
        if (chunks->line_len == 0 || chunks->line[chunks->line_len - 1] != '\r')
            return REFUSAL_REQUEST_SYNTAX;
        chunks->line_len--;
        return end_line(chunks);
    }
    if (chunks->line_len == CHUNK_LINE_MAX)
        return REFUSAL_REQUEST_SYNTAX;
    chunks->line[chunks->line_len++] = c;
    return REFUSAL_NONE;
}

enum refusal chunks_decode(struct chunks *chunks, const uint8_t *data, size_t len,
                           enum refusal (*content)(void *context, const uint8_t *data, size_t len), void *context)
{
    enum refusal refusal = REFUSAL_NONE;

    while (len > 0 && refusal == REFUSAL_NONE) {
        size_t taken = 1;

        if (chunks->state == CHUNK_DONE)
            return REFUSAL_REQUEST_SYNTAX;
        if (chunks->state == CHUNK_DATA) {
            taken = len < chunks->left ? len : (size_t)chunks->left;
            if (chunks->is_signed)
                checksum_update(&chunks->sha256, data, taken);
            refusal = content(context, data, taken);
            chunks->left -= taken;
            if (chunks->left == 0)
                chunks->state = CHUNK_DATA_END;
        } else {
            refusal = take_line_byte(chunks, (char)*data);
        }
        data += taken;
        len -= taken;
    }
    return refusal;
}

bool chunks_are_complete(const struct chunks *chunks)
{
    return chunks->state == CHUNK_DONE;
}
