/* What goes to the log of a request: the form that is sent and the reply that came, for people who debug. */
#ifndef POSTAGE_UPLOAD_TRACE_H
#define POSTAGE_UPLOAD_TRACE_H

#include "postage/log.h"
#include "provider/provider.h"
#include "postage/upload.h"

/* The fields in order. Values are shown of fields known to be harmless; of all others (policy, signature, token) the length. */
void trace_form(const struct postage_logger *logger, const struct postage_upload_options *options, uint64_t object_bytes);

/* The reply's headers, whose values were masked before; only general ones and those that the row names are shown. */
void trace_reply(const struct postage_logger *logger, const struct postage_provider *provider,
                 const struct provider_reply *reply);

#endif
