/*
 * Policies made at random from hostile pieces, next to what they were meant to say.
 *
 * The bytes that decide come from a seed or from a fuzzer. Each call that the builder took is remembered here as a condition,
 * so that a signed document can be read back, by any reader, and compared with the intent: nothing more, nothing less.
 */
#ifndef POSTAGE_TESTS_SUPPORT_INTENT_H
#define POSTAGE_TESTS_SUPPORT_INTENT_H

#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "provider/capability.h"
#include "policy/document.h"
#include "postage/postage.h"

enum { INTENT_TEXT_BYTES = 96, INTENT_CONDITIONS = 24, INTENT_VALUES = 3 };

/* Where decisions come from: `data` until it ends (then zeros), or without data a generator that `seed` starts. */
struct intent_bytes {
    const uint8_t *data;
    size_t length;
    size_t at;
    uint64_t seed;
};

struct intent_condition {
    bool is_range;
    enum postage_rule rule; /* ANY is meant as an empty prefix */
    char name[INTENT_TEXT_BYTES];
    char values[INTENT_VALUES][INTENT_TEXT_BYTES]; /* one for EXACT and prefixes */
    size_t value_count;
    uint64_t min_bytes;
    uint64_t max_bytes;
};

struct intent {
    struct intent_condition conditions[INTENT_CONDITIONS];
    size_t count;
};

static inline unsigned intent_byte(struct intent_bytes *bytes)
{
    if (bytes->data != NULL)
        return bytes->at < bytes->length ? bytes->data[bytes->at++] : 0;
    bytes->seed = bytes->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(bytes->seed >> 56);
}

static inline unsigned intent_below(struct intent_bytes *bytes, unsigned limit)
{
    return intent_byte(bytes) % limit;
}

/* Pieces that have split documents before, and raw bytes, which are often no UTF-8 and then have to be refused. */
static inline void intent_text(struct intent_bytes *bytes, char text[INTENT_TEXT_BYTES])
{
    static const char *const pieces[] = {
        "x\"],[\"starts-with\",\"$acl\",\"",
        "\"}",
        "\\\"",
        "\\",
        "\\u0022",
        "\"},{\"acl\":\"public-read",
        "$",
        "$key",
        "${filename}",
        "]",
        "{",
        ",",
        ":",
        "\xc3\xa9",
        "\xf0\x9f\x8e\x89",
        "\xe2\x80\xa8",
        "\x01",
        "\x1f",
        "\x7f",
        "\t",
        "\b",
        "\f",
        "a",
        "image/",
        "/",
        " ",
        "</script>",
        "'",
        "eq",
        "%00",
        "\xef\xbb\xbf",
        "\xef\xbf\xbf",
    };
    enum { COUNT = sizeof pieces / sizeof pieces[0] };
    unsigned parts = intent_below(bytes, 5);

    text[0] = '\0';
    for (unsigned i = 0; i < parts; i++) {
        unsigned which = intent_below(bytes, COUNT + 4);
        char raw[2] = { (char)(which < COUNT ? 0 : intent_byte(bytes)), '\0' };
        const char *piece = which < COUNT ? pieces[which] : raw;

        if (strlen(text) + strlen(piece) < INTENT_TEXT_BYTES)
            strcat(text, piece);
    }
}

static inline void intent_name(struct intent_bytes *bytes, char name[INTENT_TEXT_BYTES])
{
    static const char *const names[] = {
        POSTAGE_CONTENT_TYPE,
        POSTAGE_CACHE_CONTROL,
        POSTAGE_ACL,
        POSTAGE_EXPIRES,
        POSTAGE_STORAGE_CLASS,
        "X-AMZ-META-a",
        "x-amz-meta-b",
        "Content-Disposition",
        "content-length-range",
        "bucket",
        "x-ignore-a",
        "foo",
        POSTAGE_SUCCESS_STATUS,
    };
    unsigned which = intent_below(bytes, sizeof names / sizeof names[0] + 3);

    if (which < sizeof names / sizeof names[0])
        snprintf(name, INTENT_TEXT_BYTES, "%s", names[which]);
    else
        intent_text(bytes, name);
}

/* Remembers what the builder took, under the name that the form will use. */
static inline void intent_note(struct intent *intent, const struct capabilities *caps, const char *name, enum postage_rule rule,
                               char values[][INTENT_TEXT_BYTES], size_t count)
{
    const struct capability *row = capability_find(caps, slice_of(name));
    struct intent_condition *condition = &intent->conditions[intent->count++];

    snprintf(condition->name, sizeof condition->name, "%s", row != NULL ? row->wire : name);
    condition->rule = rule == POSTAGE_RULE_STARTS_WITH && values[0][0] == '\0' ? POSTAGE_RULE_ANY : rule;
    condition->value_count = condition->rule == POSTAGE_RULE_ANY ? 0 : count;
    memcpy(condition->values, values, sizeof condition->values);
}

static inline void intent_call(struct intent_bytes *bytes, struct postage_policy *policy, struct intent *intent)
{
    const struct capabilities *caps = postage_policy_provider(policy)->capabilities;
    char name[INTENT_TEXT_BYTES], values[INTENT_VALUES][INTENT_TEXT_BYTES];
    const char *list[INTENT_VALUES];
    size_t count = 1 + intent_below(bytes, INTENT_VALUES);
    unsigned call = intent_below(bytes, 6);
    enum postage_rule rule = (enum postage_rule)(1 << intent_below(bytes, 5));
    enum postage_status status;

    intent_name(bytes, name);
    for (size_t i = 0; i < INTENT_VALUES; i++) {
        intent_text(bytes, values[i]);
        list[i] = values[i];
    }
    if (call == 0) { /* a second rule on one field */
        rule = POSTAGE_RULE_STARTS_WITH;
        status = postage_policy_narrow(policy, name, values[0], NULL);
    } else if (rule == POSTAGE_RULE_EXACT) {
        status = postage_policy_exact(policy, name, values[0], NULL);
    } else if (rule == POSTAGE_RULE_STARTS_WITH) {
        status = postage_policy_starts_with(policy, name, values[0], NULL, NULL);
    } else if (rule == POSTAGE_RULE_ANY) {
        status = postage_policy_any(policy, name, call == 1 ? values[0] : NULL, NULL);
    } else if (rule == POSTAGE_RULE_ONE_OF) {
        status = postage_policy_one_of(policy, name, list, count, call == 1 ? values[0] : NULL, NULL);
    } else {
        status = postage_policy_none_of(policy, name, list, count, NULL, NULL);
    }
    if (status == POSTAGE_OK && !capability_is_ignored(caps, slice_of(name)))
        intent_note(intent, caps, name, rule, values, rule < POSTAGE_RULE_ONE_OF ? 1 : count);
}

static inline void intent_key(struct intent_bytes *bytes, struct postage_policy *policy, struct intent *intent)
{
    const struct capabilities *caps = postage_policy_provider(policy)->capabilities;
    char values[INTENT_VALUES][INTENT_TEXT_BYTES] = { "" }, key[INTENT_TEXT_BYTES + 16];
    unsigned kind = intent_below(bytes, 3);

    intent_text(bytes, values[0]);
    snprintf(key, sizeof key, "%s${filename}", values[0]);
    if (kind == 0 && postage_policy_key_prefix(policy, values[0], NULL, NULL) == POSTAGE_OK) {
        intent_note(intent, caps, POSTAGE_KEY, POSTAGE_RULE_STARTS_WITH, values, 1);
    } else if (kind == 1 && postage_policy_key_template(policy, key, NULL) == POSTAGE_OK) {
        intent_note(intent, caps, POSTAGE_KEY, POSTAGE_RULE_STARTS_WITH, values, 1);
    } else if (postage_policy_key(policy, values[0], NULL) == POSTAGE_OK) {
        intent_note(intent, caps, POSTAGE_KEY, POSTAGE_RULE_EXACT, values, 1);
    } else if (postage_policy_key(policy, "fallback", NULL) == POSTAGE_OK) {
        strcpy(values[0], "fallback");
        intent_note(intent, caps, POSTAGE_KEY, POSTAGE_RULE_EXACT, values, 1);
    }
}

/* Calls the builder until the bytes say stop. The policy is fresh, and can be signed afterwards. */
static inline void intent_build(struct intent_bytes *bytes, struct postage_policy *policy, struct intent *intent)
{
    unsigned calls = intent_below(bytes, 12);

    *intent = (struct intent){ .count = 0 };
    intent_key(bytes, policy, intent);
    for (unsigned i = 0; i < calls; i++)
        intent_call(bytes, policy, intent);
    if (intent_below(bytes, 2) == 0) {
        uint64_t min_bytes = intent_byte(bytes), max_bytes = UINT64_C(1) << intent_below(bytes, 40);

        if (postage_policy_size_range(policy, min_bytes, max_bytes, NULL) == POSTAGE_OK)
            intent->conditions[intent->count++] =
                (struct intent_condition){ .is_range = true, .min_bytes = min_bytes, .max_bytes = max_bytes };
    }
    (void)postage_policy_leave_open(policy, POSTAGE_SIZE, NULL); /* OSS wants to hear it */
    (void)postage_policy_leave_open(policy, POSTAGE_CONTENT_TYPE, NULL);
    (void)postage_policy_expires_in(policy, 900, NULL);
}

static inline bool intent_is(const struct intent_condition *meant, const struct policy_condition *read)
{
    if (meant->is_range || read->is_range)
        return meant->is_range == read->is_range && meant->min_bytes == read->min_bytes && meant->max_bytes == read->max_bytes;
    if (meant->rule != read->rule || strcmp(meant->name, read->name) != 0)
        return false;
    if (meant->rule < POSTAGE_RULE_ONE_OF)
        return strcmp(meant->rule == POSTAGE_RULE_ANY ? "" : meant->values[0], read->text) == 0;
    for (size_t i = 0; i < meant->value_count; i++)
        if (read->value_count != meant->value_count || strcmp(meant->values[i], read->values[i]) != 0)
            return false;
    return true;
}

/*
 * Whether the document says what was meant: each intended condition is found once, and what is left over are the `own`
 * conditions that signing adds (bucket, algorithm, credential, date, token).
 */
static inline bool intent_matches(const struct intent *intent, const struct policy_document *document, size_t own)
{
    bool used[JSON_MAX_MEMBERS] = { false };

    for (size_t i = 0; i < intent->count; i++) {
        size_t at = 0;

        while (at < document->count && (used[at] || !intent_is(&intent->conditions[i], &document->conditions[at])))
            at++;
        if (at == document->count)
            return false;
        used[at] = true;
    }
    return document->count == intent->count + own;
}

#endif
