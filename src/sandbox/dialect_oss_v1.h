/* OSS's version 1 signatures of requests, by header and by query. */
#ifndef SANDBOX_DIALECT_OSS_V1_H
#define SANDBOX_DIALECT_OSS_V1_H

#include "sandbox/request_auth.h"

bool dialect_oss_v1_is_in_header(const struct scheme *scheme, const struct request *request);
bool dialect_oss_v1_is_in_query(const struct scheme *scheme, const struct request *request);
bool dialect_oss_v1_check_request(struct call *call, const struct scheme *scheme, struct payload_claim *claim);

#endif
