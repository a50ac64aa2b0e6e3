#include "sandbox/object_call.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/text.h"
#include "sandbox/answer.h"
#include "sandbox/content_checks.h"
#include "sandbox/refuse.h"
#include "sandbox/request_auth.h"
#include "sandbox/store.h"
#include "sandbox/tagging.h"

static const struct slice nothing = { "", 0 };

/* Big-endian bytes in base64. */
static void answer_base64(struct call *call, const char *header, uint64_t value, size_t len)
{
    uint8_t bytes[8];
    char text[BASE64_LENGTH(8) + 1];

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(value >> 8 * (len - 1 - i));
    base64_encode(bytes, len, text);
    answer_header(call, header, "%s", text);
}

static void answer_digests(struct call *call, const struct object *object)
{
    const struct dialect *dialect = call->dialect;

    for (const struct answered_digest *digest = dialect->digests; digest->header != NULL; digest++) {
        bool is_crc64 = digest->digest == ANSWERED_CRC64;
        uint64_t value = is_crc64 ? object->crc64 : object->crc32c;

        if (digest->notation == NOTATION_DECIMAL)
            answer_header(call, digest->header, "%" PRIu64, value);
        else
            answer_base64(call, digest->header, value, is_crc64 ? 8 : 4);
    }
    if (dialect->digest_scope_header != NULL)
        answer_header(call, dialect->digest_scope_header, "FULL_OBJECT");
}

void object_call_add_digests(struct call *call, const struct object *object)
{
    answer_header(call, "ETag", "\"%s\"", object->etag);
    answer_digests(call, object);
}

/* The code point of the sequence at `text`, of `len` bytes as utf8_sequence_length said. */
static uint32_t code_point(const char *text, size_t len)
{
    static const uint8_t lead_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    uint32_t code = (uint8_t)text[0] & lead_bits[len];

    for (size_t i = 1; i < len; i++)
        code = code << 6 | ((uint8_t)text[i] & 0x3F);
    return code;
}

/* Recorded from AWS: what Latin-1 has stays Latin-1, everything else becomes a space. */
static void add_latin1(struct buf *out, struct slice text)
{
    for (size_t i = 0, len; i < text.len; i += len) {
        uint32_t code;

        len = utf8_sequence_length(text.ptr + i, text.len - i);
        if (len == 0)
            len = 1;
        code = len == 1 ? (uint8_t)text.ptr[i] : code_point(text.ptr + i, len);
        buf_add_char(out, code < 0x100 ? (char)code : ' ');
    }
}

static bool is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

/* Recorded from AWS: metadata that is not ASCII comes back as an encoded word (RFC 2047 2). */
static void add_encoded_word(struct buf *out, struct slice text)
{
    char *room;

    buf_add_text(out, "=?UTF-8?B?");
    room = buf_room(out, BASE64_LENGTH(text.len) + 1);
    if (room != NULL) {
        base64_encode(text.ptr, text.len, room);
        buf_wrote(out, BASE64_LENGTH(text.len));
    }
    buf_add_text(out, "?=");
}

static void answer_stored_header(struct call *call, const struct text_pair *header)
{
    struct buf *out = &call->answer.headers;
    struct slice value = slice_of(header->value);

    buf_printf(out, "%s: ", header->name);
    if (!call->dialect->stored_values_are_ascii || is_ascii(value))
        buf_add_slice(out, value);
    else if (slice_starts_with(slice_of(header->name), slice_of(call->dialect->metadata_prefix)))
        add_encoded_word(out, value);
    else
        add_latin1(out, value);
    buf_add_text(out, "\r\n");
}

/* A signed query may ask for other headers than those that were stored. */
static const struct text_pair overrides[] = {
    { "content-type", "response-content-type" },         { "content-disposition", "response-content-disposition" },
    { "cache-control", "response-cache-control" },       { "content-encoding", "response-content-encoding" },
    { "content-language", "response-content-language" }, { "expires", "response-expires" },
};

static struct slice override_of(const struct call *call, const char *name)
{
    for (size_t i = 0; i < sizeof overrides / sizeof overrides[0]; i++)
        if (strcmp(overrides[i].name, name) == 0)
            return request_parameter(&call->request, overrides[i].value);
    return (struct slice){ NULL, 0 };
}

/* A checksum of the whole says nothing of a part: boto3 holds it against the part, and S3 leaves it out. */
static bool is_left_out(const struct call *call, const char *name)
{
    return override_of(call, name).ptr != NULL || (request_header(&call->request, "range").ptr != NULL &&
                                                   content_checks_algorithm(call->dialect, slice_of(name)).ptr != NULL);
}

static void answer_headers(struct call *call, const struct object *object)
{
    for (size_t i = 0; i < object->header_count; i++)
        if (!is_left_out(call, object->headers[i].name))
            answer_stored_header(call, &object->headers[i]);
    for (size_t i = 0; i < sizeof overrides / sizeof overrides[0]; i++) {
        struct slice value = override_of(call, overrides[i].name);

        if (value.ptr != NULL)
            answer_header(call, overrides[i].name, "%.*s", (int)value.len, value.ptr);
    }
}

static bool read_number(struct slice *text, uint64_t *number)
{
    size_t len = 0;

    while (len < text->len && text->ptr[len] >= '0' && text->ptr[len] <= '9')
        len++;
    while (len > 1 && text->ptr[0] == '0') {
        text->ptr++;
        text->len--;
        len--;
    }
    if (!text_to_u64((struct slice){ text->ptr, len }, number))
        return false;
    *text = (struct slice){ text->ptr + len, text->len - len };
    return true;
}

enum range_answer { RANGE_NONE, RANGE_PART, RANGE_IMPOSSIBLE };

/* RFC 9110 14.1.2, one range; anything else is ignored and the whole is sent (14.2). */
static enum range_answer read_range(struct slice text, uint64_t total, uint64_t *first, uint64_t *last)
{
    uint64_t count;

    if (!slice_starts_with(text, SLICE("bytes=")))
        return RANGE_NONE;
    text = (struct slice){ text.ptr + 6, text.len - 6 };
    if (text.len > 1 && text.ptr[0] == '-') {
        text = (struct slice){ text.ptr + 1, text.len - 1 };
        if (!read_number(&text, &count) || text.len > 0)
            return RANGE_NONE;
        *first = count < total ? total - count : 0;
        *last = total - 1;
        return count == 0 || total == 0 ? RANGE_IMPOSSIBLE : RANGE_PART;
    }
    if (!read_number(&text, first) || text.len == 0 || text.ptr[0] != '-')
        return RANGE_NONE;
    text = (struct slice){ text.ptr + 1, text.len - 1 };
    *last = UINT64_MAX;
    if (text.len > 0 && (!read_number(&text, last) || text.len > 0 || *last < *first))
        return RANGE_NONE;
    if (*first >= total)
        return RANGE_IMPOSSIBLE;
    if (*last >= total)
        *last = total - 1;
    return RANGE_PART;
}

static void answer_content(struct call *call, const struct object *object, int file)
{
    struct slice range = request_header(&call->request, "range");
    uint64_t first = 0, last = object->bytes - 1;
    enum range_answer part = range.ptr != NULL ? read_range(range, object->bytes, &first, &last) : RANGE_NONE;
    char date[HTTP_DATE_BYTES];

    if (part == RANGE_IMPOSSIBLE) {
        close(file);
        refuse(call, REFUSAL_RANGE, range);
        answer_header(call, "Content-Range", "bytes */%" PRIu64, object->bytes);
        return;
    }
    answer_start(call, part == RANGE_PART ? 206 : 200);
    call->answer.file = file;
    call->answer.file_at = part == RANGE_PART ? first : 0;
    call->answer.file_left = part == RANGE_PART ? last - first + 1 : object->bytes;
    if (part == RANGE_PART)
        answer_header(call, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first, last, object->bytes);
    answer_http_date(object->modified_unix_s, date);
    answer_header(call, "Last-Modified", "%s", date);
    answer_header(call, "Accept-Ranges", "bytes");
    answer_header(call, "ETag", "\"%s\"", object->etag);
    if (part == RANGE_NONE)
        answer_digests(call, object);
    answer_headers(call, object);
}

static void refuse_no_object(struct call *call)
{
    refuse_with(call, REFUSAL_NO_OBJECT, call->key, (struct refusal_extra[]){ { "Key", call->key } }, 1);
}

static bool has_header(const struct object *object, const char *name)
{
    for (size_t i = 0; i < object->header_count; i++)
        if (strcmp(object->headers[i].name, name) == 0)
            return true;
    return false;
}

static struct object *open_object(struct call *call, int *file)
{
    struct object *object = arena_alloc(&call->arena, sizeof *object);

    if (object == NULL)
        refuse(call, REFUSAL_STORAGE, nothing);
    else if (!store_open(call->bucket, call->key, &call->arena, object, file))
        refuse_no_object(call);
    return call_is_answered(call) ? NULL : object;
}

void object_call_get(struct call *call)
{
    const char *encryption = call->dialect->default_encryption;
    struct object *object;
    int file;

    if (!request_auth_check(call, REQUEST_READS) || (object = open_object(call, &file)) == NULL)
        return;
    answer_content(call, object, file);
    if (encryption != NULL && !has_header(object, encryption))
        answer_header(call, encryption, "AES256");
}

void object_call_get_tagging(struct call *call)
{
    struct object *object;
    int file;

    if (!request_auth_check(call, REQUEST_READS) || (object = open_object(call, &file)) == NULL)
        return;
    close(file);
    answer_start(call, 200);
    tagging_write(object->tags, answer_xml(call));
}

void object_call_delete(struct call *call)
{
    if (!request_auth_check(call, REQUEST_WRITES))
        return;
    if (store_delete(call->setup, call->bucket, call->key))
        answer_start(call, 204);
    else
        refuse(call, REFUSAL_STORAGE, nothing);
}
