#include "sandbox/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/json_text.h"

enum { BUCKET_NAME_MAX = 255 }; /* what was asked for need not be a bucket */

static void add_member(struct buf *line, const char *name, struct slice text)
{
    buf_printf(line, ",\"%s\":", name);
    if (text.ptr == NULL)
        buf_add_text(line, "null");
    else
        json_add_text(line, text);
}

static void add_number(struct buf *line, const char *name, uint64_t number)
{
    buf_printf(line, ",\"%s\":%" PRIu64, name, number);
}

static void add_entry(struct call *call, const struct ledger_entry *entry, struct buf *line)
{
    char when[CALENDAR_EXTENDED_BYTES];
    bool bucket_is_nameable = call->bucket_name.len > 0 && call->bucket_name.len <= BUCKET_NAME_MAX;
    char crc[17] = "";

    calendar_extended(setup_now(call->setup), when);
    if (entry->object != NULL)
        snprintf(crc, sizeof crc, "%016" PRIx64, entry->object->crc64);
    buf_printf(line, "{\"when\":\"%s\"", when);
    add_member(line, "id", slice_of(call->id));
    add_member(line, "method", slice_of(call->request.method_name));
    add_member(line, "bucket", bucket_is_nameable ? call->bucket_name : slice_of(NULL));
    add_member(line, "dialect", slice_of(call->dialect->name));
    add_member(line, "key", entry->key);
    add_number(line, "received", call->received);
    add_number(line, "file", entry->file_bytes);
    add_number(line, "stored", entry->stored_bytes);
    add_member(line, "crc64", slice_of(entry->object != NULL ? crc : NULL));
    add_member(line, "etag", slice_of(entry->object != NULL ? entry->object->etag : NULL));
    add_member(line, "verdict", slice_of(entry->verdict));
    add_member(line, "rule", slice_of(call->refusal != REFUSAL_NONE ? refusal_name(call->refusal) : NULL));
    add_number(line, "status", (uint64_t)call->answer.status);
    buf_add_text(line, "}\n");
}

void ledger_write(struct call *call, const struct ledger_entry *entry)
{
    struct setup *setup = call->setup;
    struct buf line;

    if (setup->ledger < 0)
        return;
    buf_init(&line, NULL, 16 * 1024);
    add_entry(call, entry, &line);
    /* One write on a descriptor that appends: lines of several sandboxes do not mix. */
    if (buf_status(&line) != POSTAGE_OK || write(setup->ledger, line.ptr, line.len) != (ssize_t)line.len)
        setup->ledger_bad = true;
    buf_clear(&line);
}
