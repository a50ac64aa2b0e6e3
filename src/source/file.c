/* Offsets of 64 bits on 32-bit systems too: objects are longer than 2 GiB. Must come before any system header. */
#define _FILE_OFFSET_BITS 64

#include "postage/source.h"

#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

/* POSIX leaves read() of more than SSIZE_MAX bytes to the system; nobody has a buffer this large. */
#define READ_MAX ((size_t)1 << 30)

/* The end of a path tells more than its beginning. */
#define PATH_SHOWN_BYTES 100
#define PATH_FORMAT      "\"%s%s\""
#define PATH_SHOWN(path) path_is_long(path) ? "..." : "", (path) + (path_is_long(path) ? strlen(path) - PATH_SHOWN_BYTES : 0)

struct file_source {
    struct postage_allocator alloc;
    int fd;
    uint64_t length;             /* fixed at open */
    uint64_t position;           /* bytes given since open or rewind */
    enum postage_status settled; /* OK, or the END or failure that is repeated until rewind */
    struct postage_error failure;
    char path[]; /* for messages */
};

static bool path_is_long(const char *path)
{
    return strlen(path) > PATH_SHOWN_BYTES;
}

static const char *errno_text(int number, char text[128])
{
    return strerror_r(number, text, 128) == 0 ? text : "unknown error";
}

static enum postage_status file_fail(struct file_source *file, const char *action, int number, struct postage_error *err)
{
    char text[128];

    file->settled = error_set(&file->failure, POSTAGE_ERR_SOURCE, PATH_FORMAT ": %s at byte %llu failed: %s",
                              PATH_SHOWN(file->path), action, (unsigned long long)file->position, errno_text(number, text));
    return error_give(err, &file->failure);
}

static ssize_t read_through_signals(int fd, uint8_t *dst, size_t cap)
{
    ssize_t count;

    do
        count = read(fd, dst, cap < READ_MAX ? cap : READ_MAX);
    while (count < 0 && errno == EINTR);
    return count;
}

/*
 * Past the length one more byte is asked for, and given if it is there: the file grew, and the reader that declared its length
 * has to know. A file that shrank ends early.
 */
static enum postage_status file_read(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct file_source *file = self;
    const uint64_t left = file->position < file->length ? file->length - file->position : 1;
    ssize_t count;

    *got = 0;
    if (file->settled < POSTAGE_OK)
        error_give(err, &file->failure);
    if (file->settled != POSTAGE_OK)
        return file->settled;
    if (file->position > file->length)
        return file->settled = POSTAGE_END;
    count = read_through_signals(file->fd, dst, cap < left ? cap : (size_t)left);
    if (count < 0)
        return file_fail(file, "reading", errno, err);
    if (count == 0)
        return file->settled = POSTAGE_END;
    *got = (size_t)count;
    file->position += *got;
    return POSTAGE_OK;
}

static enum postage_status file_rewind(void *self, struct postage_error *err)
{
    struct file_source *file = self;

    if (lseek(file->fd, 0, SEEK_SET) != 0)
        return file_fail(file, "rewinding", errno, err);
    file->position = 0;
    file->settled = POSTAGE_OK;
    return POSTAGE_OK;
}

static enum postage_status file_length(void *self, uint64_t *bytes)
{
    const struct file_source *file = self;

    *bytes = file->length;
    return POSTAGE_OK;
}

static enum postage_status file_identity(void *self, struct postage_identity *id)
{
    const struct file_source *file = self;
    struct stat now;

    if (fstat(file->fd, &now) != 0)
        return POSTAGE_ERR_SOURCE;
    id->device = (uint64_t)now.st_dev;
    id->inode = (uint64_t)now.st_ino;
    id->bytes = (uint64_t)now.st_size;
    /* Unsigned, because a file system may hold times beyond 2262; wrapped they still tell two times apart. */
    id->modified_ns = (int64_t)((uint64_t)now.st_mtim.tv_sec * 1000000000 + (uint64_t)now.st_mtim.tv_nsec);
    return POSTAGE_OK;
}

static void file_close(void *self)
{
    struct file_source *file = self;
    struct postage_allocator alloc = file->alloc;

    close(file->fd);
    mem_free(&alloc, file);
}

static const char *kind_of_file(mode_t mode)
{
    static const struct {
        mode_t type;
        const char *name;
    } kinds[] = {
        { S_IFDIR, "a directory" },    { S_IFIFO, "a pipe" },    { S_IFCHR, "a character device" },
        { S_IFBLK, "a block device" }, { S_IFSOCK, "a socket" },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((mode & S_IFMT) == kinds[i].type)
            return kinds[i].name;
    return "not a regular file";
}

static enum postage_status check_regular(int fd, const char *path, uint64_t *length, struct postage_error *err)
{
    struct stat found;
    char text[128];

    if (fstat(fd, &found) != 0)
        return error_set(err, POSTAGE_ERR_SOURCE, "cannot examine " PATH_FORMAT ": %s", PATH_SHOWN(path),
                         errno_text(errno, text));
    if (!S_ISREG(found.st_mode))
        return error_set(err, POSTAGE_ERR_SOURCE, PATH_FORMAT " is %s; only a regular file has a length to declare",
                         PATH_SHOWN(path), kind_of_file(found.st_mode));
    *length = (uint64_t)found.st_size;
    return POSTAGE_OK;
}

static enum postage_status open_regular(const char *path, int *fd, uint64_t *length, struct postage_error *err)
{
    enum postage_status status;
    char text[128];

    /* O_NONBLOCK: a pipe without a writer must be refused, not waited for. It means nothing to a regular file. */
    do
        *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    while (*fd < 0 && errno == EINTR);
    if (*fd < 0)
        return error_set(err, POSTAGE_ERR_SOURCE, "cannot open " PATH_FORMAT ": %s", PATH_SHOWN(path), errno_text(errno, text));
    status = check_regular(*fd, path, length, err);
    if (status != POSTAGE_OK)
        close(*fd);
    return status;
}

enum postage_status postage_source_file(struct postage_source *out, const char *path, const struct postage_allocator *alloc,
                                        struct postage_error *err)
{
    static const struct postage_source_ops ops = {
        .size = sizeof ops,
        .read = file_read,
        .rewind = file_rewind,
        .length = file_length,
        .identity = file_identity,
        .close = file_close,
    };
    struct postage_allocator own = mem_allocator(alloc);
    struct file_source *file;
    enum postage_status status;

    *out = (struct postage_source){ 0 };
    if (path == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the path of a file is NULL");
    file = mem_alloc(&own, sizeof *file + strlen(path) + 1);
    if (file == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    file->alloc = own;
    file->failure = (struct postage_error)POSTAGE_ERROR_INIT;
    memcpy(file->path, path, strlen(path) + 1);
    status = open_regular(path, &file->fd, &file->length, err);
    if (status != POSTAGE_OK) {
        mem_free(&own, file);
        return status;
    }
#if defined(POSIX_FADV_SEQUENTIAL)
    (void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* advice: a system that does not take it has not failed */
#endif
    *out = (struct postage_source){ &ops, file };
    return POSTAGE_OK;
}
