#include "credential_file.h"

#include "file_kind.h"
#include "input.h"
#include "message.h"
#include "quantity.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 64 * 1024 };

enum member { MEMBER_ID, MEMBER_SECRET, MEMBER_TOKEN, MEMBER_EXPIRES, MEMBER_COUNT };

static const char *const spellings[MEMBER_COUNT][2] = {
    [MEMBER_ID] = { "access_key_id", "AccessKeyId" },
    [MEMBER_SECRET] = { "secret_access_key", "SecretAccessKey" },
    [MEMBER_TOKEN] = { "session_token", "SessionToken" },
    [MEMBER_EXPIRES] = { "expires", "Expiration" },
};

static enum exit_code check_access(const char *path, int descriptor)
{
    struct stat info;
    char hint[512];

    if (fstat(descriptor, &info) != 0)
        return fail(EXIT_CREDENTIALS, NULL, "--credentials %s: %s", path, input_reason());
    snprintf(hint, sizeof hint, "--credentials %s", path);
    if (!S_ISREG(info.st_mode))
        return file_kind_check(&info, hint, NULL, EXIT_CREDENTIALS);
    if (info.st_uid != geteuid() && info.st_uid != 0)
        return fail(EXIT_CREDENTIALS, NULL, "--credentials %s: owned by user %ld; it must belong to you or to root", path,
                    (long)info.st_uid);
    if ((info.st_mode & 077) == 0)
        return EXIT_DONE;
    snprintf(hint, sizeof hint, "run: chmod 600 '%s'", path);
    return fail(EXIT_CREDENTIALS, hint, "--credentials %s: mode %03o lets others read or change it", path,
                (unsigned)(info.st_mode & 0777));
}

/* cJSON frees without wiping: texts are overwritten first. */
static void wipe_tree(cJSON *node)
{
    for (; node != NULL; node = node->next) {
        if (node->valuestring != NULL)
            explicit_bzero(node->valuestring, strlen(node->valuestring));
        wipe_tree(node->child);
    }
}

static bool only_space(const char *text, const char *end)
{
    while (text < end && strchr(" \t\r\n", *text) != NULL && *text != '\0')
        text++;
    return text == end;
}

/* One object and nothing after it. A member written `\u0000` would be cut there by cJSON, so it is refused unseen. */
static cJSON *parse(const struct input *input)
{
    const char *end = input->bytes;
    cJSON *root;

    if (strlen(input->bytes) != input->length || strstr(input->bytes, "\\u0000") != NULL)
        return NULL;
    root = cJSON_ParseWithLengthOpts(input->bytes, input->length, &end, false);
    if (root != NULL && cJSON_IsObject(root) && only_space(end, input->bytes + input->length))
        return root;
    wipe_tree(root);
    cJSON_Delete(root);
    return NULL;
}

static int member_of(const char *name)
{
    for (int i = 0; i < MEMBER_COUNT; i++)
        if (strcmp(name, spellings[i][0]) == 0 || strcmp(name, spellings[i][1]) == 0)
            return i;
    return MEMBER_COUNT;
}

static enum exit_code collect(const cJSON *root, const char *path, const char *values[MEMBER_COUNT])
{
    for (const cJSON *node = root->child; node != NULL; node = node->next) {
        int member = member_of(node->string);

        if (member == MEMBER_COUNT || cJSON_IsNull(node))
            continue;
        if (values[member] != NULL)
            return fail(EXIT_CREDENTIALS, NULL, "--credentials %s: %s is given twice", path, spellings[member][0]);
        if (!cJSON_IsString(node))
            return fail(EXIT_CREDENTIALS, NULL, "--credentials %s: %s is not a string", path, spellings[member][0]);
        values[member] = node->valuestring;
    }
    for (int i = MEMBER_ID; i <= MEMBER_SECRET; i++)
        if (values[i] == NULL || values[i][0] == '\0')
            return fail(EXIT_CREDENTIALS,
                        "{\"access_key_id\": …, \"secret_access_key\": …, \"session_token\": …, \"expires\": …}",
                        "--credentials %s: %s is missing", path, spellings[i][0]);
    return EXIT_DONE;
}

static enum exit_code make_credentials(void *context, const struct postage_credentials_options *options, const char *path)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    if (postage_credentials_new(context, options, NULL, &err) != POSTAGE_OK)
        return fail(exit_code_of_status(err.code), NULL, "--credentials %s: %s", path, err.message);
    return EXIT_DONE;
}

static enum exit_code show(const cJSON *root, const char *path, credential_file_visitor *visit, void *context)
{
    struct postage_credentials_options options = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    const char *values[MEMBER_COUNT] = { NULL };
    enum exit_code code = collect(root, path, values);
    uint64_t expires = 0;

    if (code != EXIT_DONE)
        return code;
    if (values[MEMBER_EXPIRES] != NULL && quantity_to_time(values[MEMBER_EXPIRES], &expires) != QUANTITY_OK)
        return fail(EXIT_CREDENTIALS, "2026-11-21T12:00:00Z", "--credentials %s: %s is not a time", path,
                    spellings[MEMBER_EXPIRES][0]);
    options.access_key_id = values[MEMBER_ID];
    options.secret_access_key = values[MEMBER_SECRET];
    options.session_token = values[MEMBER_TOKEN];
    options.expires_unix_s = (int64_t)expires;
    return visit(context, &options, path);
}

enum exit_code credential_file_load(struct postage_credentials **out, const char *path)
{
    *out = NULL;
    return credential_file_visit(path, make_credentials, out);
}

enum exit_code credential_file_visit(const char *path, credential_file_visitor *visit, void *context)
{
    struct input input;
    enum exit_code code;
    cJSON *root;
    int descriptor = input_open(path);

    if (descriptor < 0)
        return fail(EXIT_CREDENTIALS, NULL, "--credentials %s: %s", path, input_reason());
    code = check_access(path, descriptor);
    if (code == EXIT_DONE)
        code = input_read(&input, descriptor, FILE_MAX_BYTES, EXIT_CREDENTIALS, path);
    close(descriptor);
    if (code != EXIT_DONE)
        return code;
    root = parse(&input);
    if (input.length == 0)
        code = fail(EXIT_CREDENTIALS, NULL, "--credentials %s: is empty", path);
    else if (root == NULL)
        code = fail(EXIT_CREDENTIALS, NULL, "--credentials %s: not a single JSON object", path);
    else
        code = show(root, path, visit, context);
    wipe_tree(root);
    cJSON_Delete(root);
    input_clear(&input);
    return code;
}
