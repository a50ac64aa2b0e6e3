#ifndef POSTAGE_FORM_FORM_H
#define POSTAGE_FORM_FORM_H

#include <stdatomic.h>

#include "base/arena.h"
#include "policy/document.h"
#include "postage/form.h"

enum { FORM_NOTES_MAX = 16 };

/* It lives in its own arena, with everything it points to. */
struct postage_form {
    struct arena arena;
    const struct postage_provider *provider;
    const char *url;
    struct postage_field *fields;
    size_t *name_lens; /* of the fields, for looking one up */
    size_t field_count;
    size_t field_bytes; /* of all names and values */
    struct postage_open_rule *open;
    size_t open_count;
    const char *policy; /* the document, decoded; "" when there is none */
    size_t policy_len;
    _Atomic(struct form_document *) document; /* what the policy says; NULL until form_document is asked */
    int64_t expires_unix_s;
    bool expiry_clamped;
    bool provider_guessed; /* from the fields, so a provider with the same ones may be meant */
    bool has_range;
    uint64_t min_bytes;
    uint64_t max_bytes;
    const char **notes; /* room for FORM_NOTES_MAX; NULL while there are none */
    size_t note_count;
};

/* What an ordinary form takes fits in twice that. */
enum { FORM_TEXT_BYTES = ARENA_QUICK_BYTES - sizeof(struct postage_form) };

/* An empty form; `arena_bytes` is a guess at what its texts will take. NULL: out of memory. */
struct postage_form *form_alloc(const struct postage_allocator *alloc, size_t arena_bytes);

/* Room for `count` fields; call once. */
enum postage_status form_reserve(struct postage_form *form, size_t count);

/* Appends a field whose texts are the form's already, or outlive it. The caller reserved enough. */
void form_put(struct postage_form *form, struct slice name, struct slice value);

/* The same with a copied value; with both copied. */
enum postage_status form_add_value(struct postage_form *form, struct slice name, struct slice value);
enum postage_status form_add(struct postage_form *form, struct slice name, struct slice value);

/* Adds a note that outlives the form; those past FORM_NOTES_MAX are dropped. */
enum postage_status form_note_text(struct postage_form *form, const char *note);

/* The same, formatted and copied. */
enum postage_status form_note(struct postage_form *form, const char *format, ...) POSTAGE_PRINTF(2, 3);

/*
 * The open rules, range and expiry of a form whose fields are there, from its policy document: every condition that is not
 * exact, and exact ones whose field is missing. Names that only the library writes are left out: nobody else may fill them.
 */
enum postage_status form_derive_rules(struct postage_form *form, const struct policy_document *document);

/*
 * The policy's conditions. Read when first asked for, by whichever thread comes first, and kept: `*out` lives as long as the
 * form.
 * @return as policy_document_read, each time.
 */
enum postage_status form_document(const struct postage_form *form, const struct policy_document **out,
                                  struct postage_error *err);
void form_document_free(struct postage_form *form);

/* Bytes before the file's first one, with the longest boundary and a long file name, as the strictest client would send. */
size_t form_pre_file_bytes(const struct postage_form *form);

#endif
