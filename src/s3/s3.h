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
extern const char *const s3_log_headers[];
extern const struct capabilities s3_capabilities;
extern const struct dialect s3_dialect;
extern const struct signature_scheme *const s3_schemes[];
extern const struct signature_scheme *const s3_older_schemes[];

/* environment.c; the variables that stores which speak S3 are used with as well. */
#define S3_KEY_VARIABLES                                                                                                       \
    {                                                                                                                          \
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"                         \
    }
#define S3_ENDPOINT_VARIABLES                                                                                                  \
    { "AWS_ENDPOINT_URL_S3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" },                                                          \
    {                                                                                                                          \
        "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"                                                              \
    }
extern const struct environment s3_environment;

/* presign.c */
extern const struct presign_scheme s3_presign;

/* reply.c */
extern const struct refusal_cause s3_causes[];
extern const struct refusal_cause *const s3_all_causes[];
void s3_add_detail(const struct provider_reply *reply, char *detail, size_t cap);
extern const struct returned_digest s3_digests[];
bool s3_checksum_counts(const struct provider_reply *reply);
bool s3_etag_counts(const struct provider_reply *reply);

#endif
