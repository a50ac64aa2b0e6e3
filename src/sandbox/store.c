#include "sandbox/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/buf.h"
#include "base/crc.h"
#include "base/text.h"
#include "sandbox/dialect.h"
#include "sandbox/file_name.h"

#define UPLOAD_PREFIX ".upload-"

/* The last line: content bytes and bytes of JSON, in hexadecimal. */
#define FOOTER_FORMAT "postage-object %016" PRIx64 " %08" PRIx64 "\n"
enum { FOOTER_BYTES = 41 };

static bool random_name(char *name, size_t cap)
{
    uint8_t bytes[8];
    char hex[2 * sizeof bytes + 1] = "";

    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    text_hex(bytes, sizeof bytes, hex);
    snprintf(name, cap, UPLOAD_PREFIX "%s", hex);
    return true;
}

static bool answers_crc32c(const struct dialect *dialect)
{
    for (const struct answered_digest *digest = dialect->digests; digest->header != NULL; digest++)
        if (digest->digest == ANSWERED_CRC32C)
            return true;
    return false;
}

bool store_write_open(struct store_write *write, const struct setup *setup, struct bucket *bucket)
{
    *write = (struct store_write){ .bucket = bucket, .file = -1, .open = true, .discard = setup->discard };
    write->has_crc32c = answers_crc32c(bucket->dialect);
    checksum_init(&write->crc32c, CHECKSUM_CRC32C);
    /* MD5 costs five times what everything else does, and nothing is kept that it could be compared with. */
    if (write->discard)
        return true;
    write->failed = !checksum_init(&write->md5, CHECKSUM_MD5) || !random_name(write->name, sizeof write->name);
    if (!write->failed)
        write->file = openat(bucket->directory, write->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    write->failed = write->file < 0;
    return !write->failed;
}

static bool write_all(int file, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t wrote = write(file, data, len);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        data += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

bool store_write_add(struct store_write *write, const void *data, size_t len)
{
    write->crc64 = crc_update(write->bucket->dialect->crc64, write->crc64, data, len);
    if (write->has_crc32c)
        checksum_update(&write->crc32c, data, len);
    write->bytes += len;
    if (write->discard)
        return true;
    checksum_update(&write->md5, data, len);
    if (!write->failed)
        write->failed = !write_all(write->file, data, len);
    return !write->failed;
}

/* Where it is not the MD5, and for discarded objects, which have none, the CRC stands in. What a discarded object has is shaped
   like the ETag of a multipart upload, so that nobody takes it for an MD5. */
static void set_etag(struct store_write *write, struct object *object)
{
    uint8_t digest[HASH_MAX_BYTES];
    size_t len;

    if (write->discard) {
        snprintf(object->etag, sizeof object->etag, "%032" PRIx64 "-1", write->crc64);
    } else if (write->bucket->dialect->etag_is_md5) {
        len = checksum_final(&write->md5, digest);
        text_hex(digest, len, object->etag);
        object->etag[2 * len] = '\0';
    } else {
        snprintf(object->etag, sizeof object->etag, "%016" PRIX64 "%016" PRIX64, ~write->crc64, write->bytes);
    }
}

static bool write_trailer(struct store_write *write, const struct object *object)
{
    char footer[FOOTER_BYTES + 1];
    struct buf text;
    bool written;

    buf_init(&text, NULL, 1 << 20);
    object_to_text(object, &text);
    snprintf(footer, sizeof footer, FOOTER_FORMAT, write->bytes, (uint64_t)text.len);
    buf_add(&text, footer, FOOTER_BYTES);
    written = buf_status(&text) == POSTAGE_OK && write_all(write->file, text.ptr, text.len);
    buf_clear(&text);
    return written;
}

/* RFC: fsync(2): the directory's entry needs its own. */
static bool make_visible(struct store_write *write, const struct setup *setup, const char *name)
{
    int directory = write->bucket->directory;

    if (setup->sync && fsync(write->file) != 0)
        return false;
    if (renameat(directory, write->name, directory, name) != 0)
        return false;
    write->name[0] = '\0';
    return !setup->sync || fsync(directory) == 0;
}

bool store_write_commit(struct store_write *write, const struct setup *setup, struct object *object)
{
    char name[FILE_NAME_BYTES];
    bool done = !write->failed;

    object->bytes = write->bytes;
    object->crc64 = write->crc64;
    object->crc32c = write->has_crc32c ? checksum_crc32(&write->crc32c) : 0;
    object->modified_unix_s = setup_now(setup);
    set_etag(write, object);
    if (!write->discard)
        done = done && file_name_of_key(slice_of(object->key), name) && write_trailer(write, object) &&
               make_visible(write, setup, name);
    store_write_abandon(write);
    return done;
}

void store_write_abandon(struct store_write *write)
{
    if (!write->open)
        return;
    write->open = false;
    checksum_clear(&write->md5);
    if (write->file >= 0)
        close(write->file);
    if (write->name[0] != '\0')
        unlinkat(write->bucket->directory, write->name, 0);
}

/* Where the JSON is: false if it is not a file of ours. */
static bool read_footer(int file, uint64_t *content, size_t *text)
{
    char footer[FOOTER_BYTES + 1] = "";
    struct stat info;
    uint64_t len;

    if (fstat(file, &info) != 0 || info.st_size < FOOTER_BYTES)
        return false;
    if (pread(file, footer, FOOTER_BYTES, info.st_size - FOOTER_BYTES) != FOOTER_BYTES)
        return false;
    if (sscanf(footer, FOOTER_FORMAT, content, &len) != 2)
        return false;
    if (len >= 1 << 20 || *content + len + FOOTER_BYTES != (uint64_t)info.st_size)
        return false;
    *text = (size_t)len;
    return true;
}

static bool read_object(int file, struct arena *arena, struct object *object)
{
    uint64_t content;
    size_t len;
    char *text;

    if (!read_footer(file, &content, &len))
        return false;
    text = arena_alloc(arena, len + 1);
    if (text == NULL || pread(file, text, len, (off_t)content) != (ssize_t)len)
        return false;
    *object = (struct object){ .bytes = content };
    return object_from_text(object, (struct slice){ text, len }, arena);
}

static int open_name(const struct bucket *bucket, const char *name)
{
    return openat(bucket->directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

bool store_open(const struct bucket *bucket, struct slice key, struct arena *arena, struct object *object, int *file)
{
    char name[FILE_NAME_BYTES];

    *file = -1;
    if (key.len == 0 || key.len > KEY_MAX_BYTES || !file_name_of_key(key, name))
        return false;
    *file = open_name(bucket, name);
    if (*file >= 0 && read_object(*file, arena, object))
        return true;
    if (*file >= 0)
        close(*file);
    *file = -1;
    return false;
}

bool store_has(const struct bucket *bucket, struct slice key)
{
    char name[FILE_NAME_BYTES];

    return key.len > 0 && key.len <= KEY_MAX_BYTES && file_name_of_key(key, name) &&
           faccessat(bucket->directory, name, F_OK, 0) == 0;
}

bool store_delete(const struct setup *setup, const struct bucket *bucket, struct slice key)
{
    char name[FILE_NAME_BYTES];

    if (key.len == 0 || key.len > KEY_MAX_BYTES || !file_name_of_key(key, name))
        return true;
    if (unlinkat(bucket->directory, name, 0) != 0)
        return errno == ENOENT;
    return !setup->sync || fsync(bucket->directory) == 0;
}

static DIR *open_listing(const struct bucket *bucket)
{
    int copy = openat(bucket->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;

    if (directory == NULL && copy >= 0)
        close(copy);
    return directory;
}

/* The key of a file: from its name, or from its JSON when the name is a hash. NULL: not an object, or out of memory. */
static char *key_of_file(const struct bucket *bucket, const char *name)
{
    char key[FILE_NAME_BYTES], *copy = NULL;
    struct object *object;
    struct arena arena;
    size_t len;
    int file;

    if (file_name_to_key(name, key, &len))
        return strndup(key, len);
    object = malloc(sizeof *object);
    file = open_name(bucket, name);
    arena_init(&arena, NULL, 4096);
    if (object != NULL && file >= 0 && read_object(file, &arena, object))
        copy = strdup(object->key);
    arena_clear(&arena);
    if (file >= 0)
        close(file);
    free(object);
    return copy;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool store_keys(const struct bucket *bucket, char ***keys, size_t *count)
{
    DIR *directory = open_listing(bucket);
    struct dirent *entry;
    size_t cap = 0;

    *keys = NULL;
    *count = 0;
    if (directory == NULL)
        return false;
    while ((entry = readdir(directory)) != NULL) {
        char *key = file_name_is_object(entry->d_name) ? key_of_file(bucket, entry->d_name) : NULL;
        char **grown = *keys;

        if (key == NULL)
            continue;
        if (*count == cap)
            grown = realloc(*keys, (cap = cap * 2 + 64) * sizeof *grown);
        if (grown == NULL) {
            free(key);
            closedir(directory);
            store_free_keys(*keys, *count);
            return false;
        }
        *keys = grown;
        grown[(*count)++] = key;
    }
    closedir(directory);
    if (*count > 0)
        qsort(*keys, *count, sizeof **keys, compare_keys);
    return true;
}

void store_free_keys(char **keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(keys[i]);
    free(keys);
}

bool store_is_empty(const struct bucket *bucket)
{
    DIR *directory = open_listing(bucket);
    struct dirent *entry;
    bool empty = true;

    if (directory == NULL)
        return false;
    while (empty && (entry = readdir(directory)) != NULL)
        empty = !file_name_is_object(entry->d_name) && strncmp(entry->d_name, UPLOAD_PREFIX, sizeof UPLOAD_PREFIX - 1) != 0;
    closedir(directory);
    return empty;
}

/* What a killed run did not finish. */
void store_remove_leftovers(const struct bucket *bucket)
{
    DIR *directory = open_listing(bucket);
    struct dirent *entry;

    if (directory == NULL)
        return;
    while ((entry = readdir(directory)) != NULL)
        if (strncmp(entry->d_name, UPLOAD_PREFIX, sizeof UPLOAD_PREFIX - 1) == 0)
            unlinkat(bucket->directory, entry->d_name, 0);
    closedir(directory);
}
