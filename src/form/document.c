/* What a form's policy says, read once. An uploader judges the same form before each of many uploads. */
#include "base/error.h"
#include "form/form.h"

struct form_document {
    struct arena arena;
    struct policy_document document;
};

static void free_document(struct form_document *read)
{
    struct arena arena;

    if (read == NULL)
        return;
    arena = read->arena;
    arena_clear(&arena);
}

static enum postage_status read_document(const struct postage_form *form, struct form_document **out, struct postage_error *err)
{
    struct arena arena;
    struct form_document *read = arena_new(&arena, &form->arena.alloc, sizeof *read, ARENA_QUICK_BYTES - sizeof *read);
    enum postage_status status;

    *out = NULL;
    if (read == NULL)
        return error_plain(err, POSTAGE_ERR_NOMEM);
    read->arena = arena;
    status = policy_document_read(&read->document, &read->arena, (struct slice){ form->policy, form->policy_len }, err);
    if (status != POSTAGE_OK)
        free_document(read);
    else
        *out = read;
    return status;
}

enum postage_status form_document(const struct postage_form *form, const struct policy_document **out,
                                  struct postage_error *err)
{
    /* A cache in an object that nobody changes otherwise; forms are always on the heap. */
    _Atomic(struct form_document *) *kept = &((struct postage_form *)form)->document;
    struct form_document *known = atomic_load(kept), *read;
    enum postage_status status;

    if (known == NULL) {
        status = read_document(form, &read, err);
        if (status != POSTAGE_OK)
            return status;
        if (atomic_compare_exchange_strong(kept, &known, read))
            known = read;
        else
            free_document(read); /* another thread was faster */
    }
    *out = &known->document;
    return POSTAGE_OK;
}

void form_document_free(struct postage_form *form)
{
    free_document(atomic_load(&form->document));
}
