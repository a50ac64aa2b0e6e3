/*
 * The parts of a check. Each step looks at one thing in the provider's dialect and adds what it finds to the report; steps know
 * nothing of each other, and nothing here knows a provider by name. Written apart from the signer: a mistake in what is signed
 * must not be excused by the same mistake here.
 */
#ifndef POSTAGE_CHECK_CHECK_H
#define POSTAGE_CHECK_CHECK_H

#include "form/form.h"
#include "policy/document.h"
#include "check/report.h"

/* A field as it goes out, and as the rules see it. */
struct sent_field {
    const char *name;
    size_t name_len;
    const char *value;
    size_t value_len;
    const char *judged; /* with `${filename}` replaced where the provider does so before comparing */
};

struct check {
    const struct postage_form *form;
    const struct postage_provider *provider;
    const struct capabilities *caps;
    const struct dialect *dialect;
    const struct signature_scheme *scheme; /* NULL: the form is not signed */
    struct postage_check_options options;
    bool has_policy;
    const struct policy_document *document; /* empty without a policy */
    struct sent_field *sent;
    size_t sent_count;
    struct postage_report *report;
};

/*
 * For the uploader: as postage_check, but where the form's provider is only a guess (several have the same fields) and the
 * address is not the guessed one's own, a form is refused only if every provider with such fields refuses. The report is then
 * the first one's.
 */
enum postage_status check_for_any(struct postage_report **out, const struct postage_form *form,
                                  const struct postage_check_options *options, const struct postage_allocator *alloc,
                                  struct postage_error *err);

/* conditions.c: whether the form is posted under the provider's own domain. */
bool check_is_own_domain(const struct dialect *dialect, const char *url);

/* --- sent.c: what is sent --- */

/* Form and options together: fields replaced and added, values expanded. OK, ERR_INVALID, ERR_NOMEM. */
enum postage_status check_gather(struct check *check, struct postage_error *err);

/* The first field of that name, ignoring case, or NULL; `count`: out, may be NULL, how many there are. */
const struct sent_field *check_find(const struct check *check, const char *name, size_t *count);

/* The value to show for a field: secrets stay hidden. */
const char *check_shown(const char *name, const char *value);

/* Whether some condition names the field. */
bool check_is_covered(const struct check *check, struct slice name);

/* --- the steps, in the order in which providers look --- */

void check_shape(struct check *check);      /* values.c: URL, key, repeated fields, lengths before the file */
void check_signature(struct check *check);  /* signature.c: fields of the signature, date of signing, expiry */
void check_conditions(struct check *check); /* conditions.c: the policy's conditions in their order */
void check_coverage(struct check *check);   /* conditions.c: fields that no condition names */
void check_values(struct check *check);     /* values.c: values with a meaning of their own */
void check_key(struct check *check);        /* values.c */
void check_size(struct check *check);       /* values.c: metadata, size of the file, content type */

#endif
