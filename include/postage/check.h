/**
 * @file
 * Judging a form before a byte is sent: what would the provider say to this file, in this form, at this time?
 *
 *     struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
 *     options.file_name = "cat.jpg";
 *     options.size_given = true;
 *     options.file_bytes = 24576;
 *     options.now_unix_s = time(NULL);
 *     status = postage_check(&report, form, &options, NULL, &err);
 *     if (status == POSTAGE_OK && !postage_report_accepted(report))
 *         puts(postage_report_first(report)->message);
 *
 * No network, clock or secret is used: the signature itself is not verified, but everything that it was made from is judged.
 * The rules are judged as the provider judges them ("dialect", provider.h): S3 puts the file's name for `${filename}` in every
 * field and compares what comes out, MinIO in the key only, OSS compares the key as written; S3 and MinIO refuse fields that no
 * condition names, OSS does not look at them. docs/check-rules.md has the whole table.
 */
#ifndef POSTAGE_CHECK_H
#define POSTAGE_CHECK_H

#include "postage/finding.h"
#include "postage/form.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a finding means for the upload. */
enum postage_effect {
    POSTAGE_EFFECT_REFUSED = 0,   /**< the provider would refuse the upload for this */
    POSTAGE_EFFECT_TOLERATED = 1, /**< a rule is broken, but this provider does not enforce it; others would */
    POSTAGE_EFFECT_NOTE = 2       /**< nothing is broken; worth knowing */
};

/** One finding. Texts belong to the report, are UTF-8 if the form's were, never NULL. Values of secrets read "(hidden)". */
struct postage_finding {
    enum postage_finding_id id; /**< what kind */
    enum postage_effect effect; /**< what it means for the upload */
    size_t condition;           /**< number of the policy's condition, from 1; 0: it is not about one */
    const char *rule;           /**< that condition as JSON, `["eq", "$acl", "private"]`; "" without one */
    const char *field;          /**< the field's name; "" when it is not about one */
    const char *seen;           /**< the value as it was judged; "" when there is none */
    const char *wanted;         /**< what it would have to be: a value, prefix or limit; "" when there is no such thing */
    int http_status;            /**< of the provider's refusal; 0: not known, or no refusal */
    const char *provider_code;  /**< of the refusal, "AccessDenied"; "" likewise */
    const char *message;        /**< one English line: which field, which value, which rule */
};

/** What is going to be uploaded. Zero is the default of each field. Everything pointed to is borrowed for the call. */
struct postage_check_options {
    size_t size;                             /**< set by the INIT macro */
    const struct postage_provider *provider; /**< whose rules; NULL: the form's, which is S3 for every S3-shaped form */
    const char *file_name;                   /**< of the file part; NULL: it has none */
    /**
     * The type the object is meant to have: it replaces the form's content type where the policy has a rule for that.
     * NULL: whatever the form says.
     */
    const char *content_type;
    bool size_given;     /**< false: no rule about the size is judged */
    uint64_t file_bytes; /**< size of the file, when `size_given` */
    /** Fields to send beside the form's. The first of a name replaces the form's own field; further ones are sent in addition.
     */
    const struct postage_field *fields;
    size_t field_count; /**< of `fields` */
    int64_t now_unix_s; /**< required: seconds since 1970-01-01 UTC, when the request is complete */
};
/** All defaults. */
/* clang-format off */
#define POSTAGE_CHECK_OPTIONS_INIT { sizeof(struct postage_check_options), NULL, NULL, NULL, false, 0, NULL, 0, 0 }
/* clang-format on */

struct postage_report;

/**
 * Judges a form.
 *
 * @param out  out: yours, free it with postage_report_free; NULL after a failure.
 * @return POSTAGE_OK whenever the form could be judged, accepted or not; ERR_INVALID (no form; options; a field without
 * name or value), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_check(struct postage_report **out, const struct postage_form *form,
                                                                 const struct postage_check_options *options,
                                                                 const struct postage_allocator *alloc,
                                                                 struct postage_error *err);

/**
 * Reads a form as postage_form_from_json does and judges it. A form that cannot be read is a finding here: form-malformed,
 * policy-malformed or duplicate-field. ERR_LIMIT: over 1 MiB.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_check_json(struct postage_report **out, const char *json,
                                                                      size_t length,
                                                                      const struct postage_check_options *options,
                                                                      const struct postage_allocator *alloc,
                                                                      struct postage_error *err);

/** Wipes and releases; `report` may be NULL. */
POSTAGE_API void postage_report_free(struct postage_report *report);

/** Whether no finding is a refusal. */
POSTAGE_API bool postage_report_accepted(const struct postage_report *report);

/** The finding that the provider would answer with: the first refusal; NULL: accepted. */
POSTAGE_API const struct postage_finding *postage_report_first(const struct postage_report *report);

/** The findings in the order in which the provider looks; NULL when `index` is past the last. */
POSTAGE_API const struct postage_finding *postage_report_finding(const struct postage_report *report, size_t index);

/** The provider whose rules were used; NULL when the form could not be read and none was given. */
POSTAGE_API const struct postage_provider *postage_report_provider(const struct postage_report *report);

/** The name the object would get, `${filename}` replaced; "" without a key. */
POSTAGE_API const char *postage_report_key(const struct postage_report *report);

/** "refused", "tolerated", "note"; "unknown" for any other number. Never NULL. */
POSTAGE_API const char *postage_effect_name(enum postage_effect effect);

/**
 * The report as one line of JSON: `{"accepted": …, "provider": …, "signature": …, "key": …, "first": NAME or null,
 * "findings": [{"id", "effect", "condition", "rule", "field", "seen", "wanted", "status", "code", "message"}, …]}`. Bytes that
 * are not UTF-8 become U+FFFD. Yours: free it with postage_text_free and the allocator given here.
 *
 * @return POSTAGE_OK or POSTAGE_ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_report_to_json(const struct postage_report *report,
                                                                          const struct postage_allocator *alloc, char **out);

#ifdef __cplusplus
}
#endif

#endif
