/*
 * A sandbox in a thread of its own whose next exchange has the fault that a test asks for, and whose ledger says in the end
 * what it really stored.
 */
#ifndef POSTAGE_TESTS_SUPPORT_FAULTY_SANDBOX_H
#define POSTAGE_TESTS_SUPPORT_FAULTY_SANDBOX_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "support/test.h"

struct faulty_sandbox {
    struct postage_sandbox *sandbox;
    pthread_t thread;
    char folder[64];
    char ledger[96];
    char ca_file[96]; /* "" without TLS */
    /* Between the sandbox's thread and the test's. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct fault faults[FAULTS_MAX]; /* of the next exchange */
    size_t count;
    unsigned begun, ended;
    uint64_t number;                   /* which exchange of its connection the last one was, from 1 */
    uint64_t passed[FAULT_DIRECTIONS]; /* in the exchange that ended last */
};

static inline size_t faulty_begin(void *context, uint64_t number, struct fault faults[FAULTS_MAX])
{
    struct faulty_sandbox *faulty = context;
    size_t count;

    pthread_mutex_lock(&faulty->lock);
    count = faulty->count;
    memcpy(faults, faulty->faults, sizeof faulty->faults);
    faulty->count = 0;
    faulty->number = number;
    faulty->begun++;
    pthread_mutex_unlock(&faulty->lock);
    return count;
}

static inline void faulty_end(void *context, const struct fault_exchange *exchange)
{
    struct faulty_sandbox *faulty = context;

    pthread_mutex_lock(&faulty->lock);
    memcpy(faulty->passed, exchange->passed, sizeof faulty->passed);
    faulty->ended++;
    pthread_cond_signal(&faulty->changed);
    pthread_mutex_unlock(&faulty->lock);
}

static inline void *faulty_run(void *context)
{
    return postage_sandbox_run(context, NULL) == POSTAGE_OK ? NULL : context;
}

static inline void faulty_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline void faulty_start(struct faulty_sandbox *faulty, bool tls)
{
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;

    *faulty = (struct faulty_sandbox){ .folder = "/tmp/postage-faults-XXXXXX" };
    assert_non_null(mkdtemp(faulty->folder));
    pthread_mutex_init(&faulty->lock, NULL);
    pthread_cond_init(&faulty->changed, NULL);
    snprintf(faulty->ledger, sizeof faulty->ledger, "%s/ledger", faulty->folder);
    options.tls = tls;
    options.no_sync = true;
    options.ledger_file = faulty->ledger;
    assert_ok(postage_sandbox_new(&faulty->sandbox, &options, &err), err);
    sandbox_misbehave(faulty->sandbox, &(struct fault_script){ faulty_begin, faulty_end, faulty });
    if (tls) {
        snprintf(faulty->ca_file, sizeof faulty->ca_file, "%s/ca.pem", faulty->folder);
        faulty_write(faulty->ca_file, postage_sandbox_certificate(faulty->sandbox));
    }
    assert_int_equal(pthread_create(&faulty->thread, NULL, faulty_run, faulty->sandbox), 0);
}

static inline void faulty_arm(struct faulty_sandbox *faulty, const struct fault *faults, size_t count)
{
    pthread_mutex_lock(&faulty->lock);
    memcpy(faulty->faults, faults, count * sizeof *faults);
    faulty->count = count;
    pthread_mutex_unlock(&faulty->lock);
}

/* Until every exchange that began has ended. False: one has not, after five seconds. */
static inline bool faulty_settle(struct faulty_sandbox *faulty)
{
    struct timespec limit;
    int waited = 0;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 5;
    pthread_mutex_lock(&faulty->lock);
    while (faulty->ended < faulty->begun && waited == 0)
        waited = pthread_cond_timedwait(&faulty->changed, &faulty->lock, &limit);
    pthread_mutex_unlock(&faulty->lock);
    return waited == 0;
}

/* Ends it, whatever it still had to read. Its ledger is complete then, and stays until faulty_remove. */
static inline void faulty_stop(struct faulty_sandbox *faulty)
{
    void *failed;

    postage_sandbox_interrupt(faulty->sandbox);
    assert_int_equal(pthread_join(faulty->thread, &failed), 0);
    assert_null(failed);
    postage_sandbox_stop(faulty->sandbox);
}

/* Sets `stored[n]` for each key PREFIX n that the ledger says is stored; `line` has room for its longest one. */
static inline void faulty_read_ledger(const struct faulty_sandbox *faulty, const char *prefix, bool *stored, size_t count)
{
    FILE *file = fopen(faulty->ledger, "r");
    char line[4096];

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        const char *key = strstr(line, prefix);
        size_t number = key != NULL ? strtoul(key + strlen(prefix), NULL, 10) : count;

        if (number < count && strstr(line, "\"verdict\":\"stored\"") != NULL)
            stored[number] = true;
    }
    fclose(file);
}

static inline void faulty_remove(struct faulty_sandbox *faulty)
{
    unlink(faulty->ledger);
    if (faulty->ca_file[0] != '\0')
        unlink(faulty->ca_file);
    assert_int_equal(rmdir(faulty->folder), 0);
    pthread_cond_destroy(&faulty->changed);
    pthread_mutex_destroy(&faulty->lock);
}

#endif
