#include "session.h"

#include "credentials.h"
#include "environment.h"
#include "loopback.h"
#include "message.h"

#include <string.h>

/* Which variables name a region or endpoint, the first that is set counts. */
static const enum variable s3_regions[] = { ENV_AWS_REGION, ENV_AWS_DEFAULT_REGION, ENV_NONE };
static const enum variable oss_regions[] = { ENV_OSS_REGION, ENV_ALIBABA_CLOUD_REGION_ID, ENV_NONE };
static const enum variable oss_endpoints[] = { ENV_OSS_ENDPOINT, ENV_NONE };
static const enum variable minio_regions[] = { ENV_MINIO_REGION, ENV_MINIO_SITE_REGION, ENV_NONE };
static const enum variable aws_endpoints[] = { ENV_AWS_ENDPOINT_URL_S3, ENV_AWS_ENDPOINT_URL, ENV_NONE };
static const enum variable minio_endpoints[] = { ENV_MINIO_ENDPOINT, ENV_NONE };
static const enum variable minio_keys[] = { ENV_MINIO_ACCESS_KEY, ENV_MINIO_SECRET_KEY, ENV_MINIO_ROOT_USER,
                                            ENV_MINIO_ROOT_PASSWORD, ENV_NONE };

/* The provider's name is the URI's scheme. */
static const struct postage_provider *provider_of(const char *uri)
{
    char name[16];
    const char *end = strstr(uri, "://");

    if (end == NULL || (size_t)(end - uri) >= sizeof name)
        return NULL;
    memcpy(name, uri, (size_t)(end - uri));
    name[end - uri] = '\0';
    return postage_provider_find(name);
}

/* Keys written into an address would end up in messages: refused without quoting them. */
static enum exit_code check_userinfo(const char *what, const char *url)
{
    if (url == NULL || !url_has_userinfo(url))
        return EXIT_DONE;
    return fail(EXIT_USAGE, "keys come from the environment or from --credentials FILE",
                "%s: keys do not belong into an address", what);
}

/* AWS_ENDPOINT_URL and its relatives, unless they are switched off. */
static enum exit_code aws_endpoint(const char **endpoint, const char **from)
{
    bool ignore;
    enum exit_code code = environment_switch(ENV_AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, &ignore);

    if (code == EXIT_DONE && !ignore)
        *endpoint = environment_first(aws_endpoints, from);
    return code;
}

/* Whether an MC_HOST variable need not be asked for keys; one for another server may then be as broken as it likes. */
static bool minio_keys_are_given(const struct arguments *args)
{
    return args->credentials_file != NULL || environment_first(minio_keys, NULL) != NULL;
}

static enum exit_code minio_endpoint(struct session *session, const struct arguments *args,
                                     struct postage_target_options *options, const char **from)
{
    enum exit_code code;

    if (options->endpoint == NULL)
        options->endpoint = environment_first(minio_endpoints, from);
    if (options->endpoint != NULL && minio_keys_are_given(args))
        return EXIT_DONE;
    code = mc_host_choose(&session->alias, options->endpoint);
    if (code != EXIT_DONE || options->endpoint != NULL)
        return code;
    if (session->alias.variable != NULL) {
        options->endpoint = session->alias.endpoint;
        *from = session->alias.variable;
        session->alias_gave_endpoint = true;
        return EXIT_DONE;
    }
    code = aws_endpoint(&options->endpoint, from);
    if (code == EXIT_DONE && options->endpoint == NULL)
        return fail(EXIT_USAGE, "give --endpoint http[s]://host[:port], or set one of these",
                    "no endpoint for minio: looked for MINIO_ENDPOINT, MC_HOST_<alias>, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL");
    return code;
}

static enum exit_code s3_surroundings(struct postage_target_options *options, const char **from)
{
    enum exit_code code = EXIT_DONE;

    if (options->endpoint == NULL)
        code = aws_endpoint(&options->endpoint, from);
    if (code == EXIT_DONE)
        code = environment_switch(ENV_AWS_USE_DUALSTACK_ENDPOINT, &options->dualstack);
    if (code == EXIT_DONE)
        code = environment_switch(ENV_AWS_USE_FIPS_ENDPOINT, &options->fips);
    if (code == EXIT_DONE && options->region == NULL)
        return fail(EXIT_USAGE, "give --region, for example --region eu-west-1, or set one of these",
                    "no region for s3: looked for AWS_REGION, AWS_DEFAULT_REGION");
    return code;
}

static enum exit_code oss_surroundings(struct postage_target_options *options, const char **from)
{
    if (options->endpoint == NULL)
        options->endpoint = environment_first(oss_endpoints, from);
    if (options->region == NULL)
        return fail(EXIT_USAGE, "give --region, for example --region cn-hangzhou, or set one of these",
                    "no region for oss: looked for OSS_REGION, ALIBABA_CLOUD_REGION_ID");
    return EXIT_DONE;
}

static enum exit_code surroundings(struct session *session, const struct arguments *args,
                                   const struct postage_provider *provider, struct postage_target_options *options,
                                   const char **from)
{
    if (strcmp(postage_provider_name(provider), "minio") == 0)
        return minio_endpoint(session, args, options, from);
    return strcmp(postage_provider_name(provider), "oss") == 0 ? oss_surroundings(options, from)
                                                               : s3_surroundings(options, from);
}

static enum exit_code make_target(struct session *session, const struct arguments *args, const char *uri,
                                  const struct postage_provider *provider)
{
    const enum variable *regions = strcmp(postage_provider_name(provider), "minio") == 0 ? minio_regions
                                   : strcmp(postage_provider_name(provider), "oss") == 0 ? oss_regions
                                                                                         : s3_regions;
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    const char *from = "--endpoint";
    enum exit_code code;

    options.endpoint = args->endpoint;
    options.region = args->region != NULL ? args->region : environment_first(regions, NULL);
    options.addressing = (enum postage_addressing)args->addressing.number;
    options.accelerate = args->accelerate;
    options.signature = args->signature;
    options.public_url = args->public_url;
    code = surroundings(session, args, provider, &options, &from);
    if (code == EXIT_DONE)
        code = check_userinfo(from, options.endpoint);
    if (code == EXIT_DONE)
        code = check_userinfo("--public-url", options.public_url);
    if (code != EXIT_DONE)
        return code;
    if (postage_target_new(&session->target, uri, &options, NULL, &err) != POSTAGE_OK && session->alias_gave_endpoint)
        return fail(EXIT_USAGE, "TARGET may be wrong as well; --endpoint tells more", "%s: no bucket can be reached with it",
                    from);
    if (session->target == NULL)
        return fail_error(strncmp(err.message, "endpoint ", 9) == 0 ? from : NULL, &err); /* who named it */
    return EXIT_DONE;
}

enum exit_code session_open(struct session *session, const struct arguments *args, const char *uri)
{
    const struct postage_provider *provider = provider_of(uri);
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code;

    *session = (struct session){ 0 };
    code = check_userinfo("TARGET", uri);
    if (code != EXIT_DONE)
        return code;
    if (provider == NULL)
        return fail(EXIT_USAGE, "s3://bucket/key, minio://bucket/key or oss://bucket/key",
                    "TARGET: \"%s\" does not begin with a provider's name", uri);
    code = make_target(session, args, uri, provider);
    if (code == EXIT_DONE)
        code = credentials_find(&session->credentials, args, postage_provider_name(provider), &session->alias,
                                session->alias_gave_endpoint);
    credentials_forget_variables();
    mc_host_clear(&session->alias);
    if (code != EXIT_DONE)
        return code;
    if (postage_signer_new(&session->signer, session->credentials, NULL, &err) != POSTAGE_OK)
        return fail_error(NULL, &err);
    explain("%s in region %s", postage_target_url(session->target), postage_target_region(session->target));
    if (url_is_exposed(postage_target_url(session->target)))
        warn("%s is plain HTTP: whoever is on the way can read the form and use it until it expires",
             postage_target_url(session->target));
    return EXIT_DONE;
}

void session_close(struct session *session)
{
    postage_signer_free(session->signer);
    postage_credentials_free(session->credentials);
    postage_target_free(session->target);
    mc_host_clear(&session->alias);
}

const char *session_ca_file(const struct arguments *args)
{
    return args->ca_file != NULL ? args->ca_file : environment_get(ENV_AWS_CA_BUNDLE);
}
