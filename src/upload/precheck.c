#include "upload/precheck.h"

#include "base/error.h"
#include "check/check.h"
#include "multipart/layout.h"

static enum postage_status set_refusal(const struct postage_report *report, struct postage_error *err)
{
    const struct postage_finding *first = postage_report_first(report);
    bool late = first->id == POSTAGE_FINDING_EXPIRED || first->id == POSTAGE_FINDING_SIGNATURE_TOO_OLD;

    return error_set(err, late ? POSTAGE_ERR_EXPIRED : POSTAGE_ERR_REJECTED, "nothing sent: %s would refuse: %s",
                     postage_report_provider(report)->name, first->message);
}

enum postage_status precheck(const struct postage_upload_options *options, uint64_t file_bytes, int64_t now_unix_s,
                             const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_check_options check = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_report *report;
    enum postage_status status;

    if (postage_form_url(options->form)[0] == '\0')
        return error_set(err, POSTAGE_ERR_INVALID, "the form has no URL; postage_form_with_url adds one");
    if (options->skip_check)
        return POSTAGE_OK;
    check.file_name = options->file_name != NULL ? options->file_name : LAYOUT_FILE_NAME;
    check.size_given = true;
    check.file_bytes = file_bytes;
    check.now_unix_s = now_unix_s;
    status = check_for_any(&report, options->form, &check, alloc, err);
    if (status != POSTAGE_OK)
        return status;
    if (!postage_report_accepted(report))
        status = set_refusal(report, err);
    postage_report_free(report);
    return status;
}
