/* How structs of callers are taken, with a struct that has had three versions. */
#include "base/options.h"

#include <string.h>

#include "support/test.h"

/* The versions' last members: `flag`, `name`, `limit`. */
struct sample_options {
    size_t size;
    bool flag;
    const char *name;
    uint64_t limit;
};

static const size_t sizes[] = {
    OPTIONS_SIZE(struct sample_options, flag),
    OPTIONS_SIZE(struct sample_options, name),
    OPTIONS_SIZE(struct sample_options, limit),
    0,
};

/* What newer headers would make of it. */
struct newer_options {
    struct sample_options known;
    uint64_t wish;
};

static enum postage_status take(struct sample_options *ours, const void *theirs, struct postage_error *err)
{
    return options_take(ours, sizeof *ours, sizes, theirs, "sample_options", err);
}

static void test_options__each_version_is_taken_and_lacks_nothing_but_what_it_never_had(void **state)
{
    struct sample_options theirs = { sizeof theirs, true, "name", 7 }, ours;
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    for (size_t i = 0; sizes[i] != 0; i++) {
        theirs.size = sizes[i];
        assert_ok(take(&ours, &theirs, &err), err);
        assert_int_equal(ours.size, sizeof ours);
        assert_true(ours.flag);
        assert_true((ours.name != NULL) == (i >= 1));
        assert_int_equal(ours.limit, i >= 2 ? 7 : 0);
    }
}

static void test_options__a_size_that_no_version_had_is_refused(void **state)
{
    struct sample_options theirs = { sizeof theirs, true, "name", 7 }, ours;

    (void)state;
    for (size_t size = 0; size < sizeof theirs; size++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        theirs.size = size;
        if (size == sizes[0] || size == sizes[1])
            continue;
        assert_refused(take(&ours, &theirs, &err), POSTAGE_ERR_INVALID, err, "sample_options: size");
        assert_true(ours.name == NULL && !ours.flag && ours.limit == 0);
    }
}

static void test_options__an_unknown_tail_is_taken_only_if_it_is_zero(void **state)
{
    struct newer_options theirs = { { sizeof theirs, true, "name", 7 }, 0 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct sample_options ours;

    (void)state;
    assert_ok(take(&ours, &theirs, &err), err);
    assert_int_equal(ours.size, sizeof ours);
    assert_int_equal(ours.limit, 7);
    for (size_t byte = 0; byte < sizeof theirs.wish; byte++) {
        theirs.wish = UINT64_C(1) << 8 * byte;
        assert_refused(take(&ours, &theirs, &err), POSTAGE_ERR_INVALID, err, "older than the headers");
    }
}

/* What lay in memory before is not read as a struct of so many bytes. */
static void test_options__a_size_that_no_struct_can_have_is_refused(void **state)
{
    static const size_t impossible[] = { sizeof(struct sample_options) + 1,
                                         sizeof(struct newer_options) - 1,
                                         4097,
                                         8192,
                                         SIZE_MAX / 2 + 1,
                                         SIZE_MAX - 7,
                                         SIZE_MAX };
    struct newer_options theirs = { { sizeof theirs, true, "name", 7 }, 0 };
    struct sample_options ours;

    (void)state;
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        theirs.known.size = impossible[i];
        assert_refused(take(&ours, &theirs, &err), POSTAGE_ERR_INVALID, err, "sample_options: size");
        assert_true(ours.name == NULL && !ours.flag && ours.limit == 0);
    }
}

static void test_options__none_at_all_is_refused(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct sample_options ours;

    (void)state;
    assert_refused(take(&ours, NULL, &err), POSTAGE_ERR_INVALID, err, "sample_options");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options__each_version_is_taken_and_lacks_nothing_but_what_it_never_had),
        cmocka_unit_test(test_options__a_size_that_no_version_had_is_refused),
        cmocka_unit_test(test_options__an_unknown_tail_is_taken_only_if_it_is_zero),
        cmocka_unit_test(test_options__a_size_that_no_struct_can_have_is_refused),
        cmocka_unit_test(test_options__none_at_all_is_refused),
    };

    return cmocka_run_group_tests_name("base/options", tests, NULL, NULL);
}
