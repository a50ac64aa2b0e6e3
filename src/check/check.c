#include "check/check.h"

#include "base/error.h"
#include "base/options.h"
#include "form/read.h"
#include "registry/registry.h"
#include "form/recognise.h"

/* As stores go about it: what can be said before the file, then the key, and the size last, because it is known last. */
static void (*const steps[])(struct check *check) = {
    check_shape, check_signature, check_conditions, check_coverage, check_values, check_key, check_size,
};

static enum postage_status take_options(struct postage_check_options *ours, const struct postage_check_options *theirs,
                                        struct postage_error *err)
{
    enum postage_status status = OPTIONS_TAKE(ours, theirs, struct postage_check_options, now_unix_s, err);

    if (status != POSTAGE_OK)
        return status;
    if (ours->field_count > 0 && ours->fields == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "check: the field list is NULL although its count is not 0");
    for (size_t i = 0; i < ours->field_count; i++)
        if (ours->fields[i].name == NULL || ours->fields[i].name[0] == '\0' || ours->fields[i].value == NULL)
            return error_set(err, POSTAGE_ERR_INVALID, "check: a field has no name or no value");
    return POSTAGE_OK;
}

static enum postage_status run(struct check *check, struct postage_error *err)
{
    struct postage_report *report = check->report;
    static const struct policy_document none;
    enum postage_status status = POSTAGE_OK;

    check->has_policy = check->form->policy_len > 0;
    check->document = &none;
    if (check->has_policy)
        status = form_document(check->form, &check->document, err);
    if (status == POSTAGE_OK)
        status = check_gather(check, err);
    if (status != POSTAGE_OK)
        return status;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        steps[i](check);
    return report->status == POSTAGE_OK ? POSTAGE_OK : error_plain(err, report->status);
}

enum postage_status postage_check(struct postage_report **out, const struct postage_form *form,
                                  const struct postage_check_options *options, const struct postage_allocator *alloc,
                                  struct postage_error *err)
{
    struct check check = { .form = form };
    enum postage_status status;

    *out = NULL;
    if (form == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "check: the form is NULL");
    status = take_options(&check.options, options, err);
    if (status != POSTAGE_OK)
        return status;
    check.report = report_alloc(alloc);
    if (check.report == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    check.provider = check.options.provider != NULL ? check.options.provider : form->provider;
    check.caps = check.provider->capabilities;
    check.dialect = check.caps->dialect;
    check.scheme = recognise_scheme(form, check.provider);
    check.report->provider = check.provider;
    check.report->signature = check.scheme != NULL ? check.scheme->name : "";
    status = run(&check, err);
    if (status != POSTAGE_OK) {
        postage_report_free(check.report);
        return status;
    }
    *out = check.report;
    return POSTAGE_OK;
}

/* Another provider whose forms have the same fields, from `*index` on; NULL: there is none. */
static const struct postage_provider *next_twin(const struct postage_provider *provider, size_t *index)
{
    const struct postage_provider *other;

    while ((other = registry_at((*index)++)) != NULL)
        if (other != provider && other->schemes == provider->schemes)
            return other;
    return NULL;
}

enum postage_status check_for_any(struct postage_report **out, const struct postage_form *form,
                                  const struct postage_check_options *options, const struct postage_allocator *alloc,
                                  struct postage_error *err)
{
    enum postage_status status = postage_check(out, form, options, alloc, err);
    struct postage_check_options other = *options;
    size_t index = 0;

    if (status != POSTAGE_OK || !form->provider_guessed ||
        check_is_own_domain(form->provider->capabilities->dialect, form->url))
        return status;
    while (!postage_report_accepted(*out) && (other.provider = next_twin(form->provider, &index)) != NULL) {
        struct postage_report *report;

        if (postage_check(&report, form, &other, alloc, err) != POSTAGE_OK) {
            postage_report_free(*out);
            *out = NULL;
            return POSTAGE_ERR_NOMEM;
        }
        if (postage_report_accepted(report)) {
            postage_report_free(*out);
            *out = report;
        } else {
            postage_report_free(report);
        }
    }
    return POSTAGE_OK;
}

/* A form that cannot be read is a finding, not a failure: no provider would accept it. */
static enum postage_status report_mistake(struct postage_report **out, enum postage_finding_id mistake, const char *message,
                                          const struct postage_provider *provider, const struct postage_allocator *alloc,
                                          struct postage_error *err)
{
    struct postage_report *report = report_alloc(alloc);
    const struct report_place nowhere = { 0 };

    if (report == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    report->provider = provider;
    report_add(report, mistake, POSTAGE_EFFECT_REFUSED, &nowhere, "%s", message);
    if (report->status != POSTAGE_OK) {
        postage_report_free(report);
        return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    *out = report;
    return POSTAGE_OK;
}

enum postage_status postage_check_json(struct postage_report **out, const char *json, size_t length,
                                       const struct postage_check_options *options, const struct postage_allocator *alloc,
                                       struct postage_error *err)
{
    struct postage_error mistake_error = POSTAGE_ERROR_INIT;
    struct postage_check_options ours;
    enum postage_finding_id mistake;
    struct postage_form *form;
    enum postage_status status;

    *out = NULL;
    status = take_options(&ours, options, err);
    if (status != POSTAGE_OK)
        return status;
    status = form_read(&form, (struct slice){ json, length }, alloc, &mistake, &mistake_error);
    if (status == POSTAGE_ERR_SYNTAX || status == POSTAGE_ERR_INVALID)
        return report_mistake(out, mistake, mistake_error.message, ours.provider, alloc, err);
    if (status != POSTAGE_OK)
        return error_set(err, status, "%s", mistake_error.message);
    status = postage_check(out, form, options, alloc, err);
    postage_form_free(form);
    return status;
}
