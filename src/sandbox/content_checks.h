/* Digests of the content that a form's fields or a request's headers give: Content-MD5, and checksums under the dialect's
 * prefix. */
#ifndef SANDBOX_CONTENT_CHECKS_H
#define SANDBOX_CONTENT_CHECKS_H

#include "sandbox/dialect.h"
#include "sandbox/digest.h"

enum { CONTENT_CHECKS_MAX = CHECKSUM_KINDS };

struct content_check {
    struct checksum sum;
    bool is_md5; /* Content-MD5 */
    const char *name;
    const char *value; /* as sent */
    uint8_t expected[DIGEST_MAX_BYTES];
    size_t bytes;
};

struct content_checks {
    struct content_check list[CONTENT_CHECKS_MAX];
    size_t count;
};

/* `name` and `value` have to stay. REFUSAL_NONE, or why it cannot be one. */
enum refusal content_checks_add(struct content_checks *checks, const char *name, const char *value, enum checksum_kind kind);
void content_checks_update(struct content_checks *checks, const uint8_t *data, size_t len);
/* After all of the content. REFUSAL_NONE, or the reason and the name of the first that does not match. */
enum refusal content_checks_compare(struct content_checks *checks, struct slice *name);
void content_checks_clear(struct content_checks *checks);

/* "crc32" of a header or field that gives that checksum; NULL `ptr`: another name. */
struct slice content_checks_algorithm(const struct dialect *dialect, struct slice name);

/* Whether every answer carries it anyway. */
bool content_checks_is_answered(const struct dialect *dialect, enum checksum_kind kind);

#endif
