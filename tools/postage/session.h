/* What signing needs, put together from flags and environment: a target, credentials, a signer. */
#ifndef POSTAGE_TOOL_SESSION_H
#define POSTAGE_TOOL_SESSION_H

#include "arguments.h"
#include "alias.h"
#include "postage/signer.h"

struct session {
    struct alias alias;
    bool alias_gave_endpoint;
    struct postage_target *target;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
};

/* Close `session` whatever the answer. */
enum exit_code session_open(struct session *session, const struct arguments *args, const char *uri);
void session_close(struct session *session);

/* The PEM file to trust: --ca-file, else the environment's; NULL: the system's. */
const char *session_ca_file(const struct arguments *args);

#endif
