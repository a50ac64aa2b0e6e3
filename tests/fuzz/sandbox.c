/*
 * Fuzzes the sandbox's side of a connection, without sockets: any bytes, cut in any way, get one sequence of statuses.
 *
 * The first byte of an input is the length of the pieces in the second run. Buckets: "open" (S3, everybody may write), "s3",
 * "minio", "oss"; nothing is stored.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/connection.h"
#include "postage/sandbox.h"

#define CHECK(condition)                                                                                                       \
    do {                                                                                                                       \
        if (!(condition)) {                                                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                    \
            abort();                                                                                                           \
        }                                                                                                                      \
    } while (0)

static int64_t fixed_now(void *context)
{
    (void)context;
    return 1795240000;
}

static struct setup *shared_setup(void)
{
    static const struct postage_sandbox_bucket buckets[] = { { .name = "open", .public_read = true, .public_write = true },
                                                             { .name = "s3", .dialect = "s3" },
                                                             { .name = "minio", .dialect = "minio" },
                                                             { .name = "oss", .dialect = "oss", .public_write = true } };
    static struct setup setup;
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;

    if (setup.region != NULL)
        return &setup;
    options.now = fixed_now;
    options.discard = true;
    options.unsigned_reads = true;
    options.buckets = buckets;
    options.bucket_count = sizeof buckets / sizeof buckets[0];
    CHECK(setup_init(&setup, &options, NULL) == POSTAGE_OK);
    return &setup;
}

/* The statuses of an output, three digits each: where a head begins. */
static void note_statuses(const char *output, size_t len, char *statuses, size_t cap)
{
    for (size_t i = 0; i + 12 < len; i++)
        if (memcmp(output + i, "HTTP/1.1 ", 9) == 0 && strlen(statuses) + 4 < cap)
            strncat(statuses, output + i + 9, 3);
}

static void drain(struct connection *connection, char *statuses, size_t cap)
{
    const uint8_t *data;
    size_t len;

    while ((len = connection_output(connection, &data)) > 0) {
        note_statuses((const char *)data, len, statuses, cap);
        connection_sent(connection, len);
    }
}

static void run(const uint8_t *data, size_t size, size_t step, char *statuses, size_t cap)
{
    struct connection *connection = connection_new(shared_setup(), false);

    CHECK(connection != NULL);
    for (size_t at = 0; at < size; at += step) {
        connection_feed(connection, data + at, size - at < step ? size - at : step);
        drain(connection, statuses, cap);
    }
    connection_end(connection);
    drain(connection, statuses, cap);
    CHECK(connection_phase(connection) != CONNECTION_OPEN);
    connection_free(connection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char whole[256] = "", cut[256] = "";
    size_t step;

    if (size < 2)
        return 0;
    step = (size_t)data[0] + 1;
    run(data + 1, size - 1, size, whole, sizeof whole);
    run(data + 1, size - 1, step, cut, sizeof cut);
    CHECK(strcmp(whole, cut) == 0);
    return 0;
}
