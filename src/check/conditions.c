/* The conditions of the policy, and the fields that none of them names. */
#include "base/buf.h"
#include "base/error.h"
#include "base/json_text.h"
#include "base/url.h"
#include "provider/capability.h"
#include "check/check.h"
#include "policy/condition.h"
#include "policy/value.h"
#include "postage/policy.h"

enum { CONDITION_MAX_BYTES = 1024 * 1024, RULE_SHOWN_BYTES = 160 };

/* A condition as it is shown in a message, `%.*s%s`: cut if it is long, and then it says so. */
#define RULE_SHOWN(text, len) error_shown_bytes((text), (len), RULE_SHOWN_BYTES), (text), (len) > RULE_SHOWN_BYTES ? "..." : ""

/* One condition and what is held against it. */
struct judging {
    struct check *check;
    const struct policy_condition *condition;
    size_t number; /* from 1 */
};

/* --- how a condition reads --- */

static void add_values(struct buf *out, const struct policy_condition *condition)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < condition->value_count; i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        json_add_text(out, slice_of(check_shown(condition->name, condition->values[i])));
    }
    buf_add_char(out, ']');
}

/* As stores repeat it in their answers: `["eq", "$acl", "private"]`. */
static void add_condition(struct buf *out, const struct judging *judging)
{
    const struct policy_condition *condition = judging->condition;
    bool list = condition->rule == POSTAGE_RULE_ONE_OF || condition->rule == POSTAGE_RULE_NONE_OF;

    buf_printf(out, "[\"%s\", \"$", condition_operator(condition->rule));
    json_add_escaped(out, slice_of(condition->name));
    buf_add_text(out, "\", ");
    if (list)
        add_values(out, condition);
    else
        json_add_text(out, slice_of(check_shown(condition->name, condition->text)));
    buf_add_char(out, ']');
}

/* Adds a finding about the condition; `seen` is NULL when the field is not there. */
static void report_condition(const struct judging *judging, enum postage_finding_id id, enum postage_effect effect,
                             const char *seen, const char *why)
{
    struct postage_report *report = judging->check->report;
    const struct policy_condition *condition = judging->condition;
    const char *shown = seen != NULL ? check_shown(condition->name, seen) : NULL;
    struct report_place place = { .condition = judging->number, .field = condition->name, .seen = shown };
    struct buf rule, wanted;

    buf_init(&rule, &report->arena.alloc, CONDITION_MAX_BYTES);
    buf_init(&wanted, &report->arena.alloc, CONDITION_MAX_BYTES);
    add_condition(&rule, judging);
    if (condition->value_count > 0)
        add_values(&wanted, condition);
    else
        buf_add_text(&wanted, check_shown(condition->name, condition->text));
    if (buf_status(&rule) == POSTAGE_OK && buf_status(&wanted) == POSTAGE_OK) {
        place.rule = buf_text(&rule);
        place.wanted = buf_text(&wanted);
        if (seen != NULL)
            report_add(report, id, effect, &place, "condition %zu %.*s%s: the value is " ERROR_QUOTE_FORMAT "%s",
                       judging->number, RULE_SHOWN(place.rule, strlen(place.rule)), ERROR_QUOTE(shown, strlen(shown)), why);
        else
            report_add(report, id, effect, &place, "condition %zu %.*s%s: the form has no such field%s", judging->number,
                       RULE_SHOWN(place.rule, strlen(place.rule)), why);
    } else {
        report->status = POSTAGE_ERR_NOMEM;
    }
    buf_clear(&wanted);
    buf_clear(&rule);
}

/* --- whether it holds --- */

static bool is_content_type(const char *name)
{
    return slice_equal_ignoring_case(slice_of(name), SLICE("Content-Type"));
}

/* A content type with commas is a list. */
static bool each_element_starts_with(const char *value, const char *prefix)
{
    for (const char *element = value; element != NULL;) {
        if (!slice_starts_with(slice_of(element), slice_of(prefix)))
            return false;
        element = strchr(element, ',');
        if (element != NULL)
            element++;
    }
    return true;
}

static bool holds(const struct judging *judging, const char *value)
{
    const struct policy_condition *condition = judging->condition;

    if (condition->rule == POSTAGE_RULE_STARTS_WITH && judging->check->dialect->splits_type_list &&
        is_content_type(condition->name))
        return each_element_starts_with(value, condition->text);
    /* Whatever the provider makes of "$$", it is not equal to itself. */
    if (condition->rule == POSTAGE_RULE_EXACT && judging->check->caps->refuses_double_dollar &&
        strstr(condition->text, "$$") != NULL)
        return false;
    return policy_rule_allows(condition->rule, condition->text, condition->values, condition->value_count, value);
}

static bool is_enforced(const struct judging *judging)
{
    const struct capabilities *caps = judging->check->caps;

    return caps->enforces == NULL || caps->enforces(judging->condition->name);
}

/* Why, if there is more to say than that it does not match. */
static const char *explain(const struct judging *judging, const char *value)
{
    const struct policy_condition *condition = judging->condition;

    if (!is_enforced(judging))
        return "; this provider does not compare that field and would accept it; others refuse it";
    if (condition->rule == POSTAGE_RULE_EXACT && strstr(condition->text, "${filename}") != NULL &&
        strstr(value, "${filename}") == NULL)
        return ": ${filename} is replaced before the comparison, so an exact condition on it cannot hold";
    if (condition->rule == POSTAGE_RULE_EXACT && strcmp(condition->text, value) == 0)
        return ": this provider never matches \"$$\" exactly";
    if (condition->rule == POSTAGE_RULE_EXACT && slice_equal_ignoring_case(slice_of(condition->text), slice_of(value)))
        return ": it differs only in case, and case matters in values";
    return "";
}

static void judge_value(const struct judging *judging, const char *value)
{
    const struct check *check = judging->check;
    bool exact_template = judging->condition->rule == POSTAGE_RULE_EXACT && !check->dialect->judges_expanded &&
                          strstr(value, "${filename}") != NULL &&
                          slice_equal_ignoring_case(slice_of(judging->condition->name), SLICE(POSTAGE_KEY));

    if (!holds(judging, value))
        report_condition(judging, POSTAGE_FINDING_CONDITION_FAILED,
                         is_enforced(judging) ? POSTAGE_EFFECT_REFUSED : POSTAGE_EFFECT_TOLERATED, value,
                         explain(judging, value));
    else if (exact_template) /* the key is compared as written, but only prefixes are said to work */
        report_condition(judging, POSTAGE_FINDING_FILENAME_EXACT, POSTAGE_EFFECT_REFUSED, value,
                         ": an exact condition on ${filename} is not documented to hold; use starts-with");
}

static void judge_absent(const struct judging *judging)
{
    bool passes = judging->check->dialect->absent_is_empty && (!is_enforced(judging) || holds(judging, ""));

    if (passes)
        report_condition(judging, POSTAGE_FINDING_FIELD_MISSING, POSTAGE_EFFECT_TOLERATED, NULL,
                         "; this provider takes it as empty and would accept it; others refuse it");
    else
        report_condition(judging, POSTAGE_FINDING_FIELD_MISSING, POSTAGE_EFFECT_REFUSED, NULL, "");
}

/* All values of the field, joined by commas; NULL: out of memory. */
static const char *join_values(const struct judging *judging)
{
    const struct check *check = judging->check;
    struct slice joined;
    struct buf out;
    bool first = true;

    buf_init(&out, &check->report->arena.alloc, CONDITION_MAX_BYTES);
    for (size_t i = 0; i < check->sent_count; i++)
        if (policy_condition_names(judging->condition, (struct slice){ check->sent[i].name, check->sent[i].name_len })) {
            buf_add_text(&out, first ? "" : ",");
            buf_add_text(&out, check->sent[i].judged);
            first = false;
        }
    (void)buf_move(&out, &check->report->arena, &joined);
    return joined.ptr;
}

static void judge_repeated_field(const struct judging *judging)
{
    struct check *check = judging->check;
    const char *joined;

    if (check->dialect->repeated == REPEATED_REFUSED)
        return; /* said once, by check_shape */
    if (check->dialect->repeated == REPEATED_JOINED) {
        joined = join_values(judging);
        if (joined == NULL)
            check->report->status = POSTAGE_ERR_NOMEM;
        else
            judge_value(judging, joined);
        return;
    }
    for (size_t i = 0; i < check->sent_count; i++)
        if (policy_condition_names(judging->condition, (struct slice){ check->sent[i].name, check->sent[i].name_len }))
            judge_value(judging, check->sent[i].judged);
}

static void judge_spelling(const struct judging *judging, const struct sent_field *field)
{
    struct report_place place = { .condition = judging->number, .field = field->name, .wanted = judging->condition->name };

    if (judging->check->dialect->doubts_name_case && strcmp(field->name, judging->condition->name) != 0)
        report_add(judging->check->report, POSTAGE_FINDING_NAME_CASE, POSTAGE_EFFECT_NOTE, &place,
                   "the form says " ERROR_QUOTE_FORMAT ", condition %zu " ERROR_QUOTE_FORMAT
                   "; %s's documentation contradicts itself on whether these are the same",
                   ERROR_QUOTE(field->name, strlen(field->name)), judging->number,
                   ERROR_QUOTE(judging->condition->name, strlen(judging->condition->name)), judging->check->provider->name);
}

/* --- the bucket --- */

static bool is_alias_host(const struct dialect *dialect, struct slice host)
{
    for (const char *const *part = dialect->alias_hosts; part != NULL && *part != NULL; part++)
        if (slice_find(host, slice_of(*part)) != NULL)
            return true;
    return false;
}

static bool is_alias_bucket(const struct dialect *dialect, struct slice bucket)
{
    return dialect->alias_start != NULL && slice_starts_with(bucket, slice_of(dialect->alias_start));
}

static bool ends_in_own_domain(const struct dialect *dialect, struct slice host)
{
    for (const char *const *domain = dialect->own_domains; domain != NULL && *domain != NULL; domain++)
        if (slice_ends_with(host, slice_of(*domain)))
            return true;
    return false;
}

bool check_is_own_domain(const struct dialect *dialect, const char *url_text)
{
    struct url url;

    return url_parse(&url, slice_of(url_text)) == NULL && ends_in_own_domain(dialect, url.host);
}

/*
 * The bucket that the address names, as far as it can be told: the first segment of the path, or what the host begins with
 * under the provider's own domain. A custom host may stand for any bucket. `ptr` NULL: not known.
 */
static struct slice bucket_of_url(const struct judging *judging)
{
    const struct check *check = judging->check;
    struct slice wanted = slice_of(judging->condition->text), none = { NULL, 0 }, segment;
    struct url url;
    const char *slash;

    if (url_parse(&url, slice_of(check->form->url)) != NULL || is_alias_bucket(check->dialect, wanted))
        return none;
    if (url.path.len > 1) {
        segment = (struct slice){ url.path.ptr + 1, url.path.len - 1 };
        slash = memchr(segment.ptr, '/', segment.len);
        return slash != NULL ? (struct slice){ segment.ptr, (size_t)(slash - segment.ptr) } : segment;
    }
    if (url.is_ip || is_alias_host(check->dialect, url.host) || !ends_in_own_domain(check->dialect, url.host))
        return none;
    if (slice_starts_with(url.host, wanted) && url.host.len > wanted.len && url.host.ptr[wanted.len] == '.')
        return wanted;
    return url.host;
}

static void judge_bucket(const struct judging *judging)
{
    struct check *check = judging->check;
    const struct sent_field *field = check_find(check, "bucket", NULL);
    struct slice bucket = bucket_of_url(judging);
    const char *text;

    if (bucket.ptr != NULL) {
        text = arena_copy(&check->report->arena, bucket);
        if (text == NULL)
            check->report->status = POSTAGE_ERR_NOMEM;
        else if (!holds(judging, text))
            report_condition(judging, POSTAGE_FINDING_CONDITION_FAILED, POSTAGE_EFFECT_REFUSED, text, ", by the form's URL");
    }
    if (field != NULL && (check->dialect->reads_bucket_field || bucket.ptr == NULL))
        judge_value(judging, field->judged);
    else if (field != NULL && !holds(judging, field->judged))
        report_condition(judging, POSTAGE_FINDING_VALUE_IGNORED, POSTAGE_EFFECT_NOTE, field->judged,
                         "; the bucket of the URL takes its place");
}

/* --- the steps --- */

static void judge(const struct judging *judging)
{
    const struct sent_field *field;
    size_t count;

    if (slice_equal_ignoring_case(slice_of(judging->condition->name), SLICE("bucket"))) {
        judge_bucket(judging);
        return;
    }
    field = check_find(judging->check, judging->condition->name, &count);
    if (field == NULL) {
        judge_absent(judging);
        return;
    }
    judge_spelling(judging, field);
    if (count > 1)
        judge_repeated_field(judging);
    else
        judge_value(judging, field->judged);
}

void check_conditions(struct check *check)
{
    for (size_t i = 0; i < check->document->count; i++) {
        const struct judging judging = { .check = check, .condition = &check->document->conditions[i], .number = i + 1 };

        if (!judging.condition->is_range)
            judge(&judging);
    }
}

/* Signature and policy cannot be in the policy; a key id that no derived key binds need not be. */
static bool needs_no_condition(const struct check *check, struct slice name)
{
    const struct signature_scheme *scheme = check->scheme;

    if (slice_equal_ignoring_case(name, SLICE("policy")) || capability_is_ignored(check->caps, name))
        return true;
    if (scheme != NULL && (slice_is_ignoring_case(name, scheme->signature_field) ||
                           (scheme->key_prefix == NULL && slice_is_ignoring_case(name, scheme->credential_field))))
        return true;
    for (const char *const *exempt = check->dialect->uncovered; exempt != NULL && *exempt != NULL; exempt++)
        if (slice_is_ignoring_case(name, *exempt))
            return true;
    return false;
}

static bool is_named_by(const char *field, const char *name)
{
    return field != NULL && slice_equal_ignoring_case(slice_of(field), slice_of(name));
}

/* A derived key's day and region are in the policy, or the provider cannot tell whose key signed it. */
static void cover_signature(struct check *check, const struct sent_field *field)
{
    const struct signature_scheme *scheme = check->scheme;
    const struct report_place place = { .field = field->name };

    if (is_named_by(scheme->token_field, field->name))
        report_add(check->report, POSTAGE_FINDING_TOKEN_UNCOVERED, POSTAGE_EFFECT_NOTE, &place,
                   "no condition names \"%s\"; the documentation has one, its samples do without", field->name);
    else
        report_add(check->report, POSTAGE_FINDING_SIGNATURE_UNCOVERED, POSTAGE_EFFECT_REFUSED, &place,
                   "no condition names \"%s\", which the signature depends on", field->name);
}

static bool is_signing_field(const struct check *check, const char *name)
{
    const struct signature_scheme *scheme = check->scheme;

    return scheme != NULL && (is_named_by(scheme->algorithm_field, name) || is_named_by(scheme->credential_field, name) ||
                              is_named_by(scheme->date_field, name) || is_named_by(scheme->token_field, name));
}

static void report_uncovered(struct check *check, const struct sent_field *field)
{
    const char *shown = check_shown(field->name, field->judged);
    const struct report_place place = { .field = field->name, .seen = shown };
    bool token = check->scheme != NULL && is_named_by(check->scheme->token_field, field->name);

    if (check->caps->covers_every_field)
        report_add(check->report, token ? POSTAGE_FINDING_TOKEN_UNCOVERED : POSTAGE_FINDING_EXTRA_FIELD, POSTAGE_EFFECT_REFUSED,
                   &place, "no condition names " ERROR_QUOTE_FORMAT ": %s refuses fields that the policy does not cover",
                   ERROR_QUOTE(field->name, field->name_len), check->provider->name);
    else if (!is_signing_field(check, field->name))
        report_add(check->report, POSTAGE_FINDING_FIELD_UNPROTECTED, POSTAGE_EFFECT_NOTE, &place,
                   "no condition names " ERROR_QUOTE_FORMAT ": %s does not check it, so the uploader may change it",
                   ERROR_QUOTE(field->name, field->name_len), check->provider->name);
    else if (check->dialect->binds_signing_fields && check->scheme->key_prefix != NULL)
        cover_signature(check, field);
}

static void cover_bucket(struct check *check)
{
    const struct report_place place = { .field = "bucket" };

    if (check_is_covered(check, SLICE("bucket")))
        return;
    if (check->dialect->requires_bucket_condition)
        report_add(check->report, POSTAGE_FINDING_BUCKET_UNCOVERED, POSTAGE_EFFECT_REFUSED, &place,
                   "no condition names the bucket: %s treats it as a field that the policy does not cover",
                   check->provider->name);
    else
        report_add(check->report, POSTAGE_FINDING_BUCKET_UNCOVERED, POSTAGE_EFFECT_NOTE, &place,
                   "no condition names the bucket: the form can be used for every bucket that its key may write to");
}

void check_coverage(struct check *check)
{
    if (!check->has_policy)
        return;
    cover_bucket(check);
    for (size_t i = 0; i < check->sent_count; i++) {
        struct slice name = { check->sent[i].name, check->sent[i].name_len };

        if (!check_is_covered(check, name) && !needs_no_condition(check, name) &&
            !slice_equal_ignoring_case(name, SLICE("bucket")))
            report_uncovered(check, &check->sent[i]);
    }
}
