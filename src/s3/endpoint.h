/* Where S3 is, and how a bucket is put into a URL. */
#ifndef POSTAGE_S3_ENDPOINT_H
#define POSTAGE_S3_ENDPOINT_H

#include "provider/provider.h"

/* ".amazonaws.com" and those of the other partitions; NULL-terminated. */
extern const char *const s3_domains[];

enum postage_status s3_resolve(const struct location *where, char *url, struct postage_error *err);

/* 1 to 255 letters, digits, dots, hyphens and underscores; `provider` is for the message. */
enum postage_status s3_check_bucket(const char *provider, const char *bucket, struct postage_error *err);

/*
 * A bucket under an endpoint of the caller's: virtual puts it in front of the host, path after the endpoint's own path.
 * AUTO is decided by `auto_virtual`. `url` holds URL_BYTES.
 */
enum postage_status s3_join_endpoint(const struct location *where, const char *provider, bool auto_virtual, char *url,
                                     struct postage_error *err);

#endif
