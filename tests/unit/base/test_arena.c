#include <stdlib.h>

#include "base/arena.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/test.h"

static void test_arena__blocks_are_zeroed_aligned_and_stay(void **state)
{
    unsigned char *blocks[300];
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL, 64);
    for (size_t i = 0; i < 300; i++) {
        blocks[i] = arena_alloc(&arena, i);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < i; j++)
            assert_int_equal(blocks[i][j], 0);
        memset(blocks[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_equal(blocks[i][j], i & 0xff);
    arena_clear(&arena);
}

static void test_arena__copies_end_in_nul(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL, 16);
    assert_string_equal(arena_copy(&arena, SLICE("text")), "text");
    assert_string_equal(arena_copy(&arena, (struct slice){ "text", 2 }), "te");
    assert_string_equal(arena_copy(&arena, (struct slice){ NULL, 0 }), "");
    arena_clear(&arena);
}

static void test_arena__joins_texts(void **state)
{
    const struct slice texts[] = { SLICE("one "), { NULL, 0 }, SLICE(""), SLICE("two"), { "three", 1 } };
    struct slice impossible[] = { { "", SIZE_MAX }, SLICE("x") };
    struct slice joined;
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL, 16);
    joined = arena_join(&arena, texts, 5);
    assert_string_equal(joined.ptr, "one twot");
    assert_int_equal(joined.len, 8);
    assert_string_equal(arena_join(&arena, NULL, 0).ptr, "");
    assert_null(arena_join(&arena, impossible, 2).ptr);
    arena_clear(&arena);
}

static void test_arena__an_object_lives_in_its_own_arena_in_one_block(void **state)
{
    struct object {
        struct arena arena;
        uint64_t numbers[4];
    } * object;
    struct postage_counting_allocator *counting;
    const struct postage_allocator *alloc;
    struct arena arena;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    alloc = postage_counting_allocator_use(counting);
    assert_null(arena_new(&arena, alloc, sizeof *object, SIZE_MAX));
    object = arena_new(&arena, alloc, sizeof *object, 100);
    assert_non_null(object);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(object->numbers[i], 0);
    object->arena = arena;
    assert_non_null(arena_text(&object->arena, 99));
    assert_int_equal(counters_of(counting).total_blocks, 1);
    arena = object->arena;
    arena_clear(&arena);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

static void test_arena__impossible_sizes_are_refused(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL, 16);
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, SIZE_MAX - 8));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(&arena, SIZE_MAX / 8 + 1, 8));
    assert_non_null(arena_array(&arena, 0, 8));
    assert_non_null(arena_array(&arena, 3, 8));
    arena_clear(&arena);
}

static void test_arena__stays_usable_after_a_failure(void **state)
{
    struct postage_counting_allocator *counting;
    struct failing failing = { .fail_at = 2 };
    struct postage_allocator alloc;
    struct arena arena;
    char *first;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    failing.parent = postage_counting_allocator_use(counting);
    alloc = failing_allocator(&failing);
    arena_init(&arena, &alloc, 32);
    assert_int_equal(failing.calls, 0); /* nothing before the first use */
    first = arena_copy(&arena, SLICE("first"));
    assert_null(arena_alloc(&arena, 100000));
    assert_non_null(arena_alloc(&arena, 100000));
    assert_string_equal(first, "first");
    arena_clear(&arena);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

/* The pages of a freed arena must not hold what was in it: a recording allocator looks before it releases. */
static int dirty_blocks;
static size_t block_bytes[8];
static void *block_at[8];
static size_t block_count;

static void *recording_allocate(void *context, size_t bytes)
{
    void *block = malloc(bytes);

    (void)context;
    assert_true(block_count < 8);
    block_at[block_count] = block;
    block_bytes[block_count++] = bytes;
    return block;
}

static void *recording_reallocate(void *context, void *block, size_t bytes)
{
    (void)context;
    return realloc(block, bytes);
}

static void recording_release(void *context, void *block)
{
    (void)context;
    for (size_t i = 0; i < block_count; i++)
        for (size_t j = 0; block_at[i] == block && j + 6 <= block_bytes[i]; j++)
            dirty_blocks += memcmp((char *)block + j, "canary", 6) == 0;
    free(block);
}

static void test_arena__is_wiped_before_it_is_released(void **state)
{
    const struct postage_allocator alloc =
        POSTAGE_ALLOCATOR_INIT(recording_allocate, recording_reallocate, recording_release, NULL);
    struct arena arena;

    (void)state;
    arena_init(&arena, &alloc, 64);
    for (int i = 0; i < 20; i++)
        assert_non_null(arena_copy(&arena, SLICE("canary canary canary")));
    arena_clear(&arena);
    assert_true(block_count > 1);
    assert_int_equal(dirty_blocks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena__blocks_are_zeroed_aligned_and_stay),
        cmocka_unit_test(test_arena__copies_end_in_nul),
        cmocka_unit_test(test_arena__joins_texts),
        cmocka_unit_test(test_arena__an_object_lives_in_its_own_arena_in_one_block),
        cmocka_unit_test(test_arena__impossible_sizes_are_refused),
        cmocka_unit_test(test_arena__stays_usable_after_a_failure),
        cmocka_unit_test(test_arena__is_wiped_before_it_is_released),
    };

    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
