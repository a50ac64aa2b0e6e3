/**
 * @file
 * Forms: the signed result, an envelope that may carry one object into one bucket.
 *
 * A form is immutable. It comes from a signer (signer.h) or from JSON that some SDK printed; it goes out as JSON, as an HTML
 * page, as a curl line, or through an upload (upload.h). Anyone who holds a form may use it until it expires: treat it like a
 * password. Any number of threads may read one form at once.
 */
#ifndef POSTAGE_FORM_H
#define POSTAGE_FORM_H

#include "postage/allocator.h"
#include "postage/body.h"
#include "postage/provider.h"
#include "postage/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct postage_form;

/** A rule that leaves something to the uploader. Texts belong to the form. */
struct postage_open_rule {
    const char *name;       /**< field name in the form */
    enum postage_rule rule; /**< EXACT here: the rule fixes the value, but the form lacks the field (some SDKs print it so) */
    const char *text;       /**< prefix or exact value; "" for ANY, ONE_OF and NONE_OF */
    bool has_value;         /**< the form sends a value, which may be replaced within the rule */
};

/**
 * Reads a form from JSON, whichever SDK printed it. Names of members are compared ignoring case. Accepted are
 *
 * - `{"url": …, "fields": {…}}` (boto3, JS, Ruby), `{"URL", "Values"}` (Go), `{"postURL", "formData"}` (minio for Node), with
 *   the fields as an object in their order or as a list of `[name, value]` pairs;
 * - a flat map of fields (minio-py, minio-java, OSS samples), with a URL beside them as `url`, `postURL`, `action` or `host`,
 *   or none;
 * - what OSS's samples for application servers answer: `accessid`, `policy`, `signature`, `dir`, `host`, `expire`, and with V4
 *   `x_oss_credential`, `x_oss_date`, `version`, `security_token`. `dir` becomes the key `DIR${filename}`, as in the samples;
 *   a note says so.
 *
 * A URL that is missing, null or empty is not a mistake: postage_form_url is then "", and postage_form_with_url adds one.
 *
 * The document is read strictly: UTF-8, no duplicate members, no `\u0000`, nothing after it, texts only. The policy inside is
 * decoded, too, for the open rules, size range and expiry; provider and signature are recognised from the fields. S3 and
 * MinIO have the same fields, so a form of either is read as S3's.
 *
 * @param json    `length` bytes.
 * @return POSTAGE_OK, ERR_SYNTAX (what and where: the byte, or the number of the condition), ERR_INVALID (an unusable URL, a
 *         repeated field), ERR_LIMIT (over 1 MiB), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_from_json(struct postage_form **out, const char *json,
                                                                          size_t length, const struct postage_allocator *alloc,
                                                                          struct postage_error *err);

/** A new form that is `form` with this URL. @return POSTAGE_OK, ERR_INVALID (no usable URL), ERR_NOMEM. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_with_url(struct postage_form **out,
                                                                         const struct postage_form *form, const char *url,
                                                                         struct postage_error *err);

/**
 * A new form with some fields filled in or replaced, within the rules of `form`, made with the allocator of `form`.
 *
 * @param fields  `count` of them, copied; of several with one name the last counts. NULL when `count` is 0.
 * @return POSTAGE_OK, ERR_INVALID (the form has no rule for this field, or its rule does not allow the value, or the field is
 *         one that only the library writes), ERR_SYNTAX (the policy inside cannot be read), ERR_NOMEM.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_fill(struct postage_form **out, const struct postage_form *form,
                                                                     const struct postage_field *fields, size_t count,
                                                                     struct postage_error *err);

/** Wipes and releases; `form` may be NULL. */
POSTAGE_API void postage_form_free(struct postage_form *form);

/** Where it is posted to; "": it came without a URL and cannot be sent until it has one. */
POSTAGE_API const char *postage_form_url(const struct postage_form *form);

/** Whose form it is; never NULL. */
POSTAGE_API const struct postage_provider *postage_form_provider(const struct postage_form *form);

/** "v4", "v2" (S3's old form), "v1" (OSS), recognised from the fields; "": it is not signed. */
POSTAGE_API const char *postage_form_signature_name(const struct postage_form *form);

/** The fields in the order they are sent. The file comes after all of them. */
POSTAGE_API const struct postage_field *postage_form_fields(const struct postage_form *form, size_t *count);

/** The value of a field, its name compared ignoring case; NULL: the form has none. */
POSTAGE_API const char *postage_form_value(const struct postage_form *form, const char *name);

/** What is left to the uploader, in the order of the policy, fields whose value is only suggested included; NULL when `index`
 * is past the last. */
POSTAGE_API const struct postage_open_rule *postage_form_open_rule(const struct postage_form *form, size_t index);

/** When it expires, in seconds since 1970-01-01 UTC; 0: the policy could not be read. */
POSTAGE_API int64_t postage_form_expires_unix_s(const struct postage_form *form);

/** Whether the expiry that was asked for was cut to that of the credentials. */
POSTAGE_API bool postage_form_expiry_was_clamped(const struct postage_form *form);

/** Allowed size of the file in bytes. @return false: the policy sets none; both are then 0 and the provider's limit. */
POSTAGE_API bool postage_form_size_range(const struct postage_form *form, uint64_t *min_bytes, uint64_t *max_bytes);

/**
 * What the issuer should know before handing the form out: things left open, an expiry cut short, what a server would refuse.
 * One English line each; NULL when `index` is past the last.
 */
POSTAGE_API const char *postage_form_note(const struct postage_form *form, size_t index);

/** The policy document as it was signed. @return its bytes, `length` of them, not NUL-terminated by contract. */
POSTAGE_API const char *postage_form_policy(const struct postage_form *form, size_t *length);

/* Renderings. Each gives a NUL-terminated text that is yours: free it with postage_text_free and the allocator given here.
   Each returns POSTAGE_OK or POSTAGE_ERR_NOMEM. */

/**
 * `{"url": …, "fields": {…}}` on one line, fields in order; without a URL it is null.
 * Read back by postage_form_from_json and by users of other SDKs.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_to_json(const struct postage_form *form,
                                                                        const struct postage_allocator *alloc, char **out);

/** A complete HTML page that uploads when a file is chosen and sent; open fields become inputs. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_to_html(const struct postage_form *form,
                                                                        const struct postage_allocator *alloc, char **out);

/**
 * A `curl` command for a POSIX shell: every value quoted for the shell and sent as `--form-string`, which interprets nothing.
 * `file` is the path to put in; NULL writes FILE, for people to replace.
 */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_to_curl(const struct postage_form *form, const char *file,
                                                                        const struct postage_allocator *alloc, char **out);

/** `name=value` lines, for people to read; programs should read the JSON. */
POSTAGE_MUST_CHECK POSTAGE_API enum postage_status postage_form_to_lines(const struct postage_form *form,
                                                                         const struct postage_allocator *alloc, char **out);

#ifdef __cplusplus
}
#endif

#endif
