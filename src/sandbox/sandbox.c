#include "sandbox/sandbox.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "base/options.h"
#include "sandbox/server.h"

struct postage_sandbox {
    struct setup setup;
    struct server *server;
    bool has_thread;
    pthread_t thread;
};

enum postage_status postage_sandbox_new(struct postage_sandbox **out, const struct postage_sandbox_options *options,
                                        struct postage_error *err)
{
    struct postage_sandbox_options ours;
    struct postage_sandbox *sandbox;
    enum postage_status status;

    *out = NULL;
    status = OPTIONS_TAKE(&ours, options, struct postage_sandbox_options, max_object_bytes, err);
    if (status != POSTAGE_OK)
        return status;
    sandbox = calloc(1, sizeof *sandbox);
    if (sandbox == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    status = setup_init(&sandbox->setup, &ours, err);
    if (status == POSTAGE_OK)
        status = server_new(&sandbox->server, &sandbox->setup, &ours, err);
    if (status != POSTAGE_OK) {
        postage_sandbox_stop(sandbox);
        return status;
    }
    *out = sandbox;
    return POSTAGE_OK;
}

/* A write on a connection that the peer has closed has to be an error here, not a signal; OpenSSL has no flag for that. */
enum postage_status postage_sandbox_run(struct postage_sandbox *sandbox, struct postage_error *err)
{
    static const struct timespec at_once = { 0, 0 };
    sigset_t broken_pipe, before, pending;
    enum postage_status status;

    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
    status = server_run(sandbox->server);
    if (!sigismember(&pending, SIGPIPE))
        while (sigtimedwait(&broken_pipe, NULL, &at_once) == SIGPIPE)
            continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status == POSTAGE_OK ? status : error_plain(err, status);
}

static void *run_thread(void *argument)
{
    return postage_sandbox_run(argument, NULL) == POSTAGE_OK ? NULL : argument;
}

enum postage_status postage_sandbox_start(struct postage_sandbox **out, const struct postage_sandbox_options *options,
                                          struct postage_error *err)
{
    enum postage_status status = postage_sandbox_new(out, options, err);
    sigset_t all, before;

    if (status != POSTAGE_OK)
        return status;
    /* The program's signals are for its own threads. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    (*out)->has_thread = pthread_create(&(*out)->thread, NULL, run_thread, *out) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if ((*out)->has_thread)
        return POSTAGE_OK;
    postage_sandbox_stop(*out);
    *out = NULL;
    return error_set(err, POSTAGE_ERR_SYSTEM, "no thread could be started");
}

void sandbox_misbehave(struct postage_sandbox *sandbox, const struct fault_script *script)
{
    sandbox->setup.faults = *script;
}

void postage_sandbox_interrupt(struct postage_sandbox *sandbox)
{
    server_interrupt(sandbox->server);
}

void postage_sandbox_stop(struct postage_sandbox *sandbox)
{
    if (sandbox == NULL)
        return;
    if (sandbox->has_thread) {
        server_interrupt(sandbox->server);
        pthread_join(sandbox->thread, NULL);
    }
    server_free(sandbox->server);
    setup_clear(&sandbox->setup);
    free(sandbox);
}

const char *postage_sandbox_endpoint(const struct postage_sandbox *sandbox, size_t index)
{
    return server_endpoint(sandbox->server, index);
}

const char *postage_sandbox_certificate(const struct postage_sandbox *sandbox)
{
    return server_certificate(sandbox->server);
}

const char *postage_sandbox_directory(const struct postage_sandbox *sandbox)
{
    return sandbox->setup.directory_path;
}
