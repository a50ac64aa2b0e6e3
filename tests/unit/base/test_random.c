#include "base/random.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

enum { TAKEN = 24 };

static struct random_pool *new_pool(const struct postage_allocator *alloc)
{
    struct random_pool *pool;

    assert_int_equal(random_pool_new(&pool, alloc), POSTAGE_OK);
    return pool;
}

static void test_random__never_gives_the_same_bytes_twice(void **state)
{
    struct random_pool *pool = new_pool(NULL);
    uint8_t taken[300][TAKEN];

    (void)state;
    /* 300 draws empty the pool several times, and 1024 is no multiple of 24: some draws lie across a refill. */
    for (size_t i = 0; i < 300; i++) {
        assert_int_equal(random_pool_take(pool, taken[i], TAKEN), POSTAGE_OK);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(taken[i], taken[j], TAKEN);
    }
    random_pool_free(pool);
}

static void test_random__draws_more_than_the_pool_holds(void **state)
{
    struct random_pool *pool = new_pool(NULL);
    uint8_t many[10000] = { 0 };
    unsigned counts[256] = { 0 };

    (void)state;
    assert_int_equal(random_pool_take(pool, many, sizeof many), POSTAGE_OK);
    assert_int_equal(random_pool_take(pool, NULL, 0), POSTAGE_OK);
    for (size_t i = 0; i < sizeof many; i++)
        counts[many[i]]++;
    /* 39 expected of each; a run that breaks this is rarer than 1 in 10^7, a stretch that was never filled breaks it always. */
    for (size_t i = 0; i < 256; i++)
        assert_in_range(counts[i], 5, 90);
    random_pool_free(pool);
}

/* Remembers the one block that it handed out, so that a test can look into it. */
struct window {
    uint8_t *block;
    size_t bytes;
};

static void *window_allocate(void *context, size_t bytes)
{
    struct window *window = context;

    window->block = malloc(bytes);
    window->bytes = bytes;
    return window->block;
}

static void *window_reallocate(void *context, void *block, size_t bytes)
{
    (void)context;
    return realloc(block, bytes);
}

static void window_release(void *context, void *block)
{
    (void)context;
    free(block);
}

static void test_random__wipes_what_it_gave(void **state)
{
    struct window window = { 0 };
    struct postage_allocator alloc = POSTAGE_ALLOCATOR_INIT(window_allocate, window_reallocate, window_release, &window);
    struct random_pool *pool = new_pool(&alloc);
    uint8_t taken[TAKEN];

    (void)state;
    assert_in_range(window.bytes, 1, 2048);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(random_pool_take(pool, taken, sizeof taken), POSTAGE_OK);
        for (size_t at = 0; at + 8 <= window.bytes; at++)
            assert_memory_not_equal(window.block + at, taken, 8);
    }
    random_pool_free(pool);
}

static void test_random__parent_and_child_of_a_fork_draw_different_bytes(void **state)
{
    struct random_pool *pool = new_pool(NULL);
    uint8_t first[TAKEN], ours[TAKEN], theirs[TAKEN];
    int ends[2], status;
    pid_t child;

    (void)state;
    assert_int_equal(random_pool_take(pool, first, TAKEN), POSTAGE_OK);
    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool fine = random_pool_take(pool, theirs, TAKEN) == POSTAGE_OK && write(ends[1], theirs, TAKEN) == TAKEN;

        _exit(fine ? 0 : 1);
    }
    assert_int_equal(random_pool_take(pool, ours, TAKEN), POSTAGE_OK);
    assert_int_equal(read(ends[0], theirs, TAKEN), TAKEN);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_memory_not_equal(ours, theirs, TAKEN);
    close(ends[0]);
    close(ends[1]);
    random_pool_free(pool);
}

static void test_random__reports_that_memory_ran_out(void **state)
{
    struct postage_counting_allocator *counting;
    struct failing failing = { .fail_at = 1 };
    struct postage_allocator alloc = failing_allocator(&failing);
    struct random_pool *pool;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    assert_int_equal(random_pool_new(&pool, &alloc), POSTAGE_ERR_NOMEM);
    assert_null(pool);
    random_pool_free(pool);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random__never_gives_the_same_bytes_twice),
        cmocka_unit_test(test_random__draws_more_than_the_pool_holds),
        cmocka_unit_test(test_random__wipes_what_it_gave),
        cmocka_unit_test(test_random__parent_and_child_of_a_fork_draw_different_bytes),
        cmocka_unit_test(test_random__reports_that_memory_ran_out),
    };

    return cmocka_run_group_tests_name("base/random", tests, NULL, NULL);
}
