#include "sandbox/bucket.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/dialect.h"
#include "sandbox/store.h"

/* Object file names never begin with a dot (file_name.c), so these cannot collide. */
#define RULES_FILE     ".rules"
#define RULES_FILE_NEW ".rules.new"

static bool is_label_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool bucket_name_is_valid(struct slice name)
{
    if (name.len < 2 || name.len > 63 || !is_label_byte(name.ptr[0]) || !is_label_byte(name.ptr[name.len - 1]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_label_byte(name.ptr[i]) && name.ptr[i] != '-' && name.ptr[i] != '.')
            return false;
    return true;
}

struct bucket *bucket_find(const struct setup *setup, struct slice name)
{
    for (struct bucket *bucket = setup->buckets; bucket != NULL; bucket = bucket->next)
        if (slice_equal(slice_of(bucket->name), name))
            return bucket;
    return NULL;
}

/* One line: dialect, who may read, who may write. Replaced as a whole, so that a kill leaves the old or the new one. */
static bool write_rules(const struct bucket *bucket)
{
    char line[80];
    int fd = openat(bucket->directory, RULES_FILE_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int len =
        snprintf(line, sizeof line, "%s %s %s\n", bucket->dialect->name, bucket->public_read ? "public-read" : "private-read",
                 bucket->public_write ? "public-write" : "private-write");
    bool written;

    if (fd < 0)
        return false;
    written = write(fd, line, (size_t)len) == len;
    written = close(fd) == 0 && written;
    return written && renameat(bucket->directory, RULES_FILE_NEW, bucket->directory, RULES_FILE) == 0;
}

static void read_rules(struct bucket *bucket)
{
    char line[80] = "", dialect[32] = "", reads[16] = "", writes[16] = "";
    int fd = openat(bucket->directory, RULES_FILE, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;

    if (fd >= 0)
        close(fd);
    if (len <= 0 || sscanf(line, "%31s %15s %15s", dialect, reads, writes) != 3)
        return;
    if (dialect_find(slice_of(dialect)) != NULL)
        bucket->dialect = dialect_find(slice_of(dialect));
    bucket->public_read = strcmp(reads, "public-read") == 0;
    bucket->public_write = strcmp(writes, "public-write") == 0;
}

static void bucket_free(struct bucket *bucket)
{
    if (bucket->directory >= 0)
        close(bucket->directory);
    free(bucket->name);
    free(bucket);
}

/* Opens the directory, made if need be. */
static enum postage_status bucket_new(struct setup *setup, const char *name, struct bucket **out)
{
    struct bucket *bucket = calloc(1, sizeof *bucket);
    struct stat info;

    if (bucket == NULL)
        return POSTAGE_ERR_NOMEM;
    bucket->directory = -1;
    bucket->dialect = dialect_at(0);
    bucket->name = strdup(name);
    if (bucket->name != NULL && (mkdirat(setup->directory, name, 0700) == 0 || faccessat(setup->directory, name, X_OK, 0) == 0))
        bucket->directory = openat(setup->directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (bucket->directory < 0 || fstat(bucket->directory, &info) != 0) {
        bucket_free(bucket);
        return POSTAGE_ERR_SYSTEM;
    }
    bucket->created_unix_s = (int64_t)info.st_mtime;
    store_remove_leftovers(bucket);
    bucket->next = setup->buckets;
    setup->buckets = *out = bucket;
    return POSTAGE_OK;
}

enum postage_status bucket_open(struct setup *setup, const struct postage_sandbox_bucket *wanted, struct bucket **out)
{
    enum postage_status status = POSTAGE_OK;

    *out = bucket_find(setup, slice_of(wanted->name));
    if (*out == NULL)
        status = bucket_new(setup, wanted->name, out);
    if (status != POSTAGE_OK)
        return status;
    (*out)->dialect = wanted->dialect != NULL ? dialect_find(slice_of(wanted->dialect)) : dialect_at(0);
    (*out)->public_read = wanted->public_read;
    (*out)->public_write = wanted->public_write;
    return write_rules(*out) ? POSTAGE_OK : POSTAGE_ERR_SYSTEM;
}

enum postage_status bucket_open_existing(struct setup *setup)
{
    int copy = openat(setup->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
    struct bucket *bucket;
    struct dirent *entry;
    struct stat info;

    if (directory == NULL)
        return POSTAGE_ERR_SYSTEM;
    while ((entry = readdir(directory)) != NULL) {
        if (!bucket_name_is_valid(slice_of(entry->d_name)) || bucket_find(setup, slice_of(entry->d_name)) != NULL)
            continue;
        if (fstatat(setup->directory, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
            continue;
        if (bucket_new(setup, entry->d_name, &bucket) == POSTAGE_OK)
            read_rules(bucket);
    }
    closedir(directory);
    return POSTAGE_OK;
}

bool bucket_set_public(struct bucket *bucket, bool may_read, bool may_write)
{
    bucket->public_read = may_read;
    bucket->public_write = may_write;
    return write_rules(bucket);
}

bool bucket_remove(struct setup *setup, struct bucket *bucket)
{
    struct bucket **link = &setup->buckets;

    if (bucket->users > 1 || !store_is_empty(bucket))
        return false;
    unlinkat(bucket->directory, RULES_FILE, 0);
    unlinkat(setup->directory, bucket->name, AT_REMOVEDIR);
    while (*link != bucket)
        link = &(*link)->next;
    *link = bucket->next;
    bucket_free(bucket);
    return true;
}

void bucket_close_all(struct setup *setup)
{
    while (setup->buckets != NULL) {
        struct bucket *next = setup->buckets->next;

        bucket_free(setup->buckets);
        setup->buckets = next;
    }
}
