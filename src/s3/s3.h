/* S3's own tables and functions, for its row and for the providers that speak S3. */
#ifndef POSTAGE_S3_S3_H
#define POSTAGE_S3_S3_H

#include "provider/refusal.h"
#include "provider/provider.h"

extern const struct postage_provider postage_provider_s3;

enum { S3_FIELD_COUNT = 23 };

extern const struct capability s3_fields[S3_FIELD_COUNT];
extern const char *const s3_reserved[];
extern const struct capabilities s3_capabilities;
extern const struct dialect s3_dialect;
extern const struct signature_scheme *const s3_schemes[];
extern const struct signature_scheme *const s3_older_schemes[];

/* presign.c */
extern const struct presign_rules s3_presign;

/* reply.c */
extern const struct reply_code s3_reply_codes[];
enum postage_outcome s3_read_error(const struct provider_reply *reply, struct postage_error *err);
extern const struct returned_digest s3_digests[];
bool s3_checksum_counts(const struct provider_reply *reply);
bool s3_etag_counts(const struct provider_reply *reply);

#endif
