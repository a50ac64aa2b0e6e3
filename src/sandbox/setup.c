/* nftw is XSI. */
#define _XOPEN_SOURCE 700
#include "sandbox/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "sandbox/bucket.h"
#include "sandbox/dialect.h"

#define MAX_OBJECT_BYTES         ((uint64_t)5 << 30)
#define MAX_OBJECT_BYTES_DISCARD ((uint64_t)64 << 30)

static int64_t system_now(void *context)
{
    (void)context;
    return (int64_t)time(NULL);
}

static enum postage_status system_error(struct postage_error *err, const char *what, const char *path)
{
    return error_set(err, POSTAGE_ERR_SYSTEM, "%s " ERROR_QUOTE_FORMAT ": %s", what, ERROR_QUOTE(path, strlen(path)),
                     strerror(errno));
}

static enum postage_status open_directory(struct setup *setup, const char *path, struct postage_error *err)
{
    const char *parent = getenv("TMPDIR");
    char template[512];

    if (path == NULL) {
        snprintf(template, sizeof template, "%s/postage-sandbox-XXXXXX", parent != NULL && parent[0] != '\0' ? parent : "/tmp");
        path = mkdtemp(template);
        if (path == NULL)
            return system_error(err, "temporary directory", template);
        setup->directory_is_temporary = true;
    } else if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return system_error(err, "directory", path);
    }
    setup->directory_path = strdup(path);
    if (setup->directory_path == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    setup->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Two sandboxes would take each other's unfinished uploads for leftovers. */
    if (setup->directory < 0 || flock(setup->directory, LOCK_EX | LOCK_NB) != 0)
        return system_error(err, "directory", path);
    return POSTAGE_OK;
}

/* With commas between them. */
static void list_dialects(char *list, size_t cap)
{
    const struct dialect *dialect;
    size_t len = 0;

    list[0] = '\0';
    for (size_t i = 0; (dialect = dialect_at(i)) != NULL && len < cap; i++)
        len += (size_t)snprintf(list + len, cap - len, "%s%s", i > 0 ? ", " : "", dialect->name);
}

static enum postage_status open_bucket(struct setup *setup, const struct postage_sandbox_bucket *wanted,
                                       struct postage_error *err)
{
    const char *name = wanted->name != NULL ? wanted->name : "";
    struct bucket *bucket;
    char known[160];

    if (!bucket_name_is_valid(slice_of(name)))
        return error_set(err, POSTAGE_ERR_INVALID, "bucket " ERROR_QUOTE_FORMAT ": not a valid name",
                         ERROR_QUOTE(name, strlen(name)));
    if (wanted->dialect != NULL && dialect_find(slice_of(wanted->dialect)) == NULL) {
        list_dialects(known, sizeof known);
        return error_set(err, POSTAGE_ERR_INVALID, "bucket \"%s\": unknown dialect " ERROR_QUOTE_FORMAT "; there are %s", name,
                         ERROR_QUOTE(wanted->dialect, strlen(wanted->dialect)), known);
    }
    return bucket_open(setup, wanted, &bucket) == POSTAGE_OK ? POSTAGE_OK : system_error(err, "bucket", name);
}

/* One for each dialect, of its name. */
static enum postage_status open_default_buckets(struct setup *setup, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;
    const struct dialect *dialect;

    for (size_t i = 0; status == POSTAGE_OK && (dialect = dialect_at(i)) != NULL; i++)
        status = open_bucket(setup, &(struct postage_sandbox_bucket){ .name = dialect->name, .dialect = dialect->name }, err);
    return status;
}

static enum postage_status open_buckets(struct setup *setup, const struct postage_sandbox_options *options,
                                        struct postage_error *err)
{
    enum postage_status status = options->bucket_count == 0 ? open_default_buckets(setup, err) : POSTAGE_OK;

    for (size_t i = 0; status == POSTAGE_OK && i < options->bucket_count; i++)
        status = open_bucket(setup, &options->buckets[i], err);
    return status == POSTAGE_OK ? bucket_open_existing(setup) : status;
}

static enum postage_status open_ledger(struct setup *setup, const char *path, struct postage_error *err)
{
    if (path == NULL)
        return POSTAGE_OK;
    setup->ledger = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return setup->ledger >= 0 ? POSTAGE_OK : system_error(err, "ledger", path);
}

enum postage_status setup_init(struct setup *setup, const struct postage_sandbox_options *options, struct postage_error *err)
{
    enum postage_status status;

    *setup = (struct setup){ .directory = -1, .ledger = -1 };
    setup->discard = options->discard;
    setup->unsigned_reads = options->unsigned_reads;
    setup->sync = !options->no_sync;
    setup->max_object_bytes = options->max_object_bytes;
    if (setup->max_object_bytes == 0)
        setup->max_object_bytes = options->discard ? MAX_OBJECT_BYTES_DISCARD : MAX_OBJECT_BYTES;
    setup->now = options->now != NULL ? options->now : system_now;
    setup->now_context = options->now_context;
    setup->region = strdup(options->region != NULL ? options->region : "us-east-1");
    if (setup->region == NULL || random_pool_new(&setup->random, NULL) != POSTAGE_OK)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    status = access_keys_copy(&setup->keys, options->keys, options->key_count, err);
    if (status == POSTAGE_OK)
        status = open_directory(setup, options->directory, err);
    if (status == POSTAGE_OK)
        status = open_buckets(setup, options, err);
    return status == POSTAGE_OK ? open_ledger(setup, options->ledger_file, err) : status;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void setup_clear(struct setup *setup)
{
    bucket_close_all(setup);
    if (setup->directory >= 0)
        close(setup->directory);
    if (setup->ledger >= 0)
        close(setup->ledger);
    if (setup->directory_is_temporary && setup->directory_path != NULL)
        nftw(setup->directory_path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    access_keys_clear(&setup->keys);
    random_pool_free(setup->random);
    free(setup->region);
    free(setup->directory_path);
}
