/* What signing needs, put together from flags and environment: a target, credentials, a signer. */
#ifndef POSTAGE_TOOL_SESSION_H
#define POSTAGE_TOOL_SESSION_H

#include "arguments.h"
#include "mc_host.h"
#include "postage/signer.h"

struct session {
    struct mc_host alias;
    bool alias_gave_endpoint;
    struct postage_target *target;
    struct postage_credentials *credentials;
    struct postage_signer *signer;
};

/* Close `session` whatever the answer. */
enum exit_code session_open(struct session *session, const struct arguments *args, const char *uri);
void session_close(struct session *session);

/* The PEM file to trust: --ca-file, else AWS_CA_BUNDLE; NULL: the system's. */
const char *session_ca_file(const struct arguments *args);

#endif
