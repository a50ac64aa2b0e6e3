#include "upload/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "check/check.h"
#include "provider/returned_digest.h"
#include "upload/describe.h"

static const struct returned_digest *find_row(const struct postage_provider *provider, enum postage_digest digest)
{
    const struct returned_digest *row = provider->digests;

    while (row->digest != POSTAGE_DIGEST_NONE && row->digest != digest)
        row++;
    return row->digest != POSTAGE_DIGEST_NONE ? row : NULL;
}

static bool can_come(const struct returned_digest *row, const struct postage_form *form, bool *sure)
{
    bool own_host = check_is_own_domain(postage_form_provider(form)->capabilities->dialect, postage_form_url(form));
    size_t count;
    const struct postage_field *fields = postage_form_fields(form, &count);

    return returned_digest_can_come(row, fields, count, own_host, sure);
}

/* In order of preference, up to the first that is sure to come. What OpenSSL lacks must not stop uploads that nobody checks. */
static unsigned expected(const struct postage_form *form)
{
    unsigned digests = 0;
    bool sure = false;

    for (const struct returned_digest *row = postage_form_provider(form)->digests; row->digest != POSTAGE_DIGEST_NONE && !sure;
         row++) {
        if (digest_is_available(row->digest) && can_come(row, form, &sure))
            digests |= POSTAGE_DIGEST_BIT(row->digest);
        else
            sure = false;
    }
    return digests;
}

/* The digest of the caller's choice, where the provider has it at all: it is compared if it comes. */
static unsigned chosen(const struct postage_upload_options *options)
{
    return find_row(postage_form_provider(options->form), options->digest) != NULL ? POSTAGE_DIGEST_BIT(options->digest) : 0;
}

/* Why this digest cannot be compared; false: it may be. `row` NULL: the provider never returns it. */
static bool find_obstacle(const struct returned_digest *row, const struct postage_upload_options *options, char *why,
                          size_t cap)
{
    const char *title = postage_provider_title(postage_form_provider(options->form));
    bool sure;

    if (row == NULL)
        snprintf(why, cap, "%s does not return %s", title, postage_digest_name(options->digest));
    else if (!digest_is_available(row->digest))
        snprintf(why, cap, "OpenSSL has no %s here", postage_digest_name(row->digest));
    else if (can_come(row, options->form, &sure))
        return false;
    else if (row->field != NULL && postage_form_value(options->form, row->field) == NULL)
        snprintf(why, cap, "%s returns %s only for a form with the field %s", title, postage_digest_name(row->digest),
                 row->field);
    else
        snprintf(why, cap, "the form asks for encryption, and %s then returns no %s of the file", title,
                 postage_digest_name(row->digest));
    return true;
}

/* Nothing is sent that could only end unverified. Without a choice the last row, which needs no field, says why. */
static enum postage_status check_possible(const struct postage_upload_options *options, struct postage_error *err)
{
    const struct returned_digest *row = postage_form_provider(options->form)->digests;
    char why[160] = "the provider returns no digest";
    bool possible = false;

    if (options->digest != POSTAGE_DIGEST_NONE)
        possible = !find_obstacle(find_row(postage_form_provider(options->form), options->digest), options, why, sizeof why);
    for (; options->digest == POSTAGE_DIGEST_NONE && row->digest != POSTAGE_DIGEST_NONE; row++)
        possible |= !find_obstacle(row, options, why, sizeof why);
    if (possible)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_DIGEST, "nothing sent: verification is required, but %s", why);
}

enum postage_status verify_choose(unsigned *digests, const struct postage_upload_options *options, struct postage_error *err)
{
    *digests = 0;
    if ((unsigned)options->verify > POSTAGE_VERIFY_NONE)
        return error_set(err, POSTAGE_ERR_INVALID, "verify: %d is not a value of enum postage_verify", (int)options->verify);
    if ((unsigned)options->digest >= DIGEST_COUNT)
        return error_set(err, POSTAGE_ERR_INVALID, "digest: %d is not a value of enum postage_digest", (int)options->digest);
    if (options->verify == POSTAGE_VERIFY_NONE)
        return POSTAGE_OK;
    *digests = options->digest != POSTAGE_DIGEST_NONE ? chosen(options) : expected(options->form);
    return options->verify == POSTAGE_VERIFY_REQUIRED ? check_possible(options, err) : POSTAGE_OK;
}

void verify_reply(struct result_draft *draft, const struct attempt *attempt, const struct provider_reply *reply)
{
    const struct postage_provider *provider = postage_form_provider(attempt->options->form);

    for (const struct returned_digest *row = provider->digests; row->digest != POSTAGE_DIGEST_NONE; row++) {
        uint8_t own[POSTAGE_DIGEST_MAX_BYTES], theirs[POSTAGE_DIGEST_MAX_BYTES];
        size_t length = postage_body_digest(attempt->body, row->digest, own, sizeof own);

        if (length == 0 || !returned_digest_read(row, reply, theirs))
            continue;
        if (memcmp(own, theirs, length) == 0)
            draft->result.verified = row->digest;
        else
            describe_mismatch(draft, row, own, theirs);
        return;
    }
}

void verify_demand(struct result_draft *draft, const struct attempt *attempt)
{
    if (attempt->options->verify == POSTAGE_VERIFY_REQUIRED && draft->result.object_state == POSTAGE_OBJECT_STORED &&
        draft->result.verified == POSTAGE_DIGEST_NONE)
        describe_unverified(draft, attempt->digests);
}
