/* OSS's version 1 signatures of requests that are no forms, by header and by query. */
#ifndef SANDBOX_OSS_V1_H
#define SANDBOX_OSS_V1_H

#include "sandbox/request_auth.h"

/* Whether the header, or the query, is signed so. */
bool oss_v1_in_header(const struct request *request);
bool oss_v1_in_query(const struct request *request);

/* One of the two is. False: refused. */
bool oss_v1_check(struct call *call, struct payload_claim *claim);

#endif
