#include "provider/returned_digest.h"

#include <string.h>

#include "base/base64.h"
#include "base/slice.h"
#include "base/text.h"
#include "provider/refusal.h"

/* Whether the form may make the store return another digest in this one's place. */
static bool is_displaced(const struct returned_digest *row, const struct provider_reply *form)
{
    for (size_t i = 0; row->unless_any != NULL && i < form->sent_count; i++) {
        struct slice name = slice_of(form->sent[i].name);

        if (slice_starts_with_ignoring_case(name, slice_of(row->unless_any)) &&
            !slice_equal_ignoring_case(name, slice_of(row->header)))
            return true;
    }
    return false;
}

bool returned_digest_can_come(const struct returned_digest *row, const struct postage_field *sent, size_t sent_count,
                              bool own_host, bool *sure)
{
    const struct provider_reply form = { .sent = sent, .sent_count = sent_count };

    *sure = (own_host || !row->own_hosts_only) && !is_displaced(row, &form);
    return (row->field == NULL || reply_sent(&form, row->field)[0] != '\0') && (row->counts == NULL || row->counts(&form));
}

static bool read_hex(struct slice text, uint8_t *bytes, size_t length)
{
    if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
        text = (struct slice){ text.ptr + 1, text.len - 2 };
    if (text.len != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        int high = text_hex_digit(text.ptr[2 * i]), low = text_hex_digit(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_base64(struct slice text, uint8_t *bytes, size_t length)
{
    uint8_t decoded[POSTAGE_DIGEST_MAX_BYTES + 2];

    if (text.len != BASE64_LENGTH(length) || base64_decode(text, decoded) != length)
        return false;
    memcpy(bytes, decoded, length);
    return true;
}

static bool read_decimal(struct slice text, uint8_t *bytes, size_t length)
{
    uint64_t number;

    if (!text_to_u64(text, &number) || (length < sizeof number && number >> 8 * length != 0))
        return false;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(number >> 8 * (length - 1 - i));
    return true;
}

bool returned_digest_read(const struct returned_digest *row, const struct provider_reply *reply, uint8_t *bytes)
{
    static bool (*const readers[])(struct slice text, uint8_t * bytes, size_t length) = {
        [DIGEST_HEX] = read_hex,
        [DIGEST_BASE64] = read_base64,
        [DIGEST_DECIMAL] = read_decimal,
    };
    const char *text = reply_header(reply, row->header);

    if (text[0] == '\0' && row->element != NULL)
        text = reply_element(reply, row->element);
    return (row->counts == NULL || row->counts(reply)) &&
           readers[row->encoding](slice_of(text), bytes, postage_digest_bytes(row->digest));
}
