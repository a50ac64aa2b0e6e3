#include "base/buf.h"
#include "support/counters.h"
#include "support/test.h"

static void test_buf__appends_what_it_is_given(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, NULL, 1000);
    buf_add_text(&buf, "a");
    buf_add_u64(&buf, UINT64_MAX);
    buf_add_char(&buf, ' ');
    buf_add_i64(&buf, INT64_MIN);
    buf_printf(&buf, " %s%d", "n", 7);
    assert_int_equal(buf_status(&buf), POSTAGE_OK);
    assert_string_equal(buf_text(&buf), "a18446744073709551615 -9223372036854775808 n7");
    buf_clear(&buf);
}

static void test_buf__stops_at_its_ceiling_and_stays_failed(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, NULL, 4);
    buf_add_text(&buf, "1234");
    assert_int_equal(buf_status(&buf), POSTAGE_OK);
    buf_add_char(&buf, '5');
    assert_int_equal(buf_status(&buf), POSTAGE_ERR_LIMIT);
    buf_add_text(&buf, "");
    assert_int_equal(buf_status(&buf), POSTAGE_ERR_LIMIT);
    assert_null(buf_take(&buf));
    buf_reset(&buf);
    buf_add_text(&buf, "ok");
    assert_string_equal(buf_text(&buf), "ok");
    buf_clear(&buf);
}

static void test_buf__take_leaves_nothing_live_but_the_text(void **state)
{
    struct postage_counting_allocator *counting;
    struct buf buf;
    char *text;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    buf_init(&buf, postage_counting_allocator_use(counting), SIZE_MAX);
    for (int i = 0; i < 1000; i++)
        buf_add_char(&buf, 'x');
    text = buf_take(&buf);
    assert_int_equal(strlen(text), 1000);
    buf_clear(&buf);
    assert_int_equal(counters_of(counting).live_blocks, 1);
    postage_text_free(text, postage_counting_allocator_use(counting));
    assert_int_equal(counters_of(counting).live_blocks, 0);
    assert_int_equal(counters_of(counting).live_bytes, 0);
    postage_counting_allocator_free(counting);
}

static void test_buf__brings_its_end_forward(void **state)
{
    static const struct {
        size_t at, from;
        const char *text;
    } rows[] = { { 0, 3, "DEabc" }, { 1, 3, "aDEbc" }, { 3, 3, "abcDE" }, { 2, 5, "abcDE" }, { 0, 1, "bcDEa" } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf buf;

        buf_init(&buf, NULL, 5);
        buf_add_text(&buf, "abcDE");
        buf_bring_forward(&buf, rows[i].at, rows[i].from);
        assert_string_equal(buf_text(&buf), rows[i].text);
        buf_clear(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf__appends_what_it_is_given),
        cmocka_unit_test(test_buf__stops_at_its_ceiling_and_stays_failed),
        cmocka_unit_test(test_buf__brings_its_end_forward),
        cmocka_unit_test(test_buf__take_leaves_nothing_live_but_the_text),
    };

    return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
