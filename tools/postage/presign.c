#include "command.h"
#include "object_key.h"
#include "message.h"
#include "output.h"
#include "session.h"

#include <string.h>

enum { PRESIGN_MAX_S = 7 * 24 * 3600 };

static const struct {
    const char *word;
    const char *method;
} methods[] = { { "get", "GET" }, { "head", "HEAD" } };

static const char *method_of(const char *word)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i].word, word) == 0)
            return methods[i].method;
    return NULL;
}

static enum exit_code print_url(const struct session *session, const struct arguments *args, const char *method)
{
    struct postage_presign_options options = POSTAGE_PRESIGN_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code;
    char *url;

    options.method = method;
    options.now_unix_s = arguments_time(args);
    options.expires_in_s = arguments_expiry(args);
    if (options.expires_in_s < 1 || options.expires_in_s > PRESIGN_MAX_S)
        return fail(EXIT_USAGE, NULL, "--expires: %s is out of range; a URL is valid for 1s to 7d", args->expires.text);
    if (object_key_wants_name(postage_target_key(session->target)))
        return fail(EXIT_USAGE, "end it with the key of the object", "TARGET: \"%s\" does not name a single object",
                    args->operands[1]);
    if (postage_signer_presign(session->signer, session->target, &options, &url, &err) != POSTAGE_OK)
        return fail_error(NULL, &err);
    code = output_write(url, strlen(url), true);
    explicit_bzero(url, strlen(url));
    postage_text_free(url, NULL);
    return code;
}

static enum exit_code run_presign(const struct arguments *args)
{
    const char *method = method_of(args->operands[0]);
    struct session session;
    enum exit_code code;

    if (method == NULL)
        return fail(EXIT_USAGE, "get or head", "presign: \"%s\" is not a method", args->operands[0]);
    code = session_open(&session, args, args->operands[1]);
    if (code == EXIT_DONE)
        code = print_url(&session, args, method);
    session_close(&session);
    return code;
}

const struct command command_presign = {
    .name = "presign",
    .bit = COMMAND_PRESIGN,
    .operands = "get|head TARGET",
    .summary = "print a URL that reads one object",
    .about = "The URL needs no keys and works until it expires, at most seven days.\n",
    .manual = "get reads the object, head its size, type and time alone. TARGET has to name one\n"
              "object.\n",
    .examples = "  postage presign get s3://photos/cat.jpg --region eu-west-1 --expires 1h\n"
                "  curl -I \"$(postage presign head minio://box/report.pdf)\"\n",
    .min_operands = 2,
    .max_operands = 2,
    .run = run_presign,
};
