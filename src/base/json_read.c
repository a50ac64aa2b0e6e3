#include "base/json_read.h"

#include "base/error.h"
#include "base/json_scan.h"

static bool note_number(void *context, struct slice number)
{
    struct json *json = context;

    /* Grown by doubling: whenever the count is a power of two the array is full. */
    if ((json->number_count & (json->number_count - 1)) == 0) {
        size_t cap = json->number_count > 0 ? json->number_count * 2 : 1;
        struct slice *grown =
            json->alloc.reallocate(json->alloc.context, json->numbers, cap * sizeof *grown);

        if (grown == NULL)
            return false;
        json->numbers = grown;
    }
    json->numbers[json->number_count++] = number;
    return true;
}

/* One walk over the finished tree: numbers get their index, members are checked for repetition, lists for their length. */
static const char *check_tree(cJSON *item, size_t *next_number)
{
    size_t count = 0;

    if (cJSON_IsNumber(item))
        item->valueint = (int)(*next_number)++;
    for (cJSON *child = item->child; child != NULL; child = child->next) {
        const char *mistake;

        if (++count > JSON_MAX_MEMBERS)
            return "too many members";
        for (cJSON *other = item->child; cJSON_IsObject(item) && other != child; other = other->next)
            if (strcmp(other->string, child->string) == 0)
                return "a member is there twice";
        mistake = check_tree(child, next_number);
        if (mistake != NULL)
            return mistake;
    }
    return NULL;
}

enum postage_status json_parse(struct json *json, struct slice text, size_t max_depth, const char *what,
                               const struct postage_allocator *alloc, struct postage_error *err)
{
    struct json_scan scan = { .text = text, .max_depth = max_depth, .context = json, .on_number = note_number };
    const char *end = NULL;
    size_t next_number = 0;
    const char *mistake;

    *json = (struct json){ .alloc = mem_allocator(alloc) };
    if (!json_scan(&scan)) {
        if (strcmp(scan.reason, "out of memory") == 0)
            return error_plain(err, POSTAGE_ERR_NOMEM);
        return error_set(err, POSTAGE_ERR_SYNTAX, "%s is not JSON at byte %zu: %s", what, scan.at, scan.reason);
    }
    json->root = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, 0);
    if (json->root == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM); /* the grammar was checked: only memory is left */
    mistake = check_tree(json->root, &next_number);
    if (mistake != NULL)
        return error_set(err, POSTAGE_ERR_SYNTAX, "%s is not usable JSON: %s", what, mistake);
    return POSTAGE_OK;
}

void json_clear(struct json *json)
{
    cJSON_Delete(json->root);
    mem_free(&json->alloc, json->numbers);
    json->root = NULL;
    json->numbers = NULL;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

struct slice json_number_text(const struct json *json, const cJSON *number)
{
    return json->numbers[number->valueint];
}

struct slice json_text(const cJSON *item)
{
    return cJSON_IsString(item) ? slice_of(item->valuestring) : (struct slice){ NULL, 0 };
}
