#include "postage/sandbox.h"

#include "command.h"
#include "credential_file.h"
#include "json.h"
#include "message.h"
#include "output.h"
#include "postage/provider.h"

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

static struct postage_sandbox *running;

/* A second signal ends the process as usual. */
static void on_signal(int number)
{
    signal(number, SIG_DFL);
    postage_sandbox_interrupt(running);
}

/* "NAME" or "NAME=PROVIDER", cut apart in place: the words of the command line are ours. */
static void take_bucket(struct postage_sandbox_bucket *bucket, char *word)
{
    char *equals = strchr(word, '=');

    if (equals != NULL)
        *equals = '\0';
    bucket->name = word;
    bucket->dialect = equals != NULL ? equals + 1 : postage_provider_name(postage_provider_at(0));
}

/* A bucket of each provider's name. */
static void take_default_buckets(struct plan *plan)
{
    const struct postage_provider *provider;

    for (size_t i = 0; i < BUCKETS_MAX && (provider = postage_provider_at(i)) != NULL; i++) {
        const char *name = postage_provider_name(provider);

        plan->buckets[plan->options.bucket_count++] = (struct postage_sandbox_bucket){ .name = name, .dialect = name };
    }
}

static enum exit_code take_lists(struct plan *plan, const struct arguments *args)
{
    if (args->buckets.count > BUCKETS_MAX)
        return fail(EXIT_USAGE, NULL, "--bucket: %zu are given, at most %d are possible", args->buckets.count, BUCKETS_MAX);
    if (args->listens.count > LISTEN_MAX)
        return fail(EXIT_USAGE, NULL, "--listen: %zu are given, at most %d are possible", args->listens.count, LISTEN_MAX);
    for (size_t i = 0; i < args->listens.count; i++)
        plan->listen[plan->options.listen_count++] = args->listens.words[i];
    for (size_t i = 0; i < args->buckets.count; i++)
        take_bucket(&plan->buckets[plan->options.bucket_count++], args->buckets.words[i]);
    if (args->buckets.count == 0)
        take_default_buckets(plan);
    return EXIT_DONE;
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
    const char *secret = own_key ? "YOUR_SECRET" : plan->key.secret_access_key;
    const struct postage_provider *provider;

    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++) {
        const char *id = postage_provider_environment(provider, POSTAGE_SETTING_ACCESS_KEY_ID, 0);
        const char *region = postage_provider_environment(provider, POSTAGE_SETTING_REGION, 0);
        const char *endpoint = postage_provider_environment(provider, POSTAGE_SETTING_ENDPOINT, 0);

        if (id != NULL && region != NULL && endpoint != NULL)
            fprintf(out, "export %s=%s %s=%s %s=%s %s=%s\n", id, plan->key.access_key_id,
                    postage_provider_environment(provider, POSTAGE_SETTING_SECRET_ACCESS_KEY, 0), secret, region, plan->region,
                    endpoint, postage_sandbox_endpoint(running, 0));
    }
}

static void put_examples(FILE *out, const struct plan *plan)
{
    for (size_t i = 0; i < plan->options.bucket_count; i++) {
        const struct postage_sandbox_bucket *bucket = &plan->buckets[i];

        fprintf(out, "postage sign %s://%s/in/ --type text/plain --max-size 10MiB\npostage upload FILE %s://%s/in/\n",
                bucket->dialect, bucket->name, bucket->dialect, bucket->name);
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
    .about = "Takes forms by the rules of a provider, judges every rule, serves objects back.\n"
             "Without options: buckets {names}; a test key, a free port.\n",
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
