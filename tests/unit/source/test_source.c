#include "postage/source.h"

#include <stdlib.h>
#include <string.h>

#include "support/test.h"

static void count_close(void *self)
{
    ++*(int *)self;
}

static void test_source__is_closed_once(void **state)
{
    struct postage_source_ops ops = POSTAGE_SOURCE_OPS_INIT;
    int closed = 0;
    struct postage_source source = { &ops, &closed };

    (void)state;
    ops.close = count_close;
    postage_source_close(&source);
    assert_int_equal(closed, 1);
    assert_null(source.ops);
    postage_source_close(&source);
    postage_source_close(NULL);
    assert_int_equal(closed, 1);
}

/* Whoever forgot the size may still close: nothing is read that the table does not have (the sanitizer looks). */
static void test_source__a_table_that_no_version_had_is_not_read(void **state)
{
    size_t *table = calloc(1, sizeof *table);
    struct postage_source source = { (const struct postage_source_ops *)(void *)table, NULL };

    (void)state;
    assert_non_null(table);
    postage_source_close(&source);
    assert_null(source.ops);
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source__is_closed_once),
        cmocka_unit_test(test_source__a_table_that_no_version_had_is_not_read),
    };

    return cmocka_run_group_tests_name("source/source", tests, NULL, NULL);
}
