/* The client from inside. */
#ifndef POSTAGE_UPLOAD_CLIENT_H
#define POSTAGE_UPLOAD_CLIENT_H

#include "postage/upload.h"

/* postage_client_submit with another receiver for the result than the options name; `done` may be NULL. */
enum postage_status client_submit(struct postage_client *client, const struct postage_upload_options *options,
                                  void (*done)(void *context, const struct postage_result *result), void *done_context,
                                  uint64_t *id, struct postage_error *err);

#endif
