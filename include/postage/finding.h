/**
 * @file
 * What `check` (check.h) can find: one list, from which the constants, the names in JSON, the texts and docs/check-rules.md are made.
 */
#ifndef POSTAGE_FINDING_H
#define POSTAGE_FINDING_H

#include "postage/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Each finding: constant, stable name for programs, what it means. In the order in which providers look at a form, which is the
 * order of a report; the first one that is a refusal is what the provider would answer with.
 */
#define POSTAGE_FINDING_MAP(X)                                                                                                 \
    X(FORM_MALFORMED, "form-malformed", "the form is not JSON, or not shaped like a form")                                     \
    X(POLICY_MALFORMED, "policy-malformed", "the policy is not base64, not JSON, or has a condition that cannot be read")      \
    X(URL_MISSING, "url-missing", "the form does not say where to post it")                                                    \
    X(KEY_MISSING, "key-missing", "no field names the object")                                                                 \
    X(DUPLICATE_FIELD, "duplicate-field", "a field occurs more than once")                                                     \
    X(PRE_FILE_TOO_LARGE, "pre-file-too-large", "what comes before the file is larger than the provider reads")                \
    X(FIELD_TOO_LONG, "field-too-long", "one value is longer than the provider takes")                                         \
    X(UNSIGNED, "unsigned", "there is no signature: an anonymous upload, which only a public bucket takes")                    \
    X(SIGNATURE_MISSING, "signature-missing", "a field of the signature is missing")                                           \
    X(SIGNATURE_MALFORMED, "signature-malformed", "a field of the signature has a value that cannot be right")                 \
    X(DATE_DIFFERS, "date-differs", "the date of signing is not on the day that the credential names")                         \
    X(DATE_IN_FUTURE, "date-in-future", "the form was signed by a clock more than 15 minutes ahead")                           \
    X(SIGNATURE_TOO_OLD, "signature-too-old", "the signature is older than the provider accepts, whatever the policy says")    \
    X(EXPIRED, "expired", "the policy has expired")                                                                            \
    X(EXPIRES_SOON, "expires-soon", "the policy expires within a minute")                                                      \
    X(EXPIRY_CUT, "expiry-cut", "the policy lasts longer than a signature is accepted")                                        \
    X(CONDITION_FAILED, "condition-failed", "a value breaks a condition of the policy")                                        \
    X(FIELD_MISSING, "field-missing", "the policy has a condition on a field that the form lacks")                             \
    X(FILENAME_EXACT, "filename-exact",                                                                                        \
      "an exact condition on a text with ${filename}, which is documented for prefixes only")                                  \
    X(BUCKET_UNCOVERED, "bucket-uncovered", "the policy does not name the bucket")                                             \
    X(SIGNATURE_UNCOVERED, "signature-uncovered", "the policy does not name a field that the signature depends on")            \
    X(TOKEN_UNCOVERED, "token-uncovered", "the policy does not name the session token")                                        \
    X(EXTRA_FIELD, "extra-field", "the form has a field that no condition names")                                              \
    X(FIELD_UNPROTECTED, "field-unprotected", "no condition names a field, so the uploader may change it")                     \
    X(VALUE_INVALID, "value-invalid", "a field has a value that the provider does not accept")                                 \
    X(VALUE_IGNORED, "value-ignored", "a value has no effect, or not the one that it says")                                    \
    X(NAME_CASE, "name-case", "form and policy spell a name differently, and the provider may care")                           \
    X(KEY_EMPTY, "key-empty", "the object's name is empty")                                                                    \
    X(KEY_TOO_LONG, "key-too-long", "the object's name is longer than the provider stores")                                    \
    X(KEY_INVALID, "key-invalid", "the object's name begins with a forbidden character, or is not UTF-8")                      \
    X(KEY_REWRITTEN, "key-rewritten", "the object will have another name than the key says")                                   \
    X(KEY_DISCOURAGED, "key-discouraged", "the object's name has characters that cause trouble later")                         \
    X(METADATA_TOO_LARGE, "metadata-too-large", "names and values of the metadata are too long together")                      \
    X(SIZE_TOO_SMALL, "size-too-small", "the file is smaller than the policy allows")                                          \
    X(SIZE_TOO_LARGE, "size-too-large", "the file is larger than the policy allows")                                           \
    X(OBJECT_TOO_LARGE, "object-too-large", "the file is larger than one upload may be")                                       \
    X(TYPE_NOT_SENT, "type-not-sent", "no field carries the content type, so the object is stored with another one")

/** The constants of POSTAGE_FINDING_MAP. */
enum postage_finding_id {
/** One of them, for this enum only. */
#define POSTAGE_FINDING_ENUM(name, text, meaning) POSTAGE_FINDING_##name, /**< meaning */
    POSTAGE_FINDING_MAP(POSTAGE_FINDING_ENUM)
#undef POSTAGE_FINDING_ENUM
        POSTAGE_FINDING_COUNT /**< how many there are */
};

/** The stable name, "condition-failed"; "unknown" for any other number. Never NULL. */
POSTAGE_API const char *postage_finding_name(enum postage_finding_id id);

/** One English line about the kind; "unknown finding" for any other number. Never NULL. */
POSTAGE_API const char *postage_finding_text(enum postage_finding_id id);

#ifdef __cplusplus
}
#endif

#endif
