/**
 * @file
 * What `check` (check.h) can find: one list, from which the constants, the names in JSON, the texts and docs/check-rules.md are
 * made.
 */
#ifndef POSTAGE_FINDING_H
#define POSTAGE_FINDING_H

#include "postage/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Each finding: number, constant, stable name for programs, what it means. In the order in which providers look at a form,
 * which is the order of a report; the first one that is a refusal is what the provider would answer with.
 */
#define POSTAGE_FINDING_MAP(X)                                                                                                 \
    X(0, FORM_MALFORMED, "form-malformed", "the form is not JSON, or not shaped like a form")                                  \
    X(1, POLICY_MALFORMED, "policy-malformed", "the policy is not base64, not JSON, or has a condition that cannot be read")   \
    X(2, URL_MISSING, "url-missing", "the form does not say where to post it")                                                 \
    X(3, KEY_MISSING, "key-missing", "no field names the object")                                                              \
    X(4, DUPLICATE_FIELD, "duplicate-field", "a field occurs more than once")                                                  \
    X(5, PRE_FILE_TOO_LARGE, "pre-file-too-large", "what comes before the file is larger than the provider reads")             \
    X(6, FIELD_TOO_LONG, "field-too-long", "one value is longer than the provider takes")                                      \
    X(7, UNSIGNED, "unsigned", "there is no signature: an anonymous upload, which only a public bucket takes")                 \
    X(8, SIGNATURE_MISSING, "signature-missing", "a field of the signature is missing")                                        \
    X(9, SIGNATURE_MALFORMED, "signature-malformed", "a field of the signature has a value that cannot be right")              \
    X(10, DATE_DIFFERS, "date-differs", "the date of signing is not on the day that the credential names")                     \
    X(11, DATE_IN_FUTURE, "date-in-future", "the form was signed by a clock more than 15 minutes ahead")                       \
    X(12, SIGNATURE_TOO_OLD, "signature-too-old",                                                                              \
      "the signature is older than the provider accepts, whatever the policy says")                                            \
    X(13, EXPIRED, "expired", "the policy has expired")                                                                        \
    X(14, EXPIRES_SOON, "expires-soon", "the policy expires within a minute")                                                  \
    X(15, EXPIRY_CUT, "expiry-cut", "the policy lasts longer than a signature is accepted")                                    \
    X(16, CONDITION_FAILED, "condition-failed", "a value breaks a condition of the policy")                                    \
    X(17, FIELD_MISSING, "field-missing", "the policy has a condition on a field that the form lacks")                         \
    X(18, FILENAME_EXACT, "filename-exact",                                                                                    \
      "an exact condition on a text with ${filename}, which is documented for prefixes only")                                  \
    X(19, BUCKET_UNCOVERED, "bucket-uncovered", "the policy does not name the bucket")                                         \
    X(20, SIGNATURE_UNCOVERED, "signature-uncovered", "the policy does not name a field that the signature depends on")        \
    X(21, TOKEN_UNCOVERED, "token-uncovered", "the policy does not name the session token")                                    \
    X(22, EXTRA_FIELD, "extra-field", "the form has a field that no condition names")                                          \
    X(23, FIELD_UNPROTECTED, "field-unprotected", "no condition names a field, so the uploader may change it")                 \
    X(24, VALUE_INVALID, "value-invalid", "a field has a value that the provider does not accept")                             \
    X(25, VALUE_IGNORED, "value-ignored", "a value has no effect, or not the one that it says")                                \
    X(26, NAME_CASE, "name-case", "form and policy spell a name differently, and the provider may care")                       \
    X(27, KEY_EMPTY, "key-empty", "the object's name is empty")                                                                \
    X(28, KEY_TOO_LONG, "key-too-long", "the object's name is longer than the provider stores")                                \
    X(29, KEY_INVALID, "key-invalid", "the object's name begins with a forbidden character, or is not UTF-8")                  \
    X(30, KEY_REWRITTEN, "key-rewritten", "the object will have another name than the key says")                               \
    X(31, KEY_DISCOURAGED, "key-discouraged", "the object's name has characters that cause trouble later")                     \
    X(32, METADATA_TOO_LARGE, "metadata-too-large", "names and values of the metadata are too long together")                  \
    X(33, SIZE_TOO_SMALL, "size-too-small", "the file is smaller than the policy allows")                                      \
    X(34, SIZE_TOO_LARGE, "size-too-large", "the file is larger than the policy allows")                                       \
    X(35, OBJECT_TOO_LARGE, "object-too-large", "the file is larger than one upload may be")                                   \
    X(36, TYPE_NOT_SENT, "type-not-sent", "no field carries the content type, so the object is stored with another one")

/** The constants of POSTAGE_FINDING_MAP. */
enum postage_finding_id {
/** One of them, for this enum only. */
#define POSTAGE_FINDING_ENUM(number, name, text, meaning) POSTAGE_FINDING_##name = (number), /**< meaning */
    POSTAGE_FINDING_MAP(POSTAGE_FINDING_ENUM)
#undef POSTAGE_FINDING_ENUM
};

/** The stable name, "condition-failed"; "unknown" for any other number. Never NULL. */
POSTAGE_API const char *postage_finding_name(enum postage_finding_id id);

/** One English line about the kind; "unknown finding" for any other number. Never NULL. */
POSTAGE_API const char *postage_finding_text(enum postage_finding_id id);

#ifdef __cplusplus
}
#endif

#endif
