#ifndef POSTAGE_SIGN_SIGNER_H
#define POSTAGE_SIGN_SIGNER_H

#include "base/buf.h"
#include "base/calendar.h"
#include "base/hmac.h"
#include "sign/credentials.h"
#include "policy/target.h"
#include "postage/signer.h"

struct postage_signer {
    struct postage_allocator alloc;
    const struct postage_credentials *credentials;
    struct hmac *hmac;                     /* keyed with the derived key of the scope below */
    const struct signature_scheme *scheme; /* NULL: no key derived yet */
    char day[9];
    char region[64];
    char credential[256]; /* "AKID/20261121/region/service/terminator"; "AKID" where no key is derived */
    int64_t second;       /* of `date` */
    char date[CALENDAR_BASIC_BYTES];
    int64_t expires_second; /* of `expiration` */
    char expiration[CALENDAR_EXTENDED_BYTES];
    /*
     * JSON of the conditions that a derived key depends on, each with a comma in front, for this scope and date; empty where
     * no key is derived. Not the token's: no secret stays in ordinary memory.
     */
    struct buf conditions;
    size_t date_at; /* where the date stands in them */
};

/* When and as whom something is signed. */
struct signing_scope {
    char date[CALENDAR_BASIC_BYTES]; /* "20261121T120000Z" */
    char day[9];                     /* "20261121" */
    const char *credential;          /* the signer's, for as long as it stays in this scope */
};

/* Derives the scope's key unless it is the one kept. Returns POSTAGE_OK, ERR_INVALID, ERR_CREDENTIALS or ERR_CRYPTO. */
enum postage_status signer_enter_scope(struct postage_signer *signer, const struct signature_scheme *scheme, const char *region,
                                       int64_t now_unix_s, struct signing_scope *scope, struct postage_error *err);

/* The moment as a policy says it. Kept: most forms of one second expire in one second. */
struct slice signer_expiration(struct postage_signer *signer, int64_t unix_s);

enum { SIGNATURE_TEXT_BYTES = 2 * HMAC_MAX_BYTES + 1 };

/* The signature of a form with this encoded policy under the entered scope's key, as the scheme writes it, with NUL. */
enum postage_status signer_sign_form(struct postage_signer *signer, const struct signing_scope *scope, struct slice policy,
                                     char signature[SIGNATURE_TEXT_BYTES], struct postage_error *err);

/* The MAC of any other text, written likewise. */
enum postage_status signer_sign_text(struct postage_signer *signer, struct slice text, char signature[SIGNATURE_TEXT_BYTES],
                                     struct postage_error *err);

/* A name and value of the signature's own fields; value NULL: the scheme or the credentials have none. */
enum { SIGNATURE_FIELDS = 5 };

/* Algorithm, credential, date, token and signature, in this order. The texts are the arguments'. */
void signer_fields(const struct postage_signer *signer, const struct signature_scheme *scheme,
                   const struct signing_scope *scope, const char *signature, struct postage_field fields[SIGNATURE_FIELDS]);

/* The session token, "" for none. */
const char *signer_token(const struct postage_signer *signer);

#endif
