/*
 * Objects on disk. One file each: the content, a line of JSON about it, and a last line of fixed length that says where the
 * content ends. So content and metadata appear by one rename, and a kill at any moment leaves the old object or the new one.
 */
#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

#include "sandbox/object.h"
#include "sandbox/setup.h"

/* An object being written. Zeroed is idle. */
struct store_write {
    struct bucket *bucket;
    int file;
    bool open;
    bool discard;
    bool failed;
    char name[32]; /* of the temporary file */
    uint64_t bytes;
    uint64_t crc64;
    struct checksum crc32c; /* idle unless the dialect answers with it */
    bool has_crc32c;
    struct checksum md5;
};

bool store_write_open(struct store_write *write, const struct setup *setup, struct bucket *bucket);
bool store_write_add(struct store_write *write, const void *data, size_t len);

/* Fills in bytes, ETag, digests and time, and makes the object visible. */
bool store_write_commit(struct store_write *write, const struct setup *setup, struct object *object);
void store_write_abandon(struct store_write *write);

/* Opens an object; `*file` is a descriptor at its content's start. False: there is none. */
bool store_open(const struct bucket *bucket, struct slice key, struct arena *arena, struct object *object, int *file);
bool store_has(const struct bucket *bucket, struct slice key);
bool store_delete(const struct setup *setup, const struct bucket *bucket, struct slice key);

/* All keys in the order of their bytes; free each and the array. False: out of memory or unreadable. */
bool store_keys(const struct bucket *bucket, char ***keys, size_t *count);
void store_free_keys(char **keys, size_t count);

bool store_is_empty(const struct bucket *bucket);
void store_remove_leftovers(const struct bucket *bucket);

#endif
