/*
 * Policies made at random from hostile pieces, next to what they were meant to say.
 *
 * The bytes that decide come from a seed or from a fuzzer. Each call that the builder took is remembered here as a condition,
 * so that a signed document can be read back, by any reader, and compared with the intent: nothing more, nothing less. A call
 * that it refused spoils the policy; the calls taken so far are then made again on a new one.
 */
#ifndef POSTAGE_TESTS_SUPPORT_INTENT_H
#define POSTAGE_TESTS_SUPPORT_INTENT_H

#include <stdio.h>
#include <stdlib.h>
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

/* A call of the builder, as data. */
struct intent_call {
    enum { INTENT_KEY, INTENT_KEY_PREFIX, INTENT_KEY_TEMPLATE, INTENT_RULE, INTENT_NARROW, INTENT_RANGE } kind;
    enum postage_rule rule; /* of INTENT_RULE */
    bool sends_value;       /* the first of the values, with a rule other than EXACT */
    char name[INTENT_TEXT_BYTES];
    char values[INTENT_VALUES][INTENT_TEXT_BYTES];
    size_t count;
    uint64_t min_bytes;
    uint64_t max_bytes;
};

struct intent {
    struct intent_condition conditions[INTENT_CONDITIONS];
    size_t count;
    struct intent_call calls[INTENT_CONDITIONS]; /* that were taken */
    size_t call_count;
    const struct postage_target *target;
    struct postage_policy *policy;
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

static inline enum postage_status intent_make_rule(struct postage_policy *policy, const struct intent_call *call)
{
    const char *value = call->sends_value ? call->values[0] : NULL, *list[INTENT_VALUES];

    for (size_t i = 0; i < INTENT_VALUES; i++)
        list[i] = call->values[i];
    if (call->rule == POSTAGE_RULE_EXACT)
        return postage_policy_exact(policy, call->name, call->values[0], NULL);
    if (call->rule == POSTAGE_RULE_STARTS_WITH)
        return postage_policy_starts_with(policy, call->name, call->values[0], NULL, NULL);
    if (call->rule == POSTAGE_RULE_ANY)
        return postage_policy_any(policy, call->name, value, NULL);
    if (call->rule == POSTAGE_RULE_ONE_OF)
        return postage_policy_one_of(policy, call->name, list, call->count, value, NULL);
    return postage_policy_none_of(policy, call->name, list, call->count, NULL, NULL);
}

static inline enum postage_status intent_make(struct postage_policy *policy, const struct intent_call *call)
{
    char key[INTENT_TEXT_BYTES + 16];

    snprintf(key, sizeof key, "%s${filename}", call->values[0]);
    switch (call->kind) {
    case INTENT_KEY:
        return postage_policy_key(policy, call->values[0], NULL);
    case INTENT_KEY_PREFIX:
        return postage_policy_key_prefix(policy, call->values[0], NULL, NULL);
    case INTENT_KEY_TEMPLATE:
        return postage_policy_key_template(policy, key, NULL);
    case INTENT_RULE:
        return intent_make_rule(policy, call);
    case INTENT_NARROW:
        return postage_policy_narrow(policy, call->name, call->values[0], NULL);
    default:
        return postage_policy_size_range(policy, call->min_bytes, call->max_bytes, NULL);
    }
}

/* False: it was refused, and the policy is another one with the calls taken so far. */
static inline bool intent_try(struct intent *intent, const struct intent_call *call)
{
    if (intent_make(intent->policy, call) == POSTAGE_OK) {
        intent->calls[intent->call_count++] = *call;
        return true;
    }
    postage_policy_free(intent->policy);
    if (postage_policy_new(&intent->policy, intent->target, NULL, NULL) != POSTAGE_OK)
        abort();
    for (size_t i = 0; i < intent->call_count; i++)
        if (intent_make(intent->policy, &intent->calls[i]) != POSTAGE_OK)
            abort();
    return false;
}

static inline void intent_field(struct intent_bytes *bytes, struct intent *intent)
{
    const struct capabilities *caps = postage_policy_provider(intent->policy)->capabilities;
    struct intent_call call = { .kind = INTENT_RULE, .count = 1 + intent_below(bytes, INTENT_VALUES) };
    unsigned kind = intent_below(bytes, 6);

    call.rule = (enum postage_rule)(1 << intent_below(bytes, 5));
    call.sends_value = kind == 1;
    intent_name(bytes, call.name);
    for (size_t i = 0; i < INTENT_VALUES; i++)
        intent_text(bytes, call.values[i]);
    if (kind == 0) { /* a second rule on one field */
        call.rule = POSTAGE_RULE_STARTS_WITH;
        call.kind = INTENT_NARROW;
    }
    if (intent_try(intent, &call) && !capability_is_ignored(caps, slice_of(call.name)))
        intent_note(intent, caps, call.name, call.rule, call.values, call.rule < POSTAGE_RULE_ONE_OF ? 1 : call.count);
}

static inline void intent_key(struct intent_bytes *bytes, struct intent *intent)
{
    const struct capabilities *caps = postage_policy_provider(intent->policy)->capabilities;
    struct intent_call call = { .kind = INTENT_KEY };
    unsigned kind = intent_below(bytes, 3);

    intent_text(bytes, call.values[0]);
    if (kind < 2) {
        call.kind = kind == 0 ? INTENT_KEY_PREFIX : INTENT_KEY_TEMPLATE;
        if (intent_try(intent, &call)) {
            intent_note(intent, caps, POSTAGE_KEY, POSTAGE_RULE_STARTS_WITH, call.values, 1);
            return;
        }
        call.kind = INTENT_KEY;
    }
    if (!intent_try(intent, &call)) {
        strcpy(call.values[0], "fallback");
        if (!intent_try(intent, &call))
            abort();
    }
    intent_note(intent, caps, POSTAGE_KEY, POSTAGE_RULE_EXACT, call.values, 1);
}

/* Calls the builder until the bytes say stop. `intent->policy` is the caller's, and can be signed. */
static inline void intent_build(struct intent_bytes *bytes, const struct postage_target *target, struct intent *intent)
{
    struct intent_call range = { .kind = INTENT_RANGE };
    unsigned calls = intent_below(bytes, 12);

    *intent = (struct intent){ .target = target };
    if (postage_policy_new(&intent->policy, target, NULL, NULL) != POSTAGE_OK)
        abort();
    intent_key(bytes, intent);
    for (unsigned i = 0; i < calls; i++)
        intent_field(bytes, intent);
    if (intent_below(bytes, 2) == 0) {
        range.min_bytes = intent_byte(bytes);
        range.max_bytes = UINT64_C(1) << intent_below(bytes, 40);
        if (intent_try(intent, &range))
            intent->conditions[intent->count++] =
                (struct intent_condition){ .is_range = true, .min_bytes = range.min_bytes, .max_bytes = range.max_bytes };
    }
    postage_policy_leave_open(intent->policy, POSTAGE_SIZE, NULL); /* OSS wants to hear it */
    postage_policy_leave_open(intent->policy, POSTAGE_CONTENT_TYPE, NULL);
    postage_policy_expires_in(intent->policy, 900, NULL);
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
