#include <string.h>

#include "http/scratch.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

enum { LARGE_MAX = SCRATCH_BUDGET_BYTES / SCRATCH_BYTES };

static void test_scratch__beyond_the_budget_they_are_small(void **state)
{
    struct postage_counting_allocator *counting;
    struct scratch *taken[LARGE_MAX + 2];
    struct scratches scratches;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    scratches_init(&scratches, postage_counting_allocator_use(counting));
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < LARGE_MAX + 2; i++) {
            taken[i] = scratch_take(&scratches);
            assert_int_equal(taken[i]->cap, i < LARGE_MAX ? SCRATCH_BYTES : SCRATCH_SMALL_BYTES);
        }
        for (size_t i = 0; i < LARGE_MAX + 2; i++)
            scratch_give_back(&scratches, taken[i]);
        assert_int_equal(counters_of(counting).live_blocks, LARGE_MAX); /* the large ones stay */
    }
    scratch_give_back(&scratches, NULL);
    scratches_clear(&scratches);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

static void test_scratch__the_next_user_finds_nothing_of_the_last(void **state)
{
    struct scratches scratches;
    struct scratch *scratch;

    (void)state;
    scratches_init(&scratches, NULL);
    scratch = scratch_take(&scratches);
    memset(scratch->bytes, 's', scratch->to = 1000);
    scratch_empty(scratch);
    memset(scratch->bytes, 't', scratch->to = 10); /* a shorter piece after a longer one */
    scratch_give_back(&scratches, scratch);
    assert_ptr_equal(scratch_take(&scratches), scratch);
    assert_int_equal(scratch->from, 0);
    assert_int_equal(scratch->to, 0);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(scratch->bytes[i], 0);
    scratch_give_back(&scratches, scratch);
    scratches_clear(&scratches);
}

static void test_scratch__without_memory_there_is_none(void **state)
{
    struct postage_counting_allocator *counting;
    struct failing failing = { .fail_at = 1 };
    struct postage_allocator alloc;
    struct scratches scratches;
    struct scratch *scratch;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    alloc = failing_allocator(&failing);
    scratches_init(&scratches, &alloc);
    scratch = scratch_take(&scratches); /* no large one: a small one will do */
    assert_non_null(scratch);
    assert_int_equal(scratch->cap, SCRATCH_SMALL_BYTES);
    scratch_give_back(&scratches, scratch);
    scratches.large_count = LARGE_MAX; /* as if all were taken */
    failing.fail_at = failing.calls + 1;
    assert_null(scratch_take(&scratches));
    scratches_clear(&scratches);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scratch__beyond_the_budget_they_are_small),
        cmocka_unit_test(test_scratch__the_next_user_finds_nothing_of_the_last),
        cmocka_unit_test(test_scratch__without_memory_there_is_none),
    };

    return cmocka_run_group_tests_name("http/scratch", tests, NULL, NULL);
}
