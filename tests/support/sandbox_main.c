/*
 * A sandbox for tests that drive it from outside, one line of JSON on stdout when it listens.
 *
 *     sandbox_main [--dir DIR] [--ledger FILE] [--listen ADDRESS]... [--bucket NAME=DIALECT[+read][+write]]... [--tls]
 *                  [--discard] [--no-sync] [--unsigned-reads] [--clock-file FILE] [--idle-ms N] [--head-ms N] [--region R]
 *
 * It has the default key and a temporary one: ASIASANDBOX, secret "temporary", token "token/+=", which expires at 2000000000.
 * A clock file holds the seconds that it takes for now; it is read each time.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postage/sandbox.h"

enum { LIST_MAX = 16 };

static struct postage_sandbox *sandbox;
static const char *clock_file;

static void on_signal(int number)
{
    (void)number;
    postage_sandbox_interrupt(sandbox);
}

static int64_t read_clock(void *context)
{
    FILE *in = fopen(clock_file, "r");
    long long now = 0;

    (void)context;
    if (in == NULL || fscanf(in, "%lld", &now) != 1)
        fprintf(stderr, "the clock file cannot be read\n");
    if (in != NULL)
        fclose(in);
    return now;
}

static void take_bucket(struct postage_sandbox_bucket *bucket, char *text)
{
    char *equals = strchr(text, '=');

    bucket->name = text;
    if (equals == NULL)
        return;
    *equals = '\0';
    bucket->dialect = equals + 1;
    bucket->public_read = strstr(equals + 1, "+read") != NULL;
    bucket->public_write = strstr(equals + 1, "+write") != NULL;
    equals[1 + strcspn(equals + 1, "+")] = '\0';
}

static void print_ready(void)
{
    printf("{\"endpoints\":[");
    for (size_t i = 0; postage_sandbox_endpoint(sandbox, i) != NULL; i++)
        printf("%s\"%s\"", i > 0 ? "," : "", postage_sandbox_endpoint(sandbox, i));
    printf("],\"directory\":\"%s\",\"access_key_id\":\"%s\",\"secret_access_key\":\"%s\",\"certificate\":\"",
           postage_sandbox_directory(sandbox), POSTAGE_SANDBOX_KEY_ID, POSTAGE_SANDBOX_SECRET);
    for (const char *c = postage_sandbox_certificate(sandbox); c != NULL && *c != '\0'; c++)
        *c == '\n' ? printf("\\n") : putchar(*c);
    printf("\"}\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const struct postage_sandbox_key keys[] = { { .access_key_id = POSTAGE_SANDBOX_KEY_ID,
                                                         .secret_access_key = POSTAGE_SANDBOX_SECRET },
                                                       { .access_key_id = "ASIASANDBOX",
                                                         .secret_access_key = "temporary",
                                                         .session_token = "token/+=",
                                                         .expires_unix_s = 2000000000 } };
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_sandbox_bucket buckets[LIST_MAX] = { { 0 } };
    struct postage_error err = POSTAGE_ERROR_INIT;
    const char *listen[LIST_MAX];

    options.keys = keys;
    options.key_count = 2;
    options.listen = listen;
    options.buckets = buckets;
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        bool has_value = i + 1 < argc;

        if (strcmp(name, "--tls") == 0)
            options.tls = true;
        else if (strcmp(name, "--discard") == 0)
            options.discard = true;
        else if (strcmp(name, "--no-sync") == 0)
            options.no_sync = true;
        else if (strcmp(name, "--unsigned-reads") == 0)
            options.unsigned_reads = true;
        else if (strcmp(name, "--dir") == 0 && has_value)
            options.directory = argv[++i];
        else if (strcmp(name, "--region") == 0 && has_value)
            options.region = argv[++i];
        else if (strcmp(name, "--ledger") == 0 && has_value)
            options.ledger_file = argv[++i];
        else if (strcmp(name, "--clock-file") == 0 && has_value)
            clock_file = argv[++i];
        else if (strcmp(name, "--idle-ms") == 0 && has_value)
            options.idle_timeout_ms = (uint32_t)atoi(argv[++i]);
        else if (strcmp(name, "--head-ms") == 0 && has_value)
            options.head_timeout_ms = (uint32_t)atoi(argv[++i]);
        else if (strcmp(name, "--listen") == 0 && has_value && options.listen_count < LIST_MAX)
            listen[options.listen_count++] = argv[++i];
        else if (strcmp(name, "--bucket") == 0 && has_value && options.bucket_count < LIST_MAX)
            take_bucket(&buckets[options.bucket_count++], argv[++i]);
        else
            return fprintf(stderr, "what is %s?\n", name), 2;
    }
    options.now = clock_file != NULL ? read_clock : NULL;
    if (postage_sandbox_new(&sandbox, &options, &err) != POSTAGE_OK)
        return fprintf(stderr, "%s\n", err.message), 1;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    print_ready();
    if (postage_sandbox_run(sandbox, &err) != POSTAGE_OK)
        fprintf(stderr, "%s\n", err.message);
    postage_sandbox_stop(sandbox);
    return 0;
}
