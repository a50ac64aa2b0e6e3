/*
 * The sandbox without a disk behind it: judges, digests and counts uploads, and discards them. Prints its port on 127.0.0.1,
 * then serves until killed or until standard input ends.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "postage/sandbox.h"

int main(void)
{
    static const struct postage_sandbox_bucket bucket = { .name = "bench", .dialect = "minio" };
    struct postage_sandbox_options options = POSTAGE_SANDBOX_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_sandbox *sandbox;
    char byte;

    options.buckets = &bucket;
    options.bucket_count = 1;
    options.discard = true;
    if (postage_sandbox_start(&sandbox, &options, &err) != POSTAGE_OK) {
        fprintf(stderr, "sandbox: %s\n", err.message);
        return 1;
    }
    printf("%s\n", strrchr(postage_sandbox_endpoint(sandbox, 0), ':') + 1);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    postage_sandbox_stop(sandbox);
    return 0;
}
