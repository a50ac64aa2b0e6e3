/* What S3's row shares with those of stores that are like it. */
#ifndef SANDBOX_DIALECT_S3_H
#define SANDBOX_DIALECT_S3_H

#include "sandbox/dialect.h"

#define DIALECT_S3_NAMESPACE "http://s3.amazonaws.com/doc/2006-03-01/"

#define DIALECT_S3_EXPOSED                                                                                                     \
    "ETag, Location, x-amz-request-id, x-amz-id-2, x-amz-version-id, x-amz-checksum-crc64nvme, x-amz-checksum-type"

extern const struct refusal_answer dialect_s3_refusals[REFUSAL_COUNT];
extern const struct scheme *const dialect_s3_schemes[]; /* SigV4, SigV2 */
extern const char *const dialect_s3_acls[];
extern const char *const dialect_s3_put_headers[];
extern const char *const dialect_s3_put_unsupported[];

#endif
