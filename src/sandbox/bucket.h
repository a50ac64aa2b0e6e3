/* Buckets: a directory each, with a file that says whose rules it follows. */
#ifndef SANDBOX_BUCKET_H
#define SANDBOX_BUCKET_H

#include "sandbox/setup.h"

/* 3 to 63 of a-z, 0-9, '-' and '.', a letter or digit at both ends: a safe file name as well. */
bool bucket_name_is_valid(struct slice name);

struct bucket *bucket_find(const struct setup *setup, struct slice name);

/* Makes it, or takes over the one of that name; the flags are those given. @return POSTAGE_OK, ERR_SYSTEM, ERR_NOMEM. */
enum postage_status bucket_open(struct setup *setup, const struct postage_sandbox_bucket *wanted, struct bucket **out);

/* Those that an earlier run left in the directory. */
enum postage_status bucket_open_existing(struct setup *setup);

/* Changes who may read and write without a signature. */
bool bucket_set_public(struct bucket *bucket, bool read, bool write);

/* False: it holds objects, or somebody but the caller uses it. Its call must forget it afterwards. */
bool bucket_remove(struct setup *setup, struct bucket *bucket);

void bucket_close_all(struct setup *setup);

#endif
