#include "sandbox/scope.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/text.h"
#include "sandbox/hash.h"
#include "sandbox/refuse.h"

/* Cuts off the text after the last slash; false: there is none. */
static bool cut_last(struct slice *text, struct slice *last)
{
    size_t at = text->len;

    while (at > 0 && text->ptr[at - 1] != '/')
        at--;
    if (at == 0)
        return false;
    *last = (struct slice){ text->ptr + at, text->len - at };
    text->len = at - 1;
    return true;
}

static bool is_day(struct slice text)
{
    if (text.len != 8)
        return false;
    for (size_t i = 0; i < 8; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

/* From the right: MinIO's key ids may hold slashes. */
static bool split(struct slice credential, struct scope *scope, struct slice *service, struct slice *terminal)
{
    struct slice rest = credential;

    if (!cut_last(&rest, terminal) || !cut_last(&rest, service) || !cut_last(&rest, &scope->region) ||
        !cut_last(&rest, &scope->date) || rest.len == 0 || !is_day(scope->date))
        return false;
    scope->key_id = rest;
    scope->text = (struct slice){ scope->date.ptr, (size_t)(credential.ptr + credential.len - scope->date.ptr) };
    return true;
}

static bool refuse_region(struct call *call, struct slice region, const char *name, struct slice credential)
{
    char detail[256];

    snprintf(detail, sizeof detail, "'%.*s' is wrong; expecting '%s'", (int)(region.len < 64 ? region.len : 64), region.ptr,
             call->setup->region);
    return refuse_with(call, REFUSAL_SCOPE_REGION, slice_of(detail),
                       (struct refusal_extra[]){ { "ArgumentName", slice_of(name) },
                                                 { "ArgumentValue", credential },
                                                 { "Region", slice_of(call->setup->region) } },
                       3);
}

bool scope_read(struct call *call, const struct key_chain *chain, struct slice credential, const char *name,
                struct scope *scope)
{
    struct slice service, terminal;

    if (!split(credential, scope, &service, &terminal) || !slice_equal(terminal, slice_of(chain->terminal)))
        return refuse_argument(call, REFUSAL_CREDENTIAL, credential, name, credential);
    if (!slice_equal(service, slice_of(chain->service)))
        return refuse_argument(call, REFUSAL_SCOPE_SERVICE, service, name, credential);
    return slice_equal(scope->region, slice_of(call->setup->region)) || refuse_region(call, scope->region, name, credential);
}

const struct access_key *scope_find_key(struct call *call, struct slice id, struct slice token)
{
    const struct access_key *key = access_keys_find(&call->setup->keys, id);
    enum refusal refusal = REFUSAL_NONE;

    if (key == NULL)
        refusal = REFUSAL_ACCESS_KEY;
    else if (key->token != NULL && token.len == 0)
        refusal = REFUSAL_TOKEN_MISSING;
    else if (token.len > 0 && (key->token == NULL || !hash_texts_equal(token, slice_of(key->token))))
        refusal = REFUSAL_TOKEN;
    else if (token.ptr != NULL && token.len == 0)
        refusal = REFUSAL_TOKEN;
    else if (key->token != NULL && key->expires_unix_s != 0 && setup_now(call->setup) >= key->expires_unix_s)
        refusal = REFUSAL_TOKEN_EXPIRED;
    if (refusal == REFUSAL_NONE)
        return key;
    if (refusal == REFUSAL_ACCESS_KEY || refusal == REFUSAL_TOKEN_MISSING)
        refuse_naming(call, refusal, id, call->dialect->errors.key_id, id);
    else
        refuse(call, refusal, id);
    return NULL;
}

/* Four steps from the secret to the key of a day and region. */
static bool derive(const struct key_chain *chain, const struct access_key *key, const struct scope *scope,
                   struct derived_key *derived)
{
    const struct slice steps[] = { scope->date, scope->region, slice_of(chain->service), slice_of(chain->terminal) };
    uint8_t next[HASH_MAX_BYTES];
    size_t len;
    struct buf secret;
    struct slice step_key;

    buf_init(&secret, NULL, 8192);
    buf_add_text(&secret, chain->prefix);
    buf_add_text(&secret, key->secret);
    step_key = buf_slice(&secret);
    len = buf_status(&secret) == POSTAGE_OK ? 1 : 0;
    for (size_t i = 0; len > 0 && i < sizeof steps / sizeof steps[0]; i++) {
        len = hash_hmac(chain->digest, step_key, steps[i], next);
        memcpy(derived->bytes, next, len);
        step_key = (struct slice){ (const char *)derived->bytes, len };
    }
    derived->len = len;
    buf_clear(&secret);
    mem_wipe(next, sizeof next);
    return len > 0;
}

bool scope_sign(const struct key_chain *chain, const struct access_key *key, const struct scope *scope, struct slice text,
                char signature[SCOPE_SIGNATURE_BYTES])
{
    struct derived_key *kept = key->derived;
    uint8_t mac[HASH_MAX_BYTES];
    size_t len;

    if (kept->chain != chain || !slice_equal(slice_of(kept->scope), scope->text)) {
        kept->chain = NULL;
        if (!derive(chain, key, scope, kept))
            return false;
        if (scope->text.len < sizeof kept->scope) { /* a longer one is derived each time */
            snprintf(kept->scope, sizeof kept->scope, "%.*s", (int)scope->text.len, scope->text.ptr);
            kept->chain = chain;
        }
    }
    len = hash_hmac(chain->digest, (struct slice){ (const char *)kept->bytes, kept->len }, text, mac);
    text_hex(mac, len, signature);
    signature[2 * len] = '\0';
    mem_wipe(mac, sizeof mac);
    return len > 0;
}

bool scope_sign_v2(const struct access_key *key, struct slice text, char signature[SCOPE_SIGNATURE_BYTES])
{
    uint8_t mac[HASH_MAX_BYTES];
    size_t len = hash_hmac("SHA1", slice_of(key->secret), text, mac);

    if (len == 0)
        return false;
    base64_encode(mac, len, signature);
    return true;
}
