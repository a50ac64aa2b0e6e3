#include "base/json_read.h"

#include "base/error.h"
#include "base/json_scan.h"

static bool note_number(void *context, struct slice number)
{
    struct json *json = context;

    /* Grown by doubling: whenever the count is a power of two the array is full. */
    if ((json->number_count & (json->number_count - 1)) == 0) {
        size_t cap = json->number_count > 0 ? json->number_count * 2 : 1;
        struct slice *grown = json->alloc.reallocate(json->alloc.context, json->numbers, cap * sizeof *grown);

        if (grown == NULL)
            return false;
        json->numbers = grown;
    }
    json->numbers[json->number_count++] = number;
    return true;
}

struct tree_walk {
    size_t next_number;
    const char *what; /* for messages */
    struct postage_error *err;
};

static bool is_repeated(const cJSON *object, const cJSON *member)
{
    for (const cJSON *other = object->child; other != member; other = other->next)
        if (strcmp(other->string, member->string) == 0)
            return true;
    return false;
}

/* One walk over the finished tree: numbers get their index, members are checked for repetition, lists for their length. */
static enum postage_status check_tree(cJSON *item, struct tree_walk *walk)
{
    enum postage_status status = POSTAGE_OK;
    size_t count = 0;

    if (cJSON_IsNumber(item))
        item->valueint = (int)walk->next_number++;
    for (cJSON *child = item->child; child != NULL && status == POSTAGE_OK; child = child->next) {
        if (++count > JSON_MAX_MEMBERS)
            return error_set(walk->err, POSTAGE_ERR_SYNTAX, "%s has more than %d members or elements in one place", walk->what,
                             JSON_MAX_MEMBERS);
        if (cJSON_IsObject(item) && is_repeated(item, child))
            return error_set(walk->err, POSTAGE_ERR_SYNTAX, "%s has the member " ERROR_QUOTE_FORMAT " twice", walk->what,
                             ERROR_QUOTE(child->string, strlen(child->string)));
        status = check_tree(child, walk);
    }
    return status;
}

enum postage_status json_parse(struct json *json, struct slice text, size_t max_depth, const char *what,
                               const struct postage_allocator *alloc, struct postage_error *err)
{
    struct json_scan scan = { .text = text, .max_depth = max_depth, .context = json, .on_number = note_number };
    struct tree_walk walk = { .what = what, .err = err };

    *json = (struct json){ .alloc = mem_allocator(alloc) };
    if (!json_scan(&scan)) {
        if (strcmp(scan.reason, "out of memory") == 0)
            return error_plain(err, POSTAGE_ERR_NOMEM);
        return error_set(err, POSTAGE_ERR_SYNTAX, "%s is not JSON at byte %zu: %s", what, scan.at, scan.reason);
    }
    json->root = cJSON_ParseWithLengthOpts(text.ptr, text.len, NULL, 0);
    if (json->root == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM); /* the grammar was checked: only memory is left */
    return check_tree(json->root, &walk);
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
