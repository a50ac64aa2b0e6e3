/* What is known about an object, and the line of JSON behind its content that says it. */
#ifndef SANDBOX_OBJECT_H
#define SANDBOX_OBJECT_H

#include "base/arena.h"
#include "base/buf.h"
#include "sandbox/digest.h"

enum { OBJECT_HEADERS_MAX = 128, ETAG_BYTES = 40 };

struct text_pair {
    const char *name;
    const char *value;
};

/* What is known about an object. Texts belong to whoever filled it in, usually an arena. */
struct object {
    const char *key;
    uint64_t bytes;
    int64_t modified_unix_s;
    char etag[ETAG_BYTES];                        /* without quotes */
    uint64_t crc64;                               /* of the dialect's kind */
    uint32_t crc32c;                              /* 0 unless the dialect answers with it */
    struct text_pair headers[OBJECT_HEADERS_MAX]; /* to answer with, names in lower case */
    size_t header_count;
    const char *tags; /* form-encoded "a=b&c=d"; NULL or "": none */
};

/* False: there is no room for one more. */
bool object_add_header(struct object *object, const char *name, const char *value);

void object_to_text(const struct object *object, struct buf *text);

/* False: it is not what was written. Texts go into the arena. */
bool object_from_text(struct object *object, struct slice text, struct arena *arena);

#endif
