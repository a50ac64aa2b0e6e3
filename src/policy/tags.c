/* Tags: many calls, one form field. It holds the XML document of PutObjectTagging, not as the header's query text. */
#include "policy/policy.h"

#include "base/error.h"
#include "base/markup.h"
#include "base/text.h"
#include "provider/capability.h"

static size_t count_chars(struct slice text)
{
    size_t chars = 0;

    for (size_t i = 0; i < text.len; i++)
        chars += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return chars;
}

static enum postage_status check_tag_text(const struct postage_policy *policy, const char *what, struct slice text,
                                          size_t max_chars, struct postage_error *err)
{
    const char *provider = policy->provider->name;
    const struct capabilities *caps = policy->caps;

    /* XML 1.0 2.2 has no control characters but tab and line breaks, not even escaped. */
    if (!utf8_valid(text) || text_has_control(text))
        return error_set(err, POSTAGE_ERR_INVALID, "%s: tag %s " ERROR_QUOTE_FORMAT " has a control character or invalid UTF-8",
                         provider, what, ERROR_QUOTE(text.ptr, text.len));
    if (max_chars > 0 && count_chars(text) > max_chars)
        return error_set(err, POSTAGE_ERR_LIMIT, "%s: tag %s " ERROR_QUOTE_FORMAT " has %zu characters; the limit is %zu",
                         provider, what, ERROR_QUOTE(text.ptr, text.len), count_chars(text), max_chars);
    /* The tags become a field with an exact rule, which these two can never meet: see policy_check_rule_text. */
    if ((caps->expands_filename_everywhere && slice_find(text, SLICE("${filename}")) != NULL) ||
        (caps->refuses_double_dollar && slice_find(text, SLICE("$$")) != NULL))
        return error_set(err, POSTAGE_ERR_INVALID,
                         "%s: tag %s " ERROR_QUOTE_FORMAT " has ${filename} or $$, which an exact rule never matches", provider,
                         what, ERROR_QUOTE(text.ptr, text.len));
    return POSTAGE_OK;
}

static void write_tag(struct buf *out, struct slice key, struct slice value)
{
    buf_add_text(out, "<Tag><Key>");
    markup_add_text(out, key);
    buf_add_text(out, "</Key><Value>");
    markup_add_text(out, value);
    buf_add_text(out, "</Value></Tag>");
}

static enum postage_status check_new_key(const struct postage_policy *policy, struct slice key, struct postage_error *err)
{
    enum postage_status status;
    struct buf element;

    buf_init(&element, &policy->arena.alloc, POLICY_JSON_MAX_BYTES);
    buf_add_text(&element, "<Key>");
    markup_add_text(&element, key);
    buf_add_text(&element, "</Key>");
    status = buf_status(&element);
    if (status != POSTAGE_OK)
        error_plain(err, status);
    else if (slice_find(buf_slice(&policy->tags), buf_slice(&element)) != NULL)
        status = error_set(err, POSTAGE_ERR_INVALID, "%s: tag " ERROR_QUOTE_FORMAT " is already in the policy",
                           policy->provider->name, ERROR_QUOTE(key.ptr, key.len));
    buf_clear(&element);
    return status;
}

static enum postage_status check_tag(const struct postage_policy *policy, struct slice key, struct slice value,
                                     struct postage_error *err)
{
    const char *provider = policy->provider->name;
    const struct provider_limits *limits = &policy->caps->limits;
    const struct capability *row = capability_find(policy->caps, SLICE(POSTAGE_TAGS));
    enum postage_status status;

    if (row == NULL || row->wire == NULL)
        return error_set(err, POSTAGE_ERR_UNSUPPORTED, "%s has no field \"%s\" in forms; %s", provider, POSTAGE_TAGS,
                         row != NULL ? row->instead : "leave it out");
    for (size_t i = 0; i < policy->field_count; i++)
        if (policy->fields[i].row == row)
            return error_set(err, POSTAGE_ERR_INVALID, "%s: field \"%s\" is already in the policy", provider, row->wire);
    if (key.len == 0)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: a tag key is empty", provider);
    if (value.ptr == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: tag " ERROR_QUOTE_FORMAT " has no value", provider,
                         ERROR_QUOTE(key.ptr, key.len));
    status = check_tag_text(policy, "key", key, limits->max_tag_key_chars, err);
    if (status == POSTAGE_OK)
        status = check_tag_text(policy, "value", value, limits->max_tag_value_chars, err);
    if (status == POSTAGE_OK && limits->max_tags > 0 && policy->tag_count >= limits->max_tags)
        status = error_set(err, POSTAGE_ERR_LIMIT, "%s: tag " ERROR_QUOTE_FORMAT " is one more than the limit of %zu", provider,
                           ERROR_QUOTE(key.ptr, key.len), limits->max_tags);
    return status == POSTAGE_OK ? check_new_key(policy, key, err) : status;
}

static enum postage_status add_tag(struct postage_policy *policy, const void *arguments, struct postage_error *err)
{
    const struct postage_field *tag = arguments;
    struct slice key = slice_of(tag->name), value = slice_of(tag->value);
    enum postage_status status = check_tag(policy, key, value, err);

    if (status != POSTAGE_OK)
        return status;
    write_tag(&policy->tags, key, value);
    policy->tag_count++;
    status = buf_status(&policy->tags);
    return status == POSTAGE_OK ? POSTAGE_OK : error_plain(err, status);
}

enum postage_status postage_policy_tag(struct postage_policy *policy, const char *key, const char *value,
                                       struct postage_error *err)
{
    struct postage_field tag = { key, value };

    return policy_apply(policy, add_tag, &tag, err);
}

void policy_add_tagging(struct buf *out, const struct postage_policy *policy)
{
    if (policy->tag_count == 0)
        return;
    buf_add_text(out, "<Tagging><TagSet>");
    buf_add_slice(out, buf_slice(&policy->tags));
    buf_add_text(out, "</TagSet></Tagging>");
}
