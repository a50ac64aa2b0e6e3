#include "command.h"
#include "object_key.h"
#include "media_type.h"
#include "message.h"
#include "policy_options.h"
#include "session.h"
#include "batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct upload {
    const struct arguments *args;
    struct session session;
    struct transfer *transfers;
    size_t count;
    char *place; /* "minio://bucket/" */
};

/* The limit is one for a single request; providers have ways to send larger objects in parts. */
static enum exit_code check_limit(const struct upload *upload, const struct transfer *transfer, uint64_t bytes)
{
    const struct postage_provider *provider = postage_target_provider(upload->session.target);
    uint64_t limit = postage_provider_limit(provider, POSTAGE_LIMIT_OBJECT_BYTES);

    if (limit == 0 || bytes <= limit)
        return EXIT_DONE;
    return fail(EXIT_USAGE, "send it in parts, by the provider's multipart upload: its own tool does so",
                "%s: has %" PRIu64 " bytes; a form upload to %s takes at most %" PRIu64, transfer->file, bytes,
                postage_provider_name(provider), limit);
}

static enum exit_code make_form(void *context, const struct transfer *transfer, uint64_t bytes, struct postage_form **form)
{
    const struct upload *upload = context;
    struct policy_defaults defaults = {
        .key = transfer->key, .content_type = media_type_of(transfer->file), .has_file = true, .file_bytes = bytes
    };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_policy *policy;
    enum exit_code code = check_limit(upload, transfer, bytes);

    if (code != EXIT_DONE)
        return code;
    if (postage_policy_new(&policy, upload->session.target, NULL, &err) != POSTAGE_OK)
        return fail_error(NULL, &err);
    if (strcmp(transfer->file, "-") == 0) /* stdin has no name; the key it is stored under has */
        defaults.content_type = media_type_of(transfer->key);
    code = policy_options_apply(policy, upload->args, &defaults);
    if (code == EXIT_DONE &&
        postage_signer_sign(upload->session.signer, policy, arguments_time(upload->args), form, &err) != POSTAGE_OK)
        code = fail_error(transfer->file, &err);
    postage_policy_free(policy);
    return code;
}

static enum exit_code name_file(struct upload *upload, struct transfer *transfer, const char *file)
{
    const char *key = postage_target_key(upload->session.target);
    const char *name = object_key_base_name(file);
    struct stat info;

    transfer->file = file;
    if (strcmp(file, "-") == 0) {
        transfer->bytes = upload->args->size.number;
        if (upload->args->size.text == NULL)
            return fail(EXIT_USAGE, "give --size N: stores need the length beforehand", "FILE is -, and --size is missing");
        if (object_key_wants_name(key))
            return fail(EXIT_USAGE, "end TARGET with the key of the object", "FILE is -, and TARGET names no object");
    } else if (upload->args->size.text != NULL) {
        return fail(EXIT_USAGE, NULL, "--size is for stdin; %s has a size of its own", file);
    } else if (stat(file, &info) == 0 && S_ISREG(info.st_mode)) {
        transfer->bytes = (uint64_t)info.st_size;
    }
    if (name[0] == '\0')
        return fail(EXIT_SOURCE, NULL, "FILE: \"%s\" is not the name of a file", file);
    transfer->key = object_key_for_file(key, name);
    return transfer->key != NULL ? EXIT_DONE : fail_memory();
}

static int compare_keys(const void *a, const void *b)
{
    const struct transfer *const *left = a, *const *right = b;

    return strcmp((*left)->key, (*right)->key);
}

/* Two files for one key: the second would replace the first. */
static enum exit_code check_distinct(const struct upload *upload)
{
    const struct transfer **sorted = calloc(upload->count, sizeof *sorted);
    enum exit_code code = EXIT_DONE;

    if (sorted == NULL)
        return fail_memory();
    for (size_t i = 0; i < upload->count; i++)
        sorted[i] = &upload->transfers[i];
    qsort(sorted, upload->count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < upload->count && code == EXIT_DONE; i++)
        if (compare_keys(&sorted[i - 1], &sorted[i]) == 0)
            code = fail(EXIT_USAGE, "upload one of them to another prefix", "%s and %s would both become %s%s",
                        sorted[i - 1]->file, sorted[i]->file, upload->place, sorted[i]->key);
    free(sorted);
    return code;
}

static enum exit_code name_files(struct upload *upload)
{
    const struct arguments *args = upload->args;
    enum exit_code code = EXIT_DONE;

    upload->count = args->operand_count - 1;
    upload->transfers = calloc(upload->count, sizeof *upload->transfers);
    if (upload->transfers == NULL)
        return fail_memory();
    if (upload->count > 1 && !object_key_wants_name(postage_target_key(upload->session.target)))
        return fail(EXIT_USAGE, "end it with / to store each file under its name", "%zu files cannot share the key \"%s\"",
                    upload->count, postage_target_key(upload->session.target));
    for (size_t i = 0; i < upload->count && code == EXIT_DONE; i++)
        code = name_file(upload, &upload->transfers[i], args->operands[i]);
    return code == EXIT_DONE ? check_distinct(upload) : code;
}

static enum exit_code make_place(struct upload *upload)
{
    const char *provider = postage_provider_name(postage_target_provider(upload->session.target));
    const char *bucket = postage_target_bucket(upload->session.target);
    size_t room = strlen(provider) + strlen(bucket) + sizeof ":///";

    upload->place = malloc(room);
    if (upload->place == NULL)
        return fail_memory();
    snprintf(upload->place, room, "%s://%s/", provider, bucket);
    return EXIT_DONE;
}

static enum exit_code run_upload(const struct arguments *args)
{
    struct upload upload = { .args = args };
    enum exit_code code = session_open(&upload.session, args, args->operands[args->operand_count - 1]);

    if (code == EXIT_DONE)
        code = make_place(&upload);
    if (code == EXIT_DONE)
        code = name_files(&upload);
    if (code == EXIT_DONE) {
        struct batch batch = { .args = args,
                               .transfers = upload.transfers,
                               .count = upload.count,
                               .place = upload.place,
                               .make_form = make_form,
                               .context = &upload };

        code = batch_run(&batch);
    }
    for (size_t i = 0; upload.transfers != NULL && i < upload.count; i++)
        free(upload.transfers[i].key);
    free(upload.transfers);
    free(upload.place);
    session_close(&upload.session);
    return code;
}

const struct command command_upload = {
    .name = "upload",
    .bit = COMMAND_UPLOAD,
    .operands = "FILE... TARGET",
    .summary = "sign and upload",
    .about = "A key ending in / takes the file's name; FILE may be - with --size N.\n",
    .manual = "A form is signed for each file when its turn comes. Unless rules say otherwise the\n"
              "key is exact, the type follows from the extension, and the size is that of the\n"
              "file. Up to eight files are uploaded at once.\n"
              "\n"
              "Each file that is stored is a line on stdout, which ends with the digest that was\n"
              "compared, or with unverified. Failures are on stderr: what is known of the object,\n"
              "the provider's reason, and a hint where there is one. With several files the exit\n"
              "status is the worst of theirs.\n"
              "\n"
              "With --json each file is one object, with file, object_state (stored, not_stored,\n"
              "unknown), class, key, bytes, etag, verified (the digest that agreed: crc64nvme,\n"
              "crc64xz, crc32c or md5; null if none was compared), request_id, attempts,\n"
              "elapsed_ms, and error, which is null or has code, retry (never, same_form,\n"
              "new_form), retry_after_ms, message, provider_code and http_status.\n"
              "\n"
              "stdin can be read only once, so an upload from there is never tried again. SIGINT\n"
              "and SIGTERM cancel what is running; a second one ends the process at once.\n",
    .examples = "  postage upload photo.jpg minio://photos/ --endpoint http://127.0.0.1:9000\n"
                "  postage upload *.csv s3://reports/2026/ --region eu-west-1 --json\n"
                "  tar c dir | postage upload - minio://box/dir.tar --size 10240\n",
    .min_operands = 2,
    .max_operands = -1,
    .run = run_upload,
};
