/*
 * Texts that list the providers, from the library's registry: nothing of the tool has to be written anew for another one.
 *
 * A text may hold marks, which are replaced:
 *
 *     {names}         s3, minio, oss
 *     {alternatives}  s3|minio|oss
 *     {schemes}       s3:// minio:// oss://
 *     {targets}       s3://bucket/key, minio://bucket/key or oss://bucket/key
 *     {titles}        AWS S3, MinIO and Aliyun OSS
 */
#ifndef POSTAGE_TOOL_PROVIDER_TEXT_H
#define POSTAGE_TOOL_PROVIDER_TEXT_H

/* Room for the longest text of the tool with its lists, NUL included; what is longer is cut. */
#define PROVIDER_TEXT_BYTES 4096

/* Returns `out`. */
const char *provider_text(char out[PROVIDER_TEXT_BYTES], const char *text);

#endif
