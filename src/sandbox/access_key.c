#include "sandbox/access_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

static const struct postage_sandbox_key default_key = { .access_key_id = POSTAGE_SANDBOX_KEY_ID,
                                                        .secret_access_key = POSTAGE_SANDBOX_SECRET };

static bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* False: out of memory. */
static bool copy_key(struct access_key *key, const struct postage_sandbox_key *from)
{
    key->derived = calloc(1, sizeof *key->derived);
    key->id = strdup(from->access_key_id);
    key->secret = strdup(from->secret_access_key);
    key->token = from->session_token != NULL ? strdup(from->session_token) : NULL;
    key->expires_unix_s = from->expires_unix_s;
    return key->derived != NULL && key->id != NULL && key->secret != NULL &&
           (from->session_token == NULL || key->token != NULL);
}

enum postage_status access_keys_copy(struct access_keys *keys, const struct postage_sandbox_key *from, size_t count,
                                     struct postage_error *err)
{
    if (count == 0)
        return access_keys_copy(keys, &default_key, 1, err);
    keys->list = calloc(count, sizeof *keys->list);
    if (keys->list == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    for (size_t i = 0; i < count; i++) {
        if (!is_set(from[i].access_key_id) || !is_set(from[i].secret_access_key))
            return error_set(err, POSTAGE_ERR_INVALID, "key %zu lacks its id or its secret", i + 1);
        if (!copy_key(&keys->list[keys->count++], &from[i]))
            return error_plain(err, POSTAGE_ERR_NOMEM);
    }
    return POSTAGE_OK;
}

const struct access_key *access_keys_find(const struct access_keys *keys, struct slice id)
{
    for (size_t i = 0; i < keys->count; i++)
        if (slice_equal(id, slice_of(keys->list[i].id)))
            return &keys->list[i];
    return NULL;
}

static void free_key(struct access_key *key)
{
    if (key->secret != NULL)
        mem_wipe(key->secret, strlen(key->secret));
    if (key->token != NULL)
        mem_wipe(key->token, strlen(key->token));
    if (key->derived != NULL)
        mem_wipe(key->derived, sizeof *key->derived);
    free(key->derived);
    free(key->id);
    free(key->secret);
    free(key->token);
}

void access_keys_clear(struct access_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        free_key(&keys->list[i]);
    free(keys->list);
}
