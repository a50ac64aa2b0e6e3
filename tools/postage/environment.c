#include "environment.h"

#include "message.h"
#include "value.h"

#include <stdlib.h>
#include <string.h>

enum { SIGNING = COMMANDS_SIGNING, SENDING = COMMANDS_SENDING, ALL = COMMANDS_ALL };

const struct environment_row environment_rows[ENV_COUNT] = {
    [ENV_AWS_ACCESS_KEY_ID] = { "AWS_ACCESS_KEY_ID", "s3", "access key id; minio: after its own", SIGNING, true },
    [ENV_AWS_SECRET_ACCESS_KEY] = { "AWS_SECRET_ACCESS_KEY", "s3", "its secret", SIGNING, true },
    [ENV_AWS_SESSION_TOKEN] = { "AWS_SESSION_TOKEN", "s3", "its session token, if there is one", SIGNING, true },
    [ENV_AWS_CREDENTIAL_EXPIRATION] = { "AWS_CREDENTIAL_EXPIRATION", "s3", "when the keys end; no form outlives them", SIGNING,
                                        false },
    [ENV_AWS_REGION] = { "AWS_REGION", "s3", "signing region", SIGNING, true },
    [ENV_AWS_DEFAULT_REGION] = { "AWS_DEFAULT_REGION", "s3", "the same, looked for second", SIGNING, false },
    [ENV_AWS_ENDPOINT_URL_S3] = { "AWS_ENDPOINT_URL_S3", "s3", "endpoint; minio: after its own", SIGNING, true },
    [ENV_AWS_ENDPOINT_URL] = { "AWS_ENDPOINT_URL", "s3", "the same, looked for second", SIGNING, false },
    [ENV_AWS_IGNORE_CONFIGURED_ENDPOINT_URLS] = { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "s3",
                                                  "true: the two above do not count", SIGNING, false },
    [ENV_AWS_USE_DUALSTACK_ENDPOINT] = { "AWS_USE_DUALSTACK_ENDPOINT", "s3", "true: hosts with IPv4 and IPv6", SIGNING, false },
    [ENV_AWS_USE_FIPS_ENDPOINT] = { "AWS_USE_FIPS_ENDPOINT", "s3", "true: FIPS hosts", SIGNING, false },
    [ENV_MINIO_ENDPOINT] = { "MINIO_ENDPOINT", "minio", "endpoint", SIGNING, true },
    [ENV_MC_HOST] = { "MC_HOST_<alias>", "minio", "http[s]://KEY:SECRET[:TOKEN]@host", SIGNING, true },
    [ENV_MINIO_ACCESS_KEY] = { "MINIO_ACCESS_KEY", "minio", "access key", SIGNING, true },
    [ENV_MINIO_SECRET_KEY] = { "MINIO_SECRET_KEY", "minio", "its secret", SIGNING, true },
    [ENV_MINIO_SESSION_TOKEN] = { "MINIO_SESSION_TOKEN", "minio", "its session token, if there is one", SIGNING, false },
    [ENV_MINIO_ROOT_USER] = { "MINIO_ROOT_USER", "minio", "access key, looked for second", SIGNING, false },
    [ENV_MINIO_ROOT_PASSWORD] = { "MINIO_ROOT_PASSWORD", "minio", "its secret", SIGNING, false },
    [ENV_MINIO_REGION] = { "MINIO_REGION", "minio", "signing region; us-east-1 unless given", SIGNING, false },
    [ENV_MINIO_SITE_REGION] = { "MINIO_SITE_REGION", "minio", "the same, looked for second", SIGNING, false },
    [ENV_OSS_ACCESS_KEY_ID] = { "OSS_ACCESS_KEY_ID", "oss", "access key id", SIGNING, true },
    [ENV_OSS_ACCESS_KEY_SECRET] = { "OSS_ACCESS_KEY_SECRET", "oss", "its secret", SIGNING, true },
    [ENV_OSS_SESSION_TOKEN] = { "OSS_SESSION_TOKEN", "oss", "its session token, if there is one", SIGNING, true },
    [ENV_OSS_REGION] = { "OSS_REGION", "oss", "signing region", SIGNING, true },
    [ENV_OSS_ENDPOINT] = { "OSS_ENDPOINT", "oss", "endpoint", SIGNING, false },
    [ENV_ALIBABA_CLOUD_ACCESS_KEY_ID] = { "ALIBABA_CLOUD_ACCESS_KEY_ID", "oss", "access key id, looked for second", SIGNING,
                                          false },
    [ENV_ALIBABA_CLOUD_ACCESS_KEY_SECRET] = { "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "oss", "its secret", SIGNING, false },
    [ENV_ALIBABA_CLOUD_SECURITY_TOKEN] = { "ALIBABA_CLOUD_SECURITY_TOKEN", "oss", "its session token", SIGNING, false },
    [ENV_ALIBABA_CLOUD_REGION_ID] = { "ALIBABA_CLOUD_REGION_ID", "oss", "signing region, looked for second", SIGNING, false },
    [ENV_AWS_CA_BUNDLE] = { "AWS_CA_BUNDLE", "", "PEM certificates to trust, as --ca-file", SENDING, false },
    [ENV_NO_COLOR] = { "NO_COLOR", "", "not empty: no colours", ALL, false },
    [ENV_TERM] = { "TERM", "", "dumb: no colours, no progress", ALL, false },
    [ENV_TMPDIR] = { "TMPDIR", "", "sandbox: where --dir is by default; /tmp", COMMAND_SANDBOX, false },
};

const char *environment_get(enum variable variable)
{
    const char *name = environment_rows[variable].name;
    const char *value = name != NULL ? getenv(name) : NULL;

    return value != NULL && value[0] != '\0' ? value : NULL;
}

void environment_forget(enum variable variable)
{
    char *value = variable != ENV_NONE ? getenv(environment_rows[variable].name) : NULL;

    if (value != NULL)
        explicit_bzero(value, strlen(value));
}

const char *environment_first(const enum variable *variables, const char **found)
{
    for (; *variables != ENV_NONE; variables++) {
        const char *value = environment_get(*variables);

        if (value == NULL)
            continue;
        if (found != NULL)
            *found = environment_rows[*variables].name;
        return value;
    }
    return NULL;
}

enum exit_code environment_switch(enum variable variable, bool *value)
{
    const char *text = environment_get(variable);

    *value = false;
    if (text == NULL || value_to_bool(text, value))
        return EXIT_DONE;
    return fail(EXIT_USAGE, "true or false", "%s: \"%s\" is neither", environment_rows[variable].name, text);
}
