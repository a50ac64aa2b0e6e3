/*
 * Reading JSON from outside, strictly, into cJSON's tree.
 *
 * cJSON's own parser accepts trailing bytes, raw control characters, a byte order mark, numbers like `01` or `1.`, and invalid
 * UTF-8; it cuts a text at `\u0000`, keeps duplicate members, and turns every number into a double. All of these let two
 * readers see two different documents. So the text is checked here by the grammar of RFC 8259, and the nodes are made on the
 * way, in the caller's allocator. cJSON's parser behind this check cannot do that: it takes memory from the one pair of
 * functions of cJSON_InitHooks, which all threads and all users in a process share. It also costs more than all the rest of
 * reading a form (docs/performance.md). cJSON's functions that only look at a tree work on this one, as its header describes
 * it.
 */
#ifndef POSTAGE_BASE_JSON_READ_H
#define POSTAGE_BASE_JSON_READ_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "postage/status.h"

#include <stdint.h>

/* How many members an object, or elements an array, may have. */
#define JSON_MAX_MEMBERS 1000

struct json {
    cJSON *root;        /* a number's valuestring is its source text */
    struct arena arena; /* of all nodes and texts */
};

/*
 * Parses `text`. `what` names the document in messages ("form", "policy").
 * `max_depth` arrays and objects may stand in each other; a number may have 63 characters.
 * Returns POSTAGE_OK, ERR_SYNTAX (what is wrong at which byte, or which member is there twice) or ERR_NOMEM. Clear it in any
 * case.
 */
enum postage_status json_parse(struct json *json, struct slice text, size_t max_depth, const char *what,
                               const struct postage_allocator *alloc, struct postage_error *err);
void json_clear(struct json *json);

/* The member of that exact name, or NULL. */
const cJSON *json_member(const cJSON *object, const char *name);

/* The number's source text. */
struct slice json_number_text(const cJSON *number);

/* A text node's content, or a slice with NULL `ptr` when `item` is not a string. */
struct slice json_text(const cJSON *item);

#endif
