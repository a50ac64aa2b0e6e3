/* Posts a file with a form that somebody issued:  upload_file FORM.json FILE */
#include <string.h>

#include "read_form.h"

static enum postage_progress_answer show(void *context, const struct postage_progress *progress)
{
    (void)context;
    fprintf(stderr, "%llu of %llu bytes\n", (unsigned long long)progress->object_bytes_sent,
            (unsigned long long)progress->object_bytes);
    return POSTAGE_GO_ON; /* POSTAGE_STOP would end the upload */
}

int main(int argc, char **argv)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_result *result = NULL;
    struct postage_source source = { 0 };
    struct postage_form *form = argc == 3 ? read_form(argv[1]) : NULL;
    const char *slash = argc == 3 ? strrchr(argv[2], '/') : NULL;
    enum postage_status status = POSTAGE_ERR_INVALID;

    if (form != NULL)
        status = postage_source_file(&source, argv[2], NULL, &err);
    if (status == POSTAGE_OK) {
        options.form = form;
        options.source = &source;
        options.file_name = slash != NULL ? slash + 1 : argv[2]; /* what the provider puts for ${filename} */
        options.on_progress = show;
        status = postage_upload(&result, &options, NULL, NULL, &err);
    }
    /* Two answers: what happened, and what is known about the object. "unknown" means: look before you try again. */
    if (result != NULL)
        printf("%s: object %s, key %s, %llu bytes, etag %s\n", postage_outcome_name(result->outcome),
               postage_object_state_name(result->object_state), result->key, (unsigned long long)result->object_bytes,
               result->etag);
    if (status != POSTAGE_OK)
        fprintf(stderr, "%s\n", argc == 3 ? err.message : "usage: upload_file FORM.json FILE");

    postage_result_free(result);
    postage_source_close(&source);
    postage_form_free(form);
    return status == POSTAGE_OK ? 0 : 1;
}
