#include "sandbox/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "base/json_text.h"

bool object_add_header(struct object *object, const char *name, const char *value)
{
    if (object->header_count == OBJECT_HEADERS_MAX)
        return false;
    object->headers[object->header_count++] = (struct text_pair){ name, value };
    return true;
}

static void add_member(struct buf *text, const char *name, const char *value)
{
    buf_printf(text, "\"%s\":", name);
    json_add_text(text, slice_of(value));
    buf_add_char(text, ',');
}

/* Numbers are written as texts: they are 64 bits wide. */
void object_to_text(const struct object *object, struct buf *text)
{
    char number[24];

    buf_add_char(text, '{');
    add_member(text, "key", object->key);
    add_member(text, "etag", object->etag);
    snprintf(number, sizeof number, "%" PRIi64, object->modified_unix_s);
    add_member(text, "modified", number);
    snprintf(number, sizeof number, "%016" PRIx64, object->crc64);
    add_member(text, "crc64", number);
    snprintf(number, sizeof number, "%08" PRIx32, object->crc32c);
    add_member(text, "crc32c", number);
    add_member(text, "tags", object->tags != NULL ? object->tags : "");
    buf_add_text(text, "\"headers\":[");
    for (size_t i = 0; i < object->header_count; i++) {
        buf_add_text(text, i > 0 ? ",[" : "[");
        json_add_text(text, slice_of(object->headers[i].name));
        buf_add_char(text, ',');
        json_add_text(text, slice_of(object->headers[i].value));
        buf_add_char(text, ']');
    }
    buf_add_text(text, "]}\n");
}

static const char *copy_member(const cJSON *root, const char *name, struct arena *arena)
{
    struct slice text = json_text(json_member(root, name));

    return text.ptr != NULL ? arena_copy(arena, text) : NULL;
}

static bool read_headers(struct object *object, const cJSON *list, struct arena *arena)
{
    const cJSON *pair;

    cJSON_ArrayForEach(pair, list)
    {
        struct slice name = json_text(cJSON_GetArrayItem(pair, 0)), value = json_text(cJSON_GetArrayItem(pair, 1));
        const char *name_copy = name.ptr != NULL ? arena_copy(arena, name) : NULL;
        const char *value_copy = value.ptr != NULL ? arena_copy(arena, value) : NULL;

        if (name_copy == NULL || value_copy == NULL || !object_add_header(object, name_copy, value_copy))
            return false;
    }
    return true;
}

bool object_from_text(struct object *object, struct slice text, struct arena *arena)
{
    const char *etag, *modified, *crc64, *crc32c;
    struct json json;
    bool complete = false;

    if (json_parse(&json, text, 4, "object", NULL, NULL) == POSTAGE_OK) {
        object->key = copy_member(json.root, "key", arena);
        object->tags = copy_member(json.root, "tags", arena);
        etag = copy_member(json.root, "etag", arena);
        modified = copy_member(json.root, "modified", arena);
        crc64 = copy_member(json.root, "crc64", arena);
        crc32c = copy_member(json.root, "crc32c", arena); /* NULL: an earlier version wrote it */
        complete = object->key != NULL && object->tags != NULL && etag != NULL && modified != NULL && crc64 != NULL &&
                   strlen(etag) < sizeof object->etag && read_headers(object, json_member(json.root, "headers"), arena);
        if (complete) {
            memcpy(object->etag, etag, strlen(etag) + 1);
            object->modified_unix_s = strtoll(modified, NULL, 10);
            object->crc64 = strtoull(crc64, NULL, 16);
            object->crc32c = crc32c != NULL ? (uint32_t)strtoul(crc32c, NULL, 16) : 0;
        }
    }
    json_clear(&json);
    return complete;
}
