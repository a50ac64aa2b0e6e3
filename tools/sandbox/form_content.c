/* Digests of the file that a form carries: Content-MD5 and x-amz-checksum-NAME. */
#include "answer.h"
#include "base/base64.h"
#include "form.h"

#define CHECKSUM_PREFIX "x-amz-checksum-"

static bool add_check(struct exchange *exchange, struct form *form, const struct form_field *field, enum checksum_kind kind)
{
    struct content_check *check = &form->checks[form->check_count];
    uint8_t decoded[96];
    size_t len = field->value.len <= 96 ? base64_decode(field->value, decoded) : SIZE_MAX;
    bool is_md5 = kind == CHECKSUM_MD5;

    if (len != checksum_bytes(kind) || form->check_count == CONTENT_CHECKS_MAX) {
        refuse(exchange, is_md5 ? RULE_MD5_SYNTAX : RULE_CHECKSUM_SYNTAX, field->name);
        return false;
    }
    memcpy(check->expected, decoded, len);
    check->bytes = len;
    check->is_md5 = is_md5;
    check->name = field->name.ptr;
    check->value = field->value.ptr;
    form->check_count++;
    if (checksum_init(&check->sum, kind))
        return true;
    refuse(exchange, RULE_STORAGE, SLICE(""));
    return false;
}

/* "crc32" of "x-amz-checksum-crc32"; NULL `ptr`: another field. */
static struct slice checksum_field(struct slice name)
{
    const struct slice prefix = SLICE(CHECKSUM_PREFIX);

    if (!slice_starts_with_ignoring_case(name, prefix) || slice_equal_ignoring_case(name, SLICE(CHECKSUM_PREFIX "algorithm")))
        return (struct slice){ NULL, 0 };
    return (struct slice){ name.ptr + prefix.len, name.len - prefix.len };
}

static bool check_algorithm(struct exchange *exchange, const struct form *form, struct slice found)
{
    struct slice algorithm = form_value(form, CHECKSUM_PREFIX "algorithm");

    if (algorithm.ptr == NULL || (found.ptr != NULL && slice_equal_ignoring_case(algorithm, found)))
        return true;
    refuse(exchange, RULE_CHECKSUM_SYNTAX, SLICE(CHECKSUM_PREFIX "algorithm"));
    return false;
}

static bool add_checksums(struct exchange *exchange, struct form *form, struct object *object)
{
    struct slice found = { NULL, 0 };

    for (size_t i = 0; i < form->count; i++) {
        struct slice kind_name = checksum_field(form->fields[i].name);
        enum checksum_kind kind;

        if (kind_name.ptr == NULL)
            continue;
        kind = checksum_kind_of(kind_name);
        /* One checksum a form; "md5" is Content-MD5's business. */
        if (kind == CHECKSUM_KINDS || kind == CHECKSUM_MD5 || found.ptr != NULL || exchange->dialect == DIALECT_OSS) {
            refuse(exchange, RULE_CHECKSUM_SYNTAX, form->fields[i].name);
            return false;
        }
        found = kind_name;
        if (!add_check(exchange, form, &form->fields[i], kind))
            return false;
        if (kind != CHECKSUM_CRC64NVME)
            object_add_header(object, form->fields[i].name.ptr, form->fields[i].value.ptr);
    }
    return check_algorithm(exchange, form, found);
}

bool form_begin_content(struct exchange *exchange, struct form *form, struct object *object)
{
    const struct form_field *md5 = form_find(form, "content-md5");

    /* OSS takes Content-MD5 as a header only; a field of that name is nothing to it. */
    if (md5 != NULL && exchange->dialect != DIALECT_OSS && !add_check(exchange, form, md5, CHECKSUM_MD5))
        return false;
    return add_checksums(exchange, form, object);
}

void form_take_content(struct form *form, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < form->check_count; i++)
        checksum_update(&form->checks[i].sum, data, len);
}

bool form_check_content(struct exchange *exchange, struct form *form)
{
    for (size_t i = 0; i < form->check_count; i++) {
        struct content_check *check = &form->checks[i];
        uint8_t digest[DIGEST_MAX_BYTES];

        checksum_final(&check->sum, digest);
        if (memcmp(digest, check->expected, check->bytes) == 0)
            continue;
        refuse(exchange, check->is_md5 ? RULE_MD5 : RULE_CHECKSUM, slice_of(check->name));
        return false;
    }
    return true;
}

void form_clear_content(struct form *form)
{
    for (size_t i = 0; i < form->check_count; i++)
        checksum_clear(&form->checks[i].sum);
    form->check_count = 0;
}
