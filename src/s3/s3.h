/* S3's own tables and functions, for its row and for the providers that speak S3. */
#ifndef POSTAGE_S3_S3_H
#define POSTAGE_S3_S3_H

#include "provider/refusal.h"
#include "provider/provider.h"

extern const struct postage_provider postage_provider_s3;

enum { S3_FIELD_COUNT = 23 };

extern const struct capability s3_fields[S3_FIELD_COUNT];
extern const char *const s3_reserved[];
extern const char *const s3_secret_fields[];
extern const struct store_without_forms s3_stores_without_forms[];
extern const struct created_document s3_created;
extern const char *const s3_log_headers[];
extern const struct capabilities s3_capabilities;
extern const struct dialect s3_dialect;
extern const char *const s3_success_statuses[];

/* The limits of every store that speaks S3, as members of a provider's. */
#define S3_LIMITS                                                                                                              \
    .max_key_bytes = 1024, .max_metadata_bytes = 2048, .max_redirect_bytes = 2048, .max_tags = 10, .max_tag_key_chars = 128,   \
    .max_tag_value_chars = 256

/* What every store that speaks S3 answers to these, as rows of a table of answers. */
#define S3_ANSWERS                                                                                                             \
    { POSTAGE_FINDING_SIGNATURE_MALFORMED, 403, "SignatureDoesNotMatch" }, { POSTAGE_FINDING_EXPIRED, 403, "AccessDenied" },   \
        { POSTAGE_FINDING_CONDITION_FAILED, 403, "AccessDenied" }, { POSTAGE_FINDING_FIELD_MISSING, 403, "AccessDenied" },     \
        { POSTAGE_FINDING_BUCKET_UNCOVERED, 403, "AccessDenied" }, { POSTAGE_FINDING_TOKEN_UNCOVERED, 403, "AccessDenied" },   \
        { POSTAGE_FINDING_EXTRA_FIELD, 403, "AccessDenied" }, { POSTAGE_FINDING_SIZE_TOO_SMALL, 400, "EntityTooSmall" },       \
        { POSTAGE_FINDING_SIZE_TOO_LARGE, 400, "EntityTooLarge" },                                                             \
    {                                                                                                                          \
        POSTAGE_FINDING_OBJECT_TOO_LARGE, 400, "EntityTooLarge"                                                                \
    }
extern const struct signature_scheme *const s3_schemes[];
extern const struct signature_scheme *const s3_older_schemes[];

/* environment.c; the variables that stores which speak S3 are used with as well. */
#define S3_KEY_VARIABLES                                                                                                       \
    {                                                                                                                          \
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION", NULL                   \
    }
#define S3_ENDPOINT_VARIABLES                                                                                                  \
    { "AWS_ENDPOINT_URL_S3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", NULL },                                                    \
    {                                                                                                                          \
        "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", NULL                                                        \
    }
extern const struct environment s3_environment;

/* presign.c */
extern const struct presign_scheme s3_presign;

/* causes.c */
extern const struct refusal_cause s3_causes[];
extern const struct refusal_cause *const s3_all_causes[];
void s3_add_detail(const struct provider_reply *reply, char *detail, size_t cap);

/* digests.c */
extern const struct returned_digest s3_digests[];
bool s3_checksum_counts(const struct provider_reply *reply);
bool s3_etag_counts(const struct provider_reply *reply);

#endif
