/* Tables of functions that are shorter than they have to be: nothing beyond their size is read (the sanitizer looks). */
#include "base/source_contract.h"

#include <stdlib.h>
#include <string.h>

#include "support/test.h"

static enum postage_status read_nothing(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    (void)self;
    (void)dst;
    (void)cap;
    (void)err;
    *got = 0;
    return POSTAGE_END;
}

/* What `source_check` says of a table that begins as ours does and has so many bytes, and not one more. */
static enum postage_status check_of(size_t size, struct postage_error *err)
{
    struct postage_source_ops whole = POSTAGE_SOURCE_OPS_INIT;
    size_t bytes = size < sizeof size ? sizeof size : size;
    unsigned char *table = calloc(1, bytes);
    struct postage_source source = { (const struct postage_source_ops *)(void *)table, NULL };
    enum postage_status status;

    assert_non_null(table);
    whole.read = read_nothing;
    whole.size = size;
    memcpy(table, &whole, bytes < sizeof whole ? bytes : sizeof whole);
    status = source_check(&source, "a test", err);
    free(table);
    return status;
}

static void test_source_contract__a_table_of_another_size_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof(struct postage_source_ops); size++) {
        struct postage_error err = POSTAGE_ERROR_INIT;

        assert_refused(check_of(size, &err), POSTAGE_ERR_INVALID, err, "postage_source_ops: size");
    }
}

static void test_source_contract__a_table_of_this_size_or_with_an_empty_tail_is_taken(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_ok(check_of(sizeof(struct postage_source_ops), &err), err);
    assert_ok(check_of(sizeof(struct postage_source_ops) + sizeof(void *), &err), err);
}

static void test_source_contract__what_is_missing_is_told(void **state)
{
    const struct postage_source_ops none = POSTAGE_SOURCE_OPS_INIT;
    struct postage_source source = { NULL, NULL };
    struct postage_error err = POSTAGE_ERROR_INIT;

    (void)state;
    assert_refused(source_check(NULL, "a test", &err), POSTAGE_ERR_INVALID, err, "a test needs a source");
    assert_refused(source_check(&source, "a test", &err), POSTAGE_ERR_INVALID, err, "a test needs a source");
    source.ops = &none;
    assert_refused(source_check(&source, "a test", &err), POSTAGE_ERR_INVALID, err, "has no read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source_contract__a_table_of_another_size_is_refused),
        cmocka_unit_test(test_source_contract__a_table_of_this_size_or_with_an_empty_tail_is_taken),
        cmocka_unit_test(test_source_contract__what_is_missing_is_told),
    };

    return cmocka_run_group_tests_name("base/source_contract", tests, NULL, NULL);
}
