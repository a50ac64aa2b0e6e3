/* PUT bodies in chunks with a length, perhaps a signature, perhaps trailers. */
#ifndef SANDBOX_CHUNKS_H
#define SANDBOX_CHUNKS_H

#include "sandbox/checksum.h"
#include "sandbox/request_auth.h"

enum { CHUNK_LINE_MAX = 1024 };

enum chunk_state { CHUNK_LINE, CHUNK_DATA, CHUNK_DATA_END, CHUNK_TRAILER, CHUNK_DONE };

struct chunks {
    const struct payload_claim *claim;
    bool is_signed;
    bool has_trailer;
    enum chunk_state state;
    char line[CHUNK_LINE_MAX];
    size_t line_len;
    uint64_t left;                         /* of the chunk */
    char signature[SCOPE_SIGNATURE_BYTES]; /* the one before */
    char claimed[SCOPE_SIGNATURE_BYTES];
    struct checksum sha256; /* of the chunk */
    struct buf trailers;    /* as they are signed: "name:value\n" */
};

enum chunks_kind { CHUNKS_UNKNOWN, CHUNKS_SIGNED, CHUNKS_SIGNED_WITH_TRAILER, CHUNKS_UNSIGNED /* with trailer */ };

/* What a scheme's text in place of a digest says: "STREAMING-...". */
enum chunks_kind chunks_kind_of(const struct scheme *scheme, struct slice payload);

/* False: OpenSSL failed. */
bool chunks_init(struct chunks *chunks, const struct payload_claim *claim, enum chunks_kind kind);
void chunks_clear(struct chunks *chunks);

/*
 * Takes coded bytes and hands the content on. REFUSAL_NONE, REFUSAL_REQUEST_SYNTAX, REFUSAL_SIGNATURE, or what `content`
 * answered.
 */
enum refusal chunks_decode(struct chunks *chunks, const uint8_t *data, size_t len,
                           enum refusal (*content)(void *context, const uint8_t *data, size_t len), void *context);

/* Whether the last chunk and the trailers have been there. */
bool chunks_are_complete(const struct chunks *chunks);

#endif
