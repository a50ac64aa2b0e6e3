#include "support/counters.h"
#include "support/drain.h"
#include "support/failing.h"
#include "support/test.h"

#include <string.h>

#define BYTES 300

static uint8_t data[BYTES];

static void fill(void)
{
    for (size_t i = 0; i < BYTES; i++)
        data[i] = (uint8_t)(i * 7);
}

static void test_memory__bytes_do_not_depend_on_read_size(void **state)
{
    (void)state;
    fill();
    for (size_t cap = 1; cap <= BYTES + 1; cap++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source;
        uint8_t out[BYTES + 1];
        size_t total;

        assert_ok(postage_source_memory(&source, data, BYTES, NULL, &err), err);
        assert_int_equal(drain(&source, cap, out, sizeof out, &total, &err), POSTAGE_END);
        assert_int_equal(total, BYTES);
        assert_memory_equal(out, data, BYTES);
        postage_source_close(&source);
        assert_null(source.ops);
    }
}

static void test_memory__end_repeats_until_rewind(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    uint8_t out[BYTES + 1];
    size_t total;

    (void)state;
    fill();
    assert_ok(postage_source_memory(&source, data, BYTES, NULL, &err), err);
    assert_int_equal(drain(&source, 64, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(drain(&source, 64, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(total, 0);
    assert_ok(source.ops->rewind(source.self, &err), err);
    assert_int_equal(drain(&source, 7, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(total, BYTES);
    assert_memory_equal(out, data, BYTES);
    postage_source_close(&source);
    postage_source_close(&source);
    postage_source_close(NULL);
}

static void test_memory__declares_what_it_can(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    uint64_t length = 0;

    (void)state;
    assert_ok(postage_source_memory(&source, data, BYTES, NULL, &err), err);
    assert_int_equal(source.ops->length(source.self, &length), POSTAGE_OK);
    assert_int_equal(length, BYTES);
    assert_null(source.ops->identity);
    assert_null(source.ops->set_waker);
    postage_source_close(&source);
}

static void test_memory__nothing_may_be_null(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    uint8_t out[1];
    size_t total;

    (void)state;
    assert_ok(postage_source_memory(&source, NULL, 0, NULL, &err), err);
    assert_int_equal(drain(&source, 1, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(total, 0);
    postage_source_close(&source);
    assert_refused(postage_source_memory(&source, NULL, 5, NULL, &err), POSTAGE_ERR_INVALID, err, "length of 5");
    assert_null(source.ops);
}

static void test_memory__allocates_once_and_gives_it_back(void **state)
{
    struct postage_counting_allocator *counting;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    uint8_t out[BYTES + 1];
    size_t total;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    assert_ok(postage_source_memory(&source, data, BYTES, postage_counting_allocator_use(counting), &err), err);
    assert_int_equal(drain(&source, 1, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(counters_of(counting).total_blocks, 1);
    postage_source_close(&source);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

static void test_memory__a_failing_allocation_leaves_nothing(void **state)
{
    struct postage_counting_allocator *counting;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    struct failing failing = { .fail_at = 1 };
    struct postage_allocator alloc = failing_allocator(&failing);

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    assert_int_equal(postage_source_memory(&source, data, BYTES, &alloc, &err), POSTAGE_ERR_NOMEM);
    assert_int_equal(err.code, POSTAGE_ERR_NOMEM);
    assert_null(source.ops);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__bytes_do_not_depend_on_read_size),
        cmocka_unit_test(test_memory__end_repeats_until_rewind),
        cmocka_unit_test(test_memory__declares_what_it_can),
        cmocka_unit_test(test_memory__nothing_may_be_null),
        cmocka_unit_test(test_memory__allocates_once_and_gives_it_back),
        cmocka_unit_test(test_memory__a_failing_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests_name("source/memory", tests, NULL, NULL);
}
