#include "sandbox/content_checks.h"

#include "base/base64.h"

enum refusal content_checks_add(struct content_checks *checks, const char *name, const char *value, enum checksum_kind kind)
{
    struct content_check *check = &checks->list[checks->count];
    struct slice text = slice_of(value);
    uint8_t decoded[96];
    size_t len = text.len <= 96 ? base64_decode(text, decoded) : SIZE_MAX;
    bool is_md5 = kind == CHECKSUM_MD5;

    if (len != checksum_bytes(kind) || checks->count == CONTENT_CHECKS_MAX)
        return is_md5 ? REFUSAL_MD5_SYNTAX : REFUSAL_CHECKSUM_SYNTAX;
    memcpy(check->expected, decoded, len);
    check->bytes = len;
    check->is_md5 = is_md5;
    check->name = name;
    check->value = value;
    checks->count++;
    return checksum_init(&check->sum, kind) ? REFUSAL_NONE : REFUSAL_STORAGE;
}

void content_checks_update(struct content_checks *checks, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < checks->count; i++)
        checksum_update(&checks->list[i].sum, data, len);
}

enum refusal content_checks_compare(struct content_checks *checks, struct slice *name)
{
    for (size_t i = 0; i < checks->count; i++) {
        struct content_check *check = &checks->list[i];
        uint8_t digest[DIGEST_MAX_BYTES];

        checksum_final(&check->sum, digest);
        *name = slice_of(check->name);
        if (memcmp(digest, check->expected, check->bytes) != 0)
            return check->is_md5 ? REFUSAL_MD5 : REFUSAL_CHECKSUM;
    }
    return REFUSAL_NONE;
}

void content_checks_clear(struct content_checks *checks)
{
    for (size_t i = 0; i < checks->count; i++)
        checksum_clear(&checks->list[i].sum);
    checks->count = 0;
}

struct slice content_checks_algorithm(const struct dialect *dialect, struct slice name)
{
    struct slice prefix = slice_of(dialect->checksum_prefix), algorithm;

    if (prefix.ptr == NULL || !slice_starts_with_ignoring_case(name, prefix))
        return (struct slice){ NULL, 0 };
    algorithm = (struct slice){ name.ptr + prefix.len, name.len - prefix.len };
    return slice_equal_ignoring_case(algorithm, SLICE("algorithm")) ? (struct slice){ NULL, 0 } : algorithm;
}

bool content_checks_is_answered(const struct dialect *dialect, enum checksum_kind kind)
{
    for (const struct answered_digest *digest = dialect->digests; digest->header != NULL; digest++) {
        if (digest->digest == ANSWERED_CRC32C && kind == CHECKSUM_CRC32C)
            return true;
        if (digest->digest == ANSWERED_CRC64 && dialect->crc64 == CRC_64_NVME && kind == CHECKSUM_CRC64NVME)
            return true;
    }
    return false;
}
