#include "postage/sandbox.h"

#include "command.h"
#include "credential_file.h"
#include "json.h"
#include "message.h"
#include "output.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_MAX = 64, LISTEN_MAX = 16 };

/* What the options become. */
struct plan {
    struct postage_sandbox_options options;
    struct postage_sandbox_bucket buckets[BUCKETS_MAX];
    const char *listen[LISTEN_MAX];
    struct postage_sandbox_key key;
    const char *region;
};

static const struct postage_sandbox_bucket default_buckets[] = { { .name = "s3", .dialect = "s3" },
                                                                 { .name = "minio", .dialect = "minio" },
                                                                 { .name = "oss", .dialect = "oss" } };

static struct postage_sandbox *running;

/* A second signal ends the process as usual. */
static void on_signal(int number)
{
    signal(number, SIG_DFL);
    postage_sandbox_interrupt(running);
}

/* "NAME" or "NAME=RULES", cut apart in place: the words of the command line are ours. */
static enum exit_code take_bucket(struct plan *plan, const char *value)
{
    struct postage_sandbox_bucket *bucket = &plan->buckets[plan->options.bucket_count];
    char *equals = strchr(value, '=');

    if (plan->options.bucket_count == BUCKETS_MAX)
        return fail(EXIT_USAGE, NULL, "--bucket: more than %d", BUCKETS_MAX);
    if (equals != NULL)
        *equals = '\0';
    bucket->name = value;
    bucket->dialect = equals != NULL ? equals + 1 : "s3";
    plan->options.bucket_count++;
    return EXIT_DONE;
}

static enum exit_code take_lists(struct plan *plan, const struct arguments *args)
{
    enum exit_code code = EXIT_DONE;

    for (size_t i = 0; i < args->rule_count && code == EXIT_DONE; i++) {
        const struct rule *rule = &args->rules[i];

        if (rule->kind == RULE_BUCKET)
            code = take_bucket(plan, rule->value);
        else if (plan->options.listen_count == LISTEN_MAX)
            code = fail(EXIT_USAGE, NULL, "--listen: more than %d", LISTEN_MAX);
        else
            plan->listen[plan->options.listen_count++] = rule->value;
    }
    if (plan->options.bucket_count == 0) {
        plan->options.bucket_count = sizeof default_buckets / sizeof default_buckets[0];
        memcpy(plan->buckets, default_buckets, sizeof default_buckets);
    }
    return code;
}

static void make_plan(struct plan *plan, const struct arguments *args)
{
    plan->options = (struct postage_sandbox_options)POSTAGE_SANDBOX_OPTIONS_INIT;
    plan->options.listen = plan->listen;
    plan->options.buckets = plan->buckets;
    plan->options.keys = &plan->key;
    plan->options.key_count = 1;
    plan->options.directory = args->directory;
    plan->options.region = plan->region = args->region != NULL ? args->region : "us-east-1";
    plan->options.ledger_file = args->ledger;
    plan->options.tls = args->tls;
    plan->options.discard = args->discard;
}

/* The caller's own secret is not printed, not even where the test key's is. */
static void put_json(FILE *out, const struct plan *plan, bool own_key)
{
    fputs("{\"endpoint\":", out);
    json_put_text(out, postage_sandbox_endpoint(running, 0));
    fputs(",\"endpoints\":[", out);
    for (size_t i = 0; postage_sandbox_endpoint(running, i) != NULL; i++) {
        fputs(i > 0 ? "," : "", out);
        json_put_text(out, postage_sandbox_endpoint(running, i));
    }
    fputs("],\"buckets\":{", out);
    for (size_t i = 0; i < plan->options.bucket_count; i++) {
        fputs(i > 0 ? "," : "", out);
        json_put_text(out, plan->buckets[i].name);
        fputc(':', out);
        json_put_text(out, plan->buckets[i].dialect);
    }
    fputc('}', out);
    json_put_member(out, "access_key_id", plan->key.access_key_id);
    json_put_member(out, "secret_access_key", own_key ? NULL : plan->key.secret_access_key);
    json_put_member(out, "region", plan->region);
    json_put_member(out, "directory", postage_sandbox_directory(running));
    json_put_member(out, "certificate", postage_sandbox_certificate(running));
    fputs("}\n", out);
}

static void put_variables(FILE *out, const struct plan *plan, bool own_key)
{
    static const char *const names[][3] = { { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_S3" },
                                            { "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_ENDPOINT" },
                                            { "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_ENDPOINT" } };
    const char *secret = own_key ? "YOUR_SECRET" : plan->key.secret_access_key;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        fprintf(out, "export %s=%s %s=%s %s=%s\n", names[i][0], plan->key.access_key_id, names[i][1], secret, names[i][2],
                postage_sandbox_endpoint(running, 0));
    fprintf(out, "export AWS_REGION=%s OSS_REGION=%s\n", plan->region, plan->region);
}

/* OSS has no path style of its own: its hosts are bucket.localhost. */
static void put_examples(FILE *out, const struct plan *plan)
{
    const char *endpoint = postage_sandbox_endpoint(running, 0), *port = strrchr(endpoint, ':');
    bool https = strncmp(endpoint, "https", 5) == 0;

    for (size_t i = 0; i < plan->options.bucket_count; i++) {
        const struct postage_sandbox_bucket *bucket = &plan->buckets[i];

        if (strcmp(bucket->dialect, "oss") == 0)
            fprintf(out,
                    "postage upload FILE oss://%s/in/ --endpoint http%s://localhost%s --type text/plain --max-size 10MiB\n",
                    bucket->name, https ? "s" : "", port);
        else
            fprintf(out, "postage sign %s://%s/in/ --max-size 10MiB\npostage upload FILE %s://%s/in/\n", bucket->dialect,
                    bucket->name, bucket->dialect, bucket->name);
    }
}

static void put_instructions(FILE *out, const struct plan *plan, bool own_key)
{
    fputs("The sandbox listens on", out);
    for (size_t i = 0; postage_sandbox_endpoint(running, i) != NULL; i++)
        fprintf(out, " %s", postage_sandbox_endpoint(running, i));
    fprintf(out, "\nand keeps objects in %s. Interrupt it to end it. In another shell:\n\n",
            postage_sandbox_directory(running));
    put_variables(out, plan, own_key);
    fputc('\n', out);
    put_examples(out, plan);
    if (postage_sandbox_certificate(running) != NULL)
        fprintf(out, "\nClients have to trust this certificate (--ca-file FILE):\n%s", postage_sandbox_certificate(running));
}

static enum exit_code say_where(const struct arguments *args, const struct plan *plan)
{
    bool own_key = args->credentials_file != NULL;
    size_t length = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &length);
    enum exit_code code;

    if (out == NULL)
        return fail_memory();
    if (args->json)
        put_json(out, plan, own_key);
    else if (args->quiet)
        fprintf(out, "%s\n", postage_sandbox_endpoint(running, 0));
    else
        put_instructions(out, plan, own_key);
    if (fclose(out) != 0) {
        free(text);
        return fail_memory();
    }
    code = output_write(text, length, false);
    free(text);
    return code;
}

static enum exit_code serve(const struct arguments *args, const struct plan *plan)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum exit_code code;

    if (postage_sandbox_new(&running, &plan->options, &err) != POSTAGE_OK)
        return fail(err.code == POSTAGE_ERR_INVALID ? EXIT_USAGE : EXIT_INTERNAL, NULL, "sandbox: %s", err.message);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    code = say_where(args, plan);
    if (code == EXIT_DONE && postage_sandbox_run(running, &err) != POSTAGE_OK)
        code = fail(EXIT_INTERNAL, NULL, "sandbox: %s", err.message);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    postage_sandbox_stop(running);
    running = NULL;
    return code;
}

struct visit {
    const struct arguments *args;
    struct plan *plan;
};

static enum exit_code serve_with_file(void *context, const struct postage_credentials_options *options, const char *path)
{
    struct visit *visit = context;

    (void)path;
    visit->plan->key.access_key_id = options->access_key_id;
    visit->plan->key.secret_access_key = options->secret_access_key;
    visit->plan->key.session_token = options->session_token;
    visit->plan->key.expires_unix_s = options->expires_unix_s;
    return serve(visit->args, visit->plan);
}

static enum exit_code run_sandbox(const struct arguments *args)
{
    static const struct postage_sandbox_key test_key = { .access_key_id = POSTAGE_SANDBOX_KEY_ID,
                                                         .secret_access_key = POSTAGE_SANDBOX_SECRET };
    struct plan plan = { .key = test_key };
    struct visit visit = { args, &plan };
    enum exit_code code;

    make_plan(&plan, args);
    code = take_lists(&plan, args);
    if (code != EXIT_DONE)
        return code;
    if (args->credentials_file != NULL)
        return credential_file_visit(args->credentials_file, serve_with_file, &visit);
    return serve(args, &plan);
}

const struct command command_sandbox = {
    .name = "sandbox",
    .bit = COMMAND_SANDBOX,
    .operands = "",
    .summary = "a strict local endpoint for tests",
    .about = "Takes forms as S3, MinIO or OSS would, judges every rule, serves objects back.\n"
             "Without options: buckets s3, minio and oss, a test key, a free port.\n",
    .manual = "It judges signature, expiry, every condition and every limit, answers with the\n"
              "status codes and documents of the real stores, and keeps a ledger of what it really\n"
              "received. Once it listens it prints the variables and commands to use it with; it\n"
              "runs until it is interrupted.\n"
              "\n"
              "Its key is public, and nothing but tests should depend on it.\n",
    .examples = "  postage sandbox\n"
                "  postage sandbox --json --ledger uploads.jsonl --bucket photos=oss\n",
    .min_operands = 0,
    .max_operands = 0,
    .run = run_sandbox,
};
