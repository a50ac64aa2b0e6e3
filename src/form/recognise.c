#include "form/recognise.h"

#include <string.h>

#include "form/form.h"
#include "registry/registry.h"

/*
 * How many of the scheme's fields are there; 0: none. The signature's own name is shared by schemes of different providers
 * ("signature", "Signature"), so the others decide. Schemes of one provider may differ only in what the algorithm field says.
 */
static int count_fields(const struct postage_form *form, const struct signature_scheme *scheme)
{
    const char *const names[] = { scheme->signature_field, scheme->credential_field, scheme->date_field,
                                  scheme->algorithm_field };
    int count = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] != NULL && postage_form_value(form, names[i]) != NULL)
            count++;
    if (scheme->algorithm_field != NULL) {
        const char *algorithm = postage_form_value(form, scheme->algorithm_field);

        if (algorithm != NULL && strcmp(algorithm, scheme->algorithm) == 0)
            count++;
    }
    return count;
}

/* All five of count_fields, twice, and a vendor's field. */
enum { SCORE_MAX = 11 };

static const struct signature_scheme *best_of(const struct postage_form *form, const struct signature_scheme *const *schemes,
                                              int *best)
{
    const struct signature_scheme *found = NULL;

    for (; schemes != NULL && *schemes != NULL; schemes++) {
        int count = count_fields(form, *schemes);

        if (count > *best) {
            *best = count;
            found = *schemes;
        }
    }
    return found;
}

static const struct signature_scheme *find_scheme(const struct postage_form *form, const struct postage_provider *provider,
                                                  int *best)
{
    const struct signature_scheme *newer, *older;

    *best = 0;
    newer = best_of(form, provider->schemes, best);
    older = best_of(form, provider->older_schemes, best);
    return older != NULL ? older : newer;
}

const struct signature_scheme *recognise_scheme(const struct postage_form *form, const struct postage_provider *provider)
{
    int best;

    return find_scheme(form, provider, &best);
}

/* The only sign in a form without a signature. */
static bool has_vendor_field(const struct postage_form *form, const struct postage_provider *provider)
{
    struct slice prefix = slice_of(provider->capabilities->vendor_prefix);

    for (size_t i = 0; i < form->field_count; i++)
        if (slice_starts_with_ignoring_case((struct slice){ form->fields[i].name, form->name_lens[i] }, prefix))
            return true;
    return false;
}

const struct postage_provider *recognise_provider(const struct postage_form *form)
{
    const struct postage_provider *found = registry_at(0), *provider;
    int most = 0;

    for (size_t i = 0; (provider = registry_at(i)) != NULL && most < SCORE_MAX; i++) {
        int score;

        if (i > 0 && provider->schemes == found->schemes)
            continue; /* the same fields, so it cannot have more of them */
        find_scheme(form, provider, &score);
        score = 2 * score + (has_vendor_field(form, provider) ? 1 : 0);
        if (score > most) {
            most = score;
            found = provider;
        }
    }
    return found;
}

const char *postage_form_signature_name(const struct postage_form *form)
{
    const struct signature_scheme *scheme = recognise_scheme(form, form->provider);

    return scheme != NULL ? scheme->name : "";
}
