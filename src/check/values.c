/* What has a meaning beyond the policy: the key, lengths, values from a list, the size, the type. */
#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "base/url.h"
#include "multipart/layout.h"
#include "provider/capability.h"
#include "check/check.h"
#include "postage/policy.h"

static const struct capability *row_of(const struct check *check, const char *neutral)
{
    return capability_find(check->caps, slice_of(neutral));
}

/* --- shape --- */

/* Everything up to the file's first byte, with our own encoder's boundary and headers. */
static size_t pre_file_bytes(const struct check *check)
{
    const char *name = check->options.file_name, *type = check->options.content_type;
    size_t text_bytes = strlen(name != NULL ? name : LAYOUT_FILE_NAME) + strlen(type != NULL ? type : LAYOUT_FILE_TYPE);

    for (size_t i = 0; i < check->sent_count; i++)
        text_bytes += check->sent[i].name_len + check->sent[i].value_len;
    return layout_head_bytes(check->sent_count, text_bytes, POSTAGE_BOUNDARY_DRAWN);
}

static void judge_lengths(struct check *check)
{
    size_t limit = check->caps->limits.max_pre_file_bytes, bytes = pre_file_bytes(check);
    char seen[24], wanted[24];
    struct report_place place = { .seen = seen, .wanted = wanted };

    if (limit > 0 && bytes > limit) {
        snprintf(seen, sizeof seen, "%zu", bytes);
        snprintf(wanted, sizeof wanted, "%zu", limit);
        report_add(check->report, POSTAGE_FINDING_PRE_FILE_TOO_LARGE, POSTAGE_EFFECT_REFUSED, &place,
                   "everything before the file takes %zu bytes; %s reads at most %zu", bytes, check->provider->name, limit);
    }
    limit = check->caps->limits.max_field_bytes;
    for (size_t i = 0; limit > 0 && i < check->sent_count; i++) {
        if (check->sent[i].value_len <= limit)
            continue;
        place.field = check->sent[i].name;
        snprintf(seen, sizeof seen, "%zu", check->sent[i].value_len);
        snprintf(wanted, sizeof wanted, "%zu", limit);
        report_add(check->report, POSTAGE_FINDING_FIELD_TOO_LONG, POSTAGE_EFFECT_REFUSED, &place,
                   "field " ERROR_QUOTE_FORMAT " has %s bytes; %s accepts at most %s",
                   ERROR_QUOTE(place.field, strlen(place.field)), seen, check->provider->name, wanted);
    }
}

static void report_repeated(struct check *check)
{
    /* No form has a name twice; what is sent beside it may. */
    for (size_t i = 0; check->options.field_count > 0 && i < check->sent_count; i++) {
        const struct report_place place = { .field = check->sent[i].name };
        size_t count;

        if (check_find(check, check->sent[i].name, &count) != &check->sent[i] || count < 2)
            continue;
        if (check->dialect->repeated == REPEATED_REFUSED && check_is_covered(check, slice_of(check->sent[i].name)))
            report_add(check->report, POSTAGE_FINDING_DUPLICATE_FIELD, POSTAGE_EFFECT_REFUSED, &place,
                       "field " ERROR_QUOTE_FORMAT " occurs %zu times: %s refuses that",
                       ERROR_QUOTE(place.field, strlen(place.field)), count, check->provider->name);
        else
            report_add(check->report, POSTAGE_FINDING_DUPLICATE_FIELD, POSTAGE_EFFECT_NOTE, &place,
                       "field " ERROR_QUOTE_FORMAT " occurs %zu times: %s", ERROR_QUOTE(place.field, strlen(place.field)),
                       count,
                       check->dialect->repeated == REPEATED_JOINED ? "rules see the values joined by commas"
                                                                   : "which one counts is not documented");
    }
}

void check_shape(struct check *check)
{
    const struct report_place nowhere = { 0 }, key = { .field = POSTAGE_KEY };

    if (check->form->url[0] == '\0')
        report_add(check->report, POSTAGE_FINDING_URL_MISSING, POSTAGE_EFFECT_NOTE, &nowhere,
                   "the form has no URL: it cannot be posted until it is given one");
    if (check_find(check, POSTAGE_KEY, NULL) == NULL)
        report_add(check->report, POSTAGE_FINDING_KEY_MISSING, POSTAGE_EFFECT_REFUSED, &key,
                   "the form has no key: nothing names the object");
    report_repeated(check);
    judge_lengths(check);
}

/* --- values --- */

static bool is_listed(const struct value_list *list, const char *value)
{
    for (const char *const *known = list->values; *known != NULL; known++)
        if (strcmp(*known, value) == 0)
            return true;
    return false;
}

static void judge_listed(struct check *check, const struct value_list *list)
{
    const struct sent_field *field = check_find(check, list->wire, NULL);
    struct report_place place = { .field = list->wire };

    if (field == NULL || is_listed(list, field->judged))
        return;
    place.seen = field->judged;
    if (list->otherwise != NULL) {
        report_add(check->report, POSTAGE_FINDING_VALUE_IGNORED, POSTAGE_EFFECT_NOTE, &place,
                   "field \"%s\": " ERROR_QUOTE_FORMAT " has no effect; the answer will be %s", list->wire,
                   ERROR_QUOTE(field->judged, strlen(field->judged)), list->otherwise);
        return;
    }
    report_add(check->report, POSTAGE_FINDING_VALUE_INVALID, POSTAGE_EFFECT_REFUSED, &place,
               "field \"%s\": %s does not accept " ERROR_QUOTE_FORMAT, list->wire, check->provider->name,
               ERROR_QUOTE(field->judged, strlen(field->judged)));
    report_answer(check->report, 400, list->code);
}

static void judge_redirect(struct check *check)
{
    const char *name = row_of(check, POSTAGE_SUCCESS_REDIRECT)->wire;
    const struct sent_field *field = check_find(check, name, NULL);
    struct report_place place = { .field = name };
    struct url url;

    if (field == NULL || !check->dialect->ignores_relative_redirect || url_parse(&url, slice_of(field->judged)) == NULL)
        return;
    place.seen = field->judged;
    report_add(check->report, POSTAGE_FINDING_VALUE_IGNORED, POSTAGE_EFFECT_NOTE, &place,
               "field \"%s\": " ERROR_QUOTE_FORMAT " is not an absolute URL and has no effect", name,
               ERROR_QUOTE(field->judged, strlen(field->judged)));
}

void check_values(struct check *check)
{
    for (const struct value_list *list = check->dialect->values; list != NULL && list->wire != NULL; list++)
        judge_listed(check, list);
    judge_redirect(check);
}

/* --- key --- */

static void add_key(struct check *check, enum postage_finding_id id, enum postage_effect effect, const char *why)
{
    const char *key = check->report->key;
    const struct report_place place = { .field = POSTAGE_KEY, .seen = key };

    report_add(check->report, id, effect, &place, "key " ERROR_QUOTE_FORMAT " %s", ERROR_QUOTE(key, strlen(key)), why);
}

static bool has_discouraged(const struct check *check, const char *key)
{
    const char *discouraged = check->dialect->key_discouraged;

    for (; *key != '\0'; key++)
        if ((unsigned char)*key < 0x20 || *key == 0x7F || (discouraged != NULL && strchr(discouraged, *key) != NULL))
            return true;
    return false;
}

void check_key(struct check *check)
{
    const char *key = check->report->key;
    size_t length = strlen(key), limit = check->caps->limits.max_key_bytes;
    char why[64];

    if (check_find(check, POSTAGE_KEY, NULL) == NULL)
        return;
    if (length == 0) {
        add_key(check, POSTAGE_FINDING_KEY_EMPTY, POSTAGE_EFFECT_REFUSED, "is empty");
        return;
    }
    if (limit > 0 && length > limit) {
        snprintf(why, sizeof why, "has %zu bytes; the limit is %zu", length, limit);
        add_key(check, POSTAGE_FINDING_KEY_TOO_LONG, POSTAGE_EFFECT_REFUSED, why);
    }
    if (!utf8_valid(slice_of(key)))
        add_key(check, POSTAGE_FINDING_KEY_INVALID, POSTAGE_EFFECT_REFUSED, "is not UTF-8");
    else if (check->dialect->key_first != NULL && strchr(check->dialect->key_first, key[0]) != NULL)
        add_key(check, POSTAGE_FINDING_KEY_INVALID, POSTAGE_EFFECT_REFUSED, "begins with a slash or backslash");
    else if (check->dialect->drops_leading_slash && key[0] == '/')
        add_key(check, POSTAGE_FINDING_KEY_REWRITTEN, POSTAGE_EFFECT_NOTE, "will lose its leading slash");
    if (has_discouraged(check, key))
        add_key(check, POSTAGE_FINDING_KEY_DISCOURAGED, POSTAGE_EFFECT_NOTE,
                "has characters that the provider advises against, or control characters");
}

/* --- sizes and type --- */

static void judge_metadata(struct check *check)
{
    size_t limit = check->caps->limits.max_metadata_bytes, bytes = 0, prefix = strlen(check->caps->metadata_prefix);
    const struct report_place nowhere = { 0 };
    bool doubtful = check->dialect->stores_large_metadata;

    for (size_t i = 0; i < check->sent_count; i++)
        if (capability_is_metadata(check->caps, (struct slice){ check->sent[i].name, check->sent[i].name_len }))
            bytes += check->sent[i].name_len - prefix + check->sent[i].value_len;
    if (limit > 0 && bytes > limit)
        report_add(check->report, POSTAGE_FINDING_METADATA_TOO_LARGE,
                   doubtful ? POSTAGE_EFFECT_TOLERATED : POSTAGE_EFFECT_REFUSED, &nowhere,
                   "names and values of the metadata have %zu bytes; the limit is %zu%s", bytes, limit,
                   doubtful ? "; that is documented for uploads by header, and not known for forms" : "");
}

static void judge_range(struct check *check, size_t index)
{
    const struct policy_condition *condition = &check->document->conditions[index];
    uint64_t bytes = check->options.file_bytes, max = condition->max_bytes;
    char rule[96], seen[24], wanted[24];
    struct report_place place = { .condition = index + 1, .rule = rule, .seen = seen, .wanted = wanted };

    if (bytes >= condition->min_bytes && bytes <= max)
        return;
    snprintf(rule, sizeof rule, "[\"content-length-range\", %" PRIu64 ", %" PRIu64 "]", condition->min_bytes,
             condition->max_bytes);
    snprintf(seen, sizeof seen, "%" PRIu64, bytes);
    if (bytes < condition->min_bytes) {
        snprintf(wanted, sizeof wanted, "%" PRIu64, condition->min_bytes);
        report_add(check->report, POSTAGE_FINDING_SIZE_TOO_SMALL, POSTAGE_EFFECT_REFUSED, &place,
                   "condition %zu %s: the file has %s bytes", place.condition, rule, seen);
    }
    if (bytes > max) {
        bool unlimited = max == 0 && check->caps->zero_max_is_unlimited;

        snprintf(wanted, sizeof wanted, "%" PRIu64, max);
        report_add(check->report, POSTAGE_FINDING_SIZE_TOO_LARGE, unlimited ? POSTAGE_EFFECT_TOLERATED : POSTAGE_EFFECT_REFUSED,
                   &place, "condition %zu %s: the file has %s bytes%s", place.condition, rule, seen,
                   unlimited ? "; this provider takes an end of 0 as no limit and would accept it; others refuse it" : "");
    }
}

static bool is_later_range(const struct check *check, size_t index)
{
    for (size_t i = index + 1; i < check->document->count; i++)
        if (check->document->conditions[i].is_range)
            return true;
    return false;
}

static void judge_file_size(struct check *check)
{
    uint64_t limit = check->caps->limits.max_object_bytes, bytes = check->options.file_bytes;
    char seen[24], wanted[24];
    const struct report_place place = { .seen = seen, .wanted = wanted };

    for (size_t i = 0; i < check->document->count; i++)
        if (check->document->conditions[i].is_range && !(check->dialect->last_range_counts && is_later_range(check, i)))
            judge_range(check, i);
    if (limit == 0 || bytes <= limit)
        return;
    snprintf(seen, sizeof seen, "%" PRIu64, bytes);
    snprintf(wanted, sizeof wanted, "%" PRIu64, limit);
    report_add(check->report, POSTAGE_FINDING_OBJECT_TOO_LARGE, POSTAGE_EFFECT_REFUSED, &place,
               "the file has %s bytes; %s accepts at most %s in one upload", seen, check->provider->name, wanted);
}

static void judge_type(struct check *check)
{
    const char *wire = row_of(check, POSTAGE_CONTENT_TYPE)->wire, *wanted = check->options.content_type;
    const struct sent_field *field = check_find(check, wire, NULL);
    struct report_place place = { .field = wire, .wanted = wanted };

    if (field == NULL)
        field = check_find(check, "Content-Type", NULL);
    if (field != NULL && (wanted == NULL || strcmp(field->judged, wanted) == 0))
        return;
    place.seen = field != NULL ? field->judged : NULL;
    if (field != NULL)
        report_add(check->report, POSTAGE_FINDING_TYPE_NOT_SENT, POSTAGE_EFFECT_NOTE, &place,
                   "the object will be stored as " ERROR_QUOTE_FORMAT ", which is what the form says",
                   ERROR_QUOTE(field->judged, strlen(field->judged)));
    else
        report_add(check->report, POSTAGE_FINDING_TYPE_NOT_SENT, POSTAGE_EFFECT_NOTE, &place,
                   "no field carries the content type: %s", check->caps->default_type);
}

void check_size(struct check *check)
{
    judge_metadata(check);
    if (check->options.size_given)
        judge_file_size(check);
    judge_type(check);
}
