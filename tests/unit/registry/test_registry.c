/*
 * Every row is whole: the columns that the core reads without asking whether they are there, and those that a provider would
 * forget in silence. A new provider is tested here by being in the registry.
 */
#include <string.h>
#include <strings.h>

#include "base/hmac.h"
#include "registry/registry.h"
#include "support/test.h"

static void check_scheme(const char *provider, const struct signature_scheme *scheme, bool signs)
{
    if (scheme->name == NULL || scheme->digest == NULL || scheme->credential_field == NULL || scheme->signature_field == NULL ||
        scheme->signature_chars == 0 || scheme->signature_chars > 2 * (size_t)HMAC_MAX_BYTES)
        fail_msg("%s, signature %s: a column is missing", provider, scheme->name);
    if (scheme->key_prefix != NULL && (scheme->service == NULL || scheme->terminator == NULL || scheme->date_field == NULL ||
                                       scheme->algorithm == NULL || scheme->algorithm_field == NULL))
        fail_msg("%s, signature %s: a derived key needs service, terminator, algorithm and date", provider, scheme->name);
    if (signs && scheme->algorithm_field != NULL && scheme->algorithm == NULL)
        fail_msg("%s, signature %s: no algorithm", provider, scheme->name);
}

static bool is_reserved(const struct capabilities *caps, const char *name)
{
    for (const char *const *reserved = caps->reserved; *reserved != NULL; reserved++)
        if (strcasecmp(*reserved, name) == 0)
            return true;
    return false;
}

/* What the signer writes, nobody else may. */
static void check_reserved(const struct postage_provider *provider, const struct signature_scheme *scheme)
{
    const char *const names[] = { "bucket",
                                  "policy",
                                  "file",
                                  scheme->algorithm_field,
                                  scheme->credential_field,
                                  scheme->date_field,
                                  scheme->token_field,
                                  scheme->signature_field };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] != NULL && !is_reserved(provider->capabilities, names[i]))
            fail_msg("%s: \"%s\" is not reserved", provider->name, names[i]);
}

static void check_schemes(const struct postage_provider *provider, const struct signature_scheme *const *schemes, bool signs)
{
    for (; schemes != NULL && *schemes != NULL; schemes++) {
        check_scheme(provider->name, *schemes, signs);
        check_reserved(provider, *schemes);
    }
}

static void test_registry__every_row_is_whole(void **state)
{
    const struct postage_provider *row;

    (void)state;
    for (size_t i = 0; (row = registry_at(i)) != NULL; i++) {
        assert_non_null(row->name);
        assert_true(strlen(row->name) < 16); /* target.c */
        assert_non_null(row->title);
        assert_non_null(row->region_example);
        assert_non_null(row->resolve);
        assert_non_null(row->request_id_header);
        assert_non_null(row->created);
        assert_non_null(row->created->roots[0]);
        assert_non_null(row->created->bucket);
        assert_non_null(row->created->key);
        assert_non_null(row->schemes);
        assert_non_null(row->schemes[0]);
        check_schemes(row, row->schemes, true);
        check_schemes(row, row->older_schemes, false);
        assert_ptr_equal(postage_provider_find(row->name), row);
    }
}

static void check_capabilities(const struct postage_provider *row, const struct capabilities *first)
{
    const struct capabilities *caps = row->capabilities;

    assert_non_null(caps->metadata_prefix);
    assert_non_null(caps->vendor_prefix);
    assert_non_null(caps->default_type);
    assert_true(caps->limits.max_object_bytes > 0);
    assert_non_null(caps->dialect);
    assert_non_null(caps->dialect->answers);
    assert_int_equal(caps->field_count, first->field_count);
    for (size_t f = 0; f < caps->field_count; f++) {
        const struct capability *field = &caps->fields[f];

        assert_string_equal(field->name, first->fields[f].name); /* docs/providers.md has them in one order */
        if ((field->wire == NULL) != (field->rules == 0) || (field->wire == NULL) != (field->instead != NULL))
            fail_msg("%s: field %s has neither a name with rules nor something instead", row->name, field->name);
    }
}

static void test_registry__every_row_says_what_becomes_of_every_neutral_field(void **state)
{
    const struct postage_provider *row;

    (void)state;
    for (size_t i = 0; (row = registry_at(i)) != NULL; i++)
        check_capabilities(row, registry_at(0)->capabilities);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry__every_row_is_whole),
        cmocka_unit_test(test_registry__every_row_says_what_becomes_of_every_neutral_field),
    };

    return cmocka_run_group_tests_name("registry/registry", tests, NULL, NULL);
}
