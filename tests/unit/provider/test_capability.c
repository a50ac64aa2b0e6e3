/* The index of a provider's names against the tables it was built from. */
#include <ctype.h>
#include <stdio.h>

#include "provider/capability.h"
#include "support/rows.h"
#include "support/test.h"

static void check_name(const struct capability_index *index, const struct capabilities *caps, const char *name)
{
    struct slice text = slice_of(name);
    bool reserved;
    const struct capability *row = capability_look_up(index, caps, text, &reserved);

    assert_int_equal(reserved, capability_is_reserved(caps, text));
    if (!reserved)
        assert_ptr_equal(row, capability_find(caps, text));
    else
        assert_null(row);
}

/* The name itself, in capitals, and what is nearly the name. */
static void check_variants(const struct capability_index *index, const struct capabilities *caps, const char *name)
{
    char text[64];
    int len = snprintf(text, sizeof text - 1, "%s", name);

    check_name(index, caps, text);
    for (int i = 0; i < len; i++)
        text[i] = (char)toupper((unsigned char)text[i]);
    check_name(index, caps, text);
    text[len] = 'x';
    text[len + 1] = '\0';
    check_name(index, caps, text);
    text[len - 1] = '\0';
    if (len > 1)
        check_name(index, caps, text);
}

static void test_capability__the_index_finds_what_the_tables_hold(void **state)
{
    static const char *const foreign[] = { "x-amz-meta-user", "x-oss-meta-user", "x:user", "a", "\xC3\xA4" };
    const struct postage_provider *provider;

    (void)state;
    for (size_t p = 0; (provider = registry_at(p)) != NULL; p++) {
        const struct capabilities *caps = provider->capabilities;
        struct capability_index index;

        capability_index_build(&index, caps);
        for (const char *const *name = caps->reserved; *name != NULL; name++)
            check_variants(&index, caps, *name);
        for (size_t i = 0; i < caps->field_count; i++) {
            check_variants(&index, caps, caps->fields[i].name);
            if (caps->fields[i].wire != NULL)
                check_variants(&index, caps, caps->fields[i].wire);
        }
        for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
            check_name(&index, caps, foreign[i]);
    }
}

/* Policies copy the index for each form, and write rows' names into JSON as they are. */
static void test_capability__names_fit_the_index_and_need_no_escape(void **state)
{
    const struct postage_provider *provider;

    (void)state;
    for (size_t p = 0; (provider = registry_at(p)) != NULL; p++) {
        const struct capabilities *caps = provider->capabilities;
        size_t names = 2 * caps->field_count;

        for (size_t i = 0; caps->reserved[i] != NULL; i++)
            names++;
        assert_true(names < CAPABILITY_SLOTS / 2); /* room enough to be quick */
        for (size_t i = 0; i < caps->field_count; i++)
            for (const char *c = caps->fields[i].wire; c != NULL && *c != '\0'; c++)
                assert_true(*c > 0x20 && *c < 0x7F && *c != '"' && *c != '\\');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capability__the_index_finds_what_the_tables_hold),
        cmocka_unit_test(test_capability__names_fit_the_index_and_need_no_escape),
    };

    return cmocka_run_group_tests_name("provider/capability", tests, NULL, NULL);
}
