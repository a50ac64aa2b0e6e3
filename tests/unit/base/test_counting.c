#include <pthread.h>
#include <string.h>

#include "postage/allocator.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

static void test_counting__follows_every_block(void **state)
{
    struct postage_counting_allocator *counting;
    struct postage_allocation_counters now;
    const struct postage_allocator *alloc;
    void *first, *second;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    alloc = postage_counting_allocator_use(counting);
    first = alloc->allocate(alloc->context, 100);
    second = alloc->reallocate(alloc->context, NULL, 50); /* as realloc: a new block */
    now = counters_of(counting);
    assert_int_equal(now.live_blocks, 2);
    assert_int_equal(now.live_bytes, 150);
    memset(second, 7, 50);
    second = alloc->reallocate(alloc->context, second, 500);
    assert_int_equal(((char *)second)[49], 7);
    alloc->release(alloc->context, first);
    alloc->release(alloc->context, NULL);
    now = counters_of(counting);
    assert_int_equal(now.live_blocks, 1);
    assert_int_equal(now.live_bytes, 500);
    assert_int_equal(now.peak_bytes, 600);
    assert_int_equal(now.total_blocks, 3);
    alloc->release(alloc->context, second);
    now = counters_of(counting);
    assert_int_equal(now.live_blocks, 0);
    assert_int_equal(now.live_bytes, 0);
    assert_int_equal(now.peak_bytes, 600);
    postage_counting_allocator_free(counting);
}

static void test_counting__blocks_are_aligned_for_anything(void **state)
{
    struct postage_counting_allocator *counting;
    const struct postage_allocator *alloc;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    alloc = postage_counting_allocator_use(counting);
    for (size_t bytes = 1; bytes < 100; bytes++) {
        void *block = alloc->allocate(alloc->context, bytes);

        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        alloc->release(alloc->context, block);
    }
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

static void test_counting__failures_of_the_parent_are_not_counted(void **state)
{
    struct postage_counting_allocator *outer, *counting;
    struct failing failing = { .fail_at = 2 };
    struct postage_allocator parent;
    const struct postage_allocator *alloc;
    void *block;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&outer, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(outer);
    parent = failing_allocator(&failing);
    assert_int_equal(postage_counting_allocator_new(&counting, &parent), POSTAGE_OK);
    alloc = postage_counting_allocator_use(counting);
    failing.fail_at = failing.calls + 1;
    assert_null(alloc->allocate(alloc->context, 10));
    block = alloc->allocate(alloc->context, 10);
    failing.fail_at = failing.calls + 1;
    assert_null(alloc->reallocate(alloc->context, block, 1000)); /* the old block stays */
    assert_int_equal(counters_of(counting).live_blocks, 1);
    assert_int_equal(counters_of(counting).live_bytes, 10);
    assert_int_equal(counters_of(counting).total_blocks, 1);
    assert_null(alloc->allocate(alloc->context, SIZE_MAX));
    assert_null(alloc->allocate(alloc->context, SIZE_MAX - 4));
    alloc->release(alloc->context, block);
    postage_counting_allocator_free(counting);
    assert_int_equal(counters_of(outer).live_blocks, 0);
    postage_counting_allocator_free(outer);
}

static void *hammer(void *context)
{
    const struct postage_allocator *alloc = context;

    for (int i = 0; i < 20000; i++) {
        void *block = alloc->allocate(alloc->context, (size_t)(i % 64) + 1);

        block = alloc->reallocate(alloc->context, block, (size_t)(i % 128) + 1);
        alloc->release(alloc->context, block);
    }
    return NULL;
}

static void test_counting__threads_may_share_it(void **state)
{
    struct postage_counting_allocator *counting;
    struct postage_allocation_counters now;
    pthread_t threads[4];

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, (void *)(uintptr_t)postage_counting_allocator_use(counting)),
                         0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    now = counters_of(counting);
    assert_int_equal(now.live_blocks, 0);
    assert_int_equal(now.live_bytes, 0);
    assert_int_equal(now.total_blocks, 4 * 20000 * 2);
    postage_counting_allocator_free(counting);
    postage_counting_allocator_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counting__follows_every_block),
        cmocka_unit_test(test_counting__blocks_are_aligned_for_anything),
        cmocka_unit_test(test_counting__failures_of_the_parent_are_not_counted),
        cmocka_unit_test(test_counting__threads_may_share_it),
    };

    return cmocka_run_group_tests_name("base/counting", tests, NULL, NULL);
}
