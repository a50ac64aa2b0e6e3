/* The pieces that tests of forms begin with: published example credentials, a target, a signer. */
#ifndef POSTAGE_TESTS_SUPPORT_FORMS_H
#define POSTAGE_TESTS_SUPPORT_FORMS_H

#include <string.h>

#include "postage/postage.h"
#include "support/test.h"

#define FORMS_ACCESS_KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define FORMS_SECRET        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define FORMS_NOW           INT64_C(1763726400) /* 2025-11-21T12:00:00Z */

static inline struct postage_credentials *forms_credentials(const char *token, int64_t expires_unix_s)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;

    options.access_key_id = FORMS_ACCESS_KEY_ID;
    options.secret_access_key = FORMS_SECRET;
    options.session_token = token;
    options.expires_unix_s = expires_unix_s;
    assert_ok(postage_credentials_new(&credentials, &options, NULL, &err), err);
    return credentials;
}

/* us-east-1; an endpoint on loopback for everything but s3. */
static inline struct postage_target *forms_target(const char *uri)
{
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_target *target;

    options.region = "us-east-1";
    options.endpoint = strncmp(uri, "s3:", 3) == 0 ? NULL : "http://127.0.0.1:9000";
    assert_ok(postage_target_new(&target, uri, &options, NULL, &err), err);
    return target;
}

static inline struct postage_signer *forms_signer(const struct postage_credentials *credentials)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_signer *signer;

    assert_ok(postage_signer_new(&signer, credentials, NULL, &err), err);
    return signer;
}

/* The form of a policy, by fresh credentials. */
static inline struct postage_form *forms_sign(const struct postage_policy *policy, const char *token)
{
    struct postage_credentials *credentials = forms_credentials(token, 0);
    struct postage_signer *signer = forms_signer(credentials);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form;

    assert_ok(postage_signer_sign(signer, policy, FORMS_NOW, &form, &err), err);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    return form;
}

#endif
