/* Judging an upload before its first byte, so that what cannot succeed is not sent. */
#ifndef POSTAGE_UPLOAD_PRECHECK_H
#define POSTAGE_UPLOAD_PRECHECK_H

#include "postage/upload.h"

/*
 * @return POSTAGE_OK, ERR_EXPIRED (only a new form can help), ERR_REJECTED (the provider would refuse; the message is the first
 * finding's), ERR_INVALID (the form has no URL, which `skip_check` does not excuse), ERR_NOMEM.
 */
enum postage_status precheck(const struct postage_upload_options *options, uint64_t file_bytes, int64_t now_unix_s,
                             const struct postage_allocator *alloc, struct postage_error *err);

#endif
