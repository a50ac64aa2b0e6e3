#include "exit_code.h"

#include <stdbool.h>

const struct exit_code_row exit_code_rows[] = {
    { EXIT_INTERRUPTED, "interrupted" },
    { EXIT_UNKNOWN, "outcome unknown: look into the bucket before uploading again" },
    { EXIT_DIGEST, "the provider's digest differs from the bytes sent" },
    { EXIT_UNVERIFIED, "verification was required, but there was no digest to compare" },
    { EXIT_INTERNAL, "out of memory, a failed system call, or output that cannot be written" },
    { EXIT_CREDENTIALS, "credentials missing, unreadable or expired" },
    { EXIT_NETWORK, "network failure, not stored" },
    { EXIT_SOURCE, "source unreadable, or changed while it was read" },
    { EXIT_REFUSED, "refused by a rule or by the provider" },
    { EXIT_USAGE, "usage or bad input" },
    { EXIT_DONE, "done" },
};
const size_t exit_code_count = sizeof exit_code_rows / sizeof exit_code_rows[0];

/*
 * An unknown object state outweighs the reason: the user must look before acting. A differing digest and an interruption say so
 * by themselves.
 */
static const struct {
    enum exit_code not_stored;
    enum exit_code stored;
    enum exit_code unknown;
} results[EXIT_OUTCOMES] = {
    [POSTAGE_OUTCOME_OK] = { EXIT_INTERNAL, EXIT_DONE, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_USAGE] = { EXIT_USAGE, EXIT_USAGE, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_SOURCE_IO] = { EXIT_SOURCE, EXIT_SOURCE, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_SOURCE_CHANGED] = { EXIT_SOURCE, EXIT_SOURCE, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_OUT_OF_MEMORY] = { EXIT_INTERNAL, EXIT_INTERNAL, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_CANCELLED] = { EXIT_INTERRUPTED, EXIT_INTERRUPTED, EXIT_INTERRUPTED },
    [POSTAGE_OUTCOME_DEADLINE] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_FORM_EXPIRED] = { EXIT_REFUSED, EXIT_REFUSED, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_RESOLVE] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_CONNECT] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_TLS] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_NET_BEFORE_BODY] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_NET_DURING_BODY] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_NET_AFTER_BODY] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_REPLY_MALFORMED] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_THROTTLED] = { EXIT_REFUSED, EXIT_REFUSED, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_SERVER_TRANSIENT] = { EXIT_REFUSED, EXIT_REFUSED, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_REJECTED] = { EXIT_REFUSED, EXIT_REFUSED, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_REDIRECT_REFUSED] = { EXIT_REFUSED, EXIT_REFUSED, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_DIGEST_MISMATCH] = { EXIT_DIGEST, EXIT_DIGEST, EXIT_DIGEST },
    [POSTAGE_OUTCOME_CALLBACK_FAILED] = { EXIT_REFUSED, EXIT_DONE, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_UNVERIFIED] = { EXIT_UNVERIFIED, EXIT_UNVERIFIED, EXIT_UNKNOWN },
    [POSTAGE_OUTCOME_NOT_A_STORE] = { EXIT_NETWORK, EXIT_NETWORK, EXIT_UNKNOWN },
};

static const struct {
    enum postage_status status;
    enum exit_code code;
} statuses[] = {
    { POSTAGE_OK, EXIT_DONE },
    { POSTAGE_ERR_INVALID, EXIT_USAGE },
    { POSTAGE_ERR_UNSUPPORTED, EXIT_USAGE },
    { POSTAGE_ERR_LIMIT, EXIT_USAGE },
    { POSTAGE_ERR_SYNTAX, EXIT_USAGE },
    { POSTAGE_ERR_CREDENTIALS, EXIT_CREDENTIALS },
    { POSTAGE_ERR_EXPIRED, EXIT_CREDENTIALS },
    { POSTAGE_ERR_SOURCE, EXIT_SOURCE },
    { POSTAGE_ERR_LENGTH, EXIT_SOURCE },
    { POSTAGE_ERR_CHANGED, EXIT_SOURCE },
    { POSTAGE_ERR_REJECTED, EXIT_REFUSED },
    { POSTAGE_ERR_NETWORK, EXIT_NETWORK },
    { POSTAGE_ERR_TIMEOUT, EXIT_NETWORK },
    { POSTAGE_ERR_REPLY, EXIT_UNKNOWN },
    { POSTAGE_ERR_DIGEST, EXIT_DIGEST },
    { POSTAGE_ERR_CANCELLED, EXIT_INTERRUPTED },
};

enum { STATUS_COUNT = sizeof statuses / sizeof statuses[0] };

enum exit_code exit_code_of_result(enum postage_outcome outcome, enum postage_object_state state)
{
    if ((unsigned)outcome >= EXIT_OUTCOMES)
        return EXIT_INTERNAL;
    if (state == POSTAGE_OBJECT_STORED)
        return results[outcome].stored;
    return state == POSTAGE_OBJECT_NOT_STORED ? results[outcome].not_stored : results[outcome].unknown;
}

enum exit_code exit_code_of_status(enum postage_status status)
{
    for (size_t i = 0; i < STATUS_COUNT; i++)
        if (statuses[i].status == status)
            return statuses[i].code;
    return EXIT_INTERNAL;
}

static size_t rank(enum exit_code code)
{
    size_t i = 0;

    while (i < exit_code_count && exit_code_rows[i].code != code)
        i++;
    return i;
}

const char *exit_code_meaning(enum exit_code code)
{
    size_t i = rank(code);

    return i < exit_code_count ? exit_code_rows[i].meaning : NULL;
}

enum exit_code exit_code_worse(enum exit_code a, enum exit_code b)
{
    return rank(a) <= rank(b) ? a : b;
}
