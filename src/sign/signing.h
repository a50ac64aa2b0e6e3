/*
 * From a policy document to a signed form, no matter who wrote the document: enter the scope, get the document, put the fields
 * in order, encode, sign, say what deserves a second look. Whose document it is decides the steps in between.
 */
#ifndef POSTAGE_SIGN_SIGNING_H
#define POSTAGE_SIGN_SIGNING_H

#include "form/form.h"
#include "sign/signer.h"

/* Fields of a form that are not conditions of its document: key, bucket, tags, policy and the signature's. */
enum { SIGNING_OWN_FIELDS = 4 + SIGNATURE_FIELDS };

struct signing {
    struct postage_signer *signer;
    const struct postage_provider *provider;
    const struct signature_scheme *scheme;
    const char *region;
    const char *url;
    int64_t now_unix_s;
    size_t text_bytes;          /* a guess at what the form's texts will take */
    struct signing_scope scope; /* from here on filled in by signing_run */
    struct postage_form *form;
    struct postage_error *err;
};

/* Each answers POSTAGE_OK, ERR_NOMEM (the message is added), or another failure whose message it has set. */
struct signing_steps {
    enum postage_status (*document)(void *self, size_t *field_count); /* sets the form's policy; counts fields */
    enum postage_status (*fields)(void *self);                        /* all before "policy" */
    enum postage_status (*finish)(void *self);                        /* open rules, notes, limits */
};

/* Runs the steps, with `self`, in which `signing` is; `*out` is NULL after a failure. */
enum postage_status signing_run(struct signing *signing, const struct signing_steps *steps, void *self,
                                struct postage_form **out, struct postage_error *err);

/* Notes a size range that limits nothing, or that there is none. */
enum postage_status signing_note_size(struct signing *signing);

/* Whether everything before the file may be longer than the provider reads; `*bytes`: out, how long it may be. */
bool signing_is_too_long(const struct signing *signing, size_t *bytes);

#endif
