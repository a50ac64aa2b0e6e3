/* What a body refuses: forms that readers would take differently, and sources that do not keep their word. */
#include "postage/body.h"

#include <string.h>

#include "support/fake_source.h"
#include "support/test.h"

struct refused_form {
    const char *name;
    struct postage_field field;
    const char *file_name;
    const char *content_type;
    const char *boundary;
    const char *words; /* of the message */
};

static const struct refused_form refused_forms[] = {
    { "no name", { "", "v" }, NULL, NULL, NULL, "no name" },
    { "NULL name", { NULL, "v" }, NULL, NULL, NULL, "no name" },
    { "NULL value", { "a", NULL }, NULL, NULL, NULL, "\"a\" has no value" },
    { "CR in a name", { "a\rb", "v" }, NULL, NULL, NULL, "line break" },
    { "LF in a name", { "a\nb", "v" }, NULL, NULL, NULL, "line break" },
    { "control character in a name", { "a\x01", "v" }, NULL, NULL, NULL, "control" },
    { "Latin-1 in a name", { "\xe4", "v" }, NULL, NULL, NULL, "UTF-8" },
    { "backslash at a name's end", { "a\\", "v" }, NULL, NULL, NULL, "backslash" },
    { "a field named file", { "file", "v" }, NULL, NULL, NULL, "reserved for the file" },
    { "a field named FILE", { "FILE", "v" }, NULL, NULL, NULL, "reserved for the file" },
    { "CRLF in the file name", { "a", "v" }, "x\r\nX: y", NULL, NULL, "file name" },
    { "DEL in the file name", { "a", "v" }, "x\x7f", NULL, NULL, "control" },
    { "two backslashes in the file name", { "a", "v" }, "\\\\host\\x", NULL, NULL, "backslash" },
    { "surrogate in the file name", { "a", "v" }, "\xed\xa0\x80", NULL, NULL, "UTF-8" },
    { "a type without subtype", { "a", "v" }, NULL, "text", NULL, "type/subtype" },
    { "an empty type", { "a", "v" }, NULL, "", NULL, "type/subtype" },
    { "a type with a second header", { "a", "v" }, NULL, "text/plain\r\nX: y", NULL, "type/subtype" },
    { "an empty boundary", { "a", "v" }, NULL, NULL, "", "the boundary is not" },
    { "a boundary with a space", { "a", "v" }, NULL, NULL, "a b", "the boundary is not" },
    { "a boundary that the value holds", { "a", "x--zz-y" }, NULL, NULL, "zz", "the boundary occurs in \"a\"" },
    { "a boundary that the name holds", { "azza", "v" }, NULL, NULL, "zz", "the boundary occurs in \"azza\"" },
    { "a boundary that the file name holds", { "a", "v" }, "fuzz", NULL, "zz", "the boundary occurs in \"file name\"" },
    { "a boundary that the type holds", { "a", "v" }, NULL, "a/zz", "zz", "the boundary occurs in \"content type\"" },
};

static struct postage_body *new_body(void)
{
    struct postage_body *body;

    assert_int_equal(postage_body_new(&body, NULL), POSTAGE_OK);
    return body;
}

static void test_body__refuses_what_readers_would_take_differently(void **state)
{
    struct fake_source fake = fake_source_of("x", 1);
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body *body = new_body();

    (void)state;
    for (size_t i = 0; i < sizeof refused_forms / sizeof refused_forms[0]; i++) {
        const struct refused_form *row = &refused_forms[i];
        struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        uint8_t byte;
        size_t got;

        options.source = &source;
        options.file_name = row->file_name;
        options.file_content_type = row->content_type;
        options.boundary = row->boundary;
        /* In both lists: none of them is checked less. */
        options.more_fields = &row->field;
        options.more_field_count = 1;
        if (i % 2 == 0) {
            options.fields = &row->field;
            options.field_count = 1;
        }
        print_message("%s\n", row->name);
        assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID, err, row->words);
        assert_int_equal(postage_body_read(body, &byte, 1, &got, NULL), POSTAGE_ERR_INVALID);
    }
    postage_body_free(body);
}

static void test_body__refuses_options_without_size_or_source(void **state)
{
    struct postage_body_options options = { 0 };
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = new_body();

    (void)state;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID, err, "_INIT macro");
    assert_refused(postage_body_open(body, NULL, &err), POSTAGE_ERR_INVALID, err, "missing");
    options = (struct postage_body_options)POSTAGE_BODY_OPTIONS_INIT;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID, err, "needs a source");
    options.field_count = 1;
    options.source = &(struct postage_source){ &fake_source_ops, &(struct fake_source){ 0 } };
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID, err, "is NULL");
    postage_body_free(body);
    postage_body_free(NULL);
}

static enum postage_status no_length(void *self, uint64_t *bytes)
{
    (void)self;
    *bytes = 7;
    return POSTAGE_ERR_UNSUPPORTED;
}

static enum postage_status broken_length(void *self, uint64_t *bytes)
{
    (void)self;
    *bytes = 7;
    return POSTAGE_ERR_SYSTEM;
}

static enum postage_status broken_identity(void *self, struct postage_identity *identity)
{
    (void)self;
    (void)identity;
    return POSTAGE_ERR_SYSTEM;
}

static void test_body__needs_to_know_the_length(void **state)
{
    const struct postage_source_ops none = { .size = sizeof(struct postage_source_ops), .read = fake_source_read };
    const struct postage_source_ops unknown = { .size = sizeof(struct postage_source_ops),
                                                .read = fake_source_read,
                                                .length = no_length };
    const struct postage_source_ops broken = { .size = sizeof(struct postage_source_ops),
                                               .read = fake_source_read,
                                               .length = broken_length };
    const struct postage_source_ops nobody = { .size = sizeof(struct postage_source_ops),
                                               .read = fake_source_read,
                                               .length = fake_source_length,
                                               .identity = broken_identity };
    struct fake_source fake = { 0 };
    struct postage_source source = { &none, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = new_body();

    (void)state;
    options.source = &source;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID, err, "length");
    source.ops = &unknown;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID, err, "length");
    source.ops = &broken;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_SOURCE, err, "length");
    options.length_given = true;
    assert_ok(postage_body_open(body, &options, &err), err);
    source.ops = &nobody;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_SOURCE, err, "identity");
    postage_body_free(body);
}

struct length_row {
    const char *name;
    uint64_t declares;
    uint64_t gives;
    bool stutters;
};

static const struct length_row wrong_lengths[] = {
    { "short by one", 1000, 999, false },
    { "short by all", 1000, 0, false },
    { "long by one", 1000, 1001, false },
    { "long by many", 1000, 100000, false },
    { "long from nothing", 0, 1, false },
    { "short by one, with AGAIN", 1000, 999, true },
    { "long by one, with AGAIN", 1000, 1001, true },
    { "long from nothing, with AGAIN", 0, 1, true },
};

/* Reads until something other than bytes or AGAIN comes; how much came is the body's position. */
static enum postage_status read_on(struct postage_body *body, size_t cap, struct postage_error *err)
{
    static uint8_t buffer[8192];
    enum postage_status status;
    size_t got;

    assert_true(cap <= sizeof buffer);
    do
        status = postage_body_read(body, buffer, cap, &got, err);
    while (status == POSTAGE_OK || status == POSTAGE_AGAIN);
    assert_int_equal(got, 0);
    return status;
}

static void test_body__shows_no_byte_of_the_close_when_the_length_was_wrong(void **state)
{
    static const size_t caps[] = { 1, 7, 100, 1000, 8192 };

    (void)state;
    for (size_t i = 0; i < sizeof wrong_lengths / sizeof wrong_lengths[0]; i++) {
        for (size_t c = 0; c < sizeof caps / sizeof caps[0]; c++) {
            const struct length_row *row = &wrong_lengths[i];
            struct fake_source fake = { .declares = row->declares, .gives = row->gives, .stutters = row->stutters };
            struct postage_source source = { &fake_source_ops, &fake };
            struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
            struct postage_error err = POSTAGE_ERROR_INIT;
            struct postage_body *body = new_body();
            uint64_t passed = row->gives < row->declares ? row->gives : row->declares;

            print_message("%s, %zu at a time\n", row->name, caps[c]);
            options.source = &source;
            assert_ok(postage_body_open(body, &options, &err), err);
            assert_refused(read_on(body, caps[c], &err), POSTAGE_ERR_LENGTH, err, "the source");
            assert_int_equal(postage_body_position(body), postage_body_head_length(body) + passed);
            assert_int_equal(postage_body_source_position(body), passed);
            /* The error stays, and a rewind is a new beginning. */
            assert_int_equal(read_on(body, caps[c], &err), POSTAGE_ERR_LENGTH);
            fake.gives = row->declares;
            assert_ok(postage_body_rewind(body, &err), err);
            assert_int_equal(read_on(body, caps[c], &err), POSTAGE_END);
            assert_int_equal(postage_body_position(body), postage_body_length(body));
            postage_body_free(body);
        }
    }
}

static void test_body__passes_on_again_before_the_close(void **state)
{
    struct fake_source fake = { .declares = 5, .gives = 5 };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = new_body();
    uint8_t buffer[4096];
    uint64_t before_close;
    size_t got;

    (void)state;
    options.source = &source;
    assert_ok(postage_body_open(body, &options, &err), err);
    before_close = postage_body_length(body) - postage_body_close_length(body);
    assert_ok(postage_body_read(body, buffer, (size_t)before_close, &got, &err), err);
    assert_int_equal(got, before_close);
    fake.stutters = true;
    assert_int_equal(postage_body_read(body, buffer, sizeof buffer, &got, &err), POSTAGE_AGAIN);
    assert_int_equal(got, 0);
    assert_int_equal(postage_body_position(body), before_close);
    assert_ok(postage_body_read(body, buffer, sizeof buffer, &got, &err), err);
    assert_int_equal(got, postage_body_close_length(body));
    postage_body_free(body);
}

static void test_body__shows_no_byte_of_the_close_when_the_source_changed(void **state)
{
    struct fake_source fake = { .declares = 500, .gives = 500, .identity = { sizeof(struct postage_identity), 1, 2, 500, 3 } };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = new_body();

    (void)state;
    options.source = &source;
    assert_ok(postage_body_open(body, &options, &err), err);
    fake.identity.modified_ns++;
    assert_refused(read_on(body, 64, &err), POSTAGE_ERR_CHANGED, err, "has changed");
    assert_int_equal(postage_body_position(body), postage_body_length(body) - postage_body_close_length(body));
    /* A second attempt would find the same: it is told before its first byte. */
    assert_refused(postage_body_rewind(body, &err), POSTAGE_ERR_CHANGED, err, "has changed");
    assert_int_equal(read_on(body, 64, &err), POSTAGE_ERR_CHANGED);
    fake.identity.modified_ns--;
    assert_ok(postage_body_rewind(body, &err), err);
    assert_int_equal(read_on(body, 64, &err), POSTAGE_END);
    postage_body_free(body);
}

/* What a broken source answers at its first read. */
struct answer {
    const char *name;
    enum postage_status status;
    size_t got_above_cap; /* added to cap */
    size_t got;
    enum postage_status expected;
    const char *words;
    bool clears_error; /* as a whole, its size included */
};

static const struct answer answers[] = {
    { "OK with nothing", POSTAGE_OK, 0, 0, POSTAGE_ERR_SOURCE, "contract", false },
    { "more than was asked for", POSTAGE_OK, 1, 0, POSTAGE_ERR_SOURCE, "contract", false },
    { "AGAIN with bytes", POSTAGE_AGAIN, 0, 1, POSTAGE_ERR_SOURCE, "contract", false },
    { "END with bytes", POSTAGE_END, 0, 1, POSTAGE_ERR_SOURCE, "contract", false },
    { "AGAIN and nobody to wake", POSTAGE_AGAIN, 0, 0, POSTAGE_ERR_SOURCE, "no set_waker", false },
    { "a status that is none", (enum postage_status)77, 0, 0, POSTAGE_ERR_SOURCE, "contract", false },
    { "an error without a message", POSTAGE_ERR_NETWORK, 0, 0, POSTAGE_ERR_NETWORK, "the network or the peer failed", false },
    { "an error with bytes", POSTAGE_ERR_SYSTEM, 0, 5, POSTAGE_ERR_SYSTEM, "system call", false },
    { "an error whose size was cleared", POSTAGE_ERR_NETWORK, 0, 0, POSTAGE_ERR_NETWORK, "the network or the peer failed",
      true },
    { "OK with nothing, and the error's size cleared", POSTAGE_OK, 0, 0, POSTAGE_ERR_SOURCE, "contract", true },
};

static enum postage_status give_answer(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    const struct answer *answer = self;

    (void)dst;
    if (answer->clears_error)
        *err = (struct postage_error){ 0 };
    *got = answer->got_above_cap > 0 ? cap + answer->got_above_cap : answer->got;
    return answer->status;
}

static void test_body__holds_sources_to_their_contract(void **state)
{
    const struct postage_source_ops ops = { .size = sizeof(struct postage_source_ops), .read = give_answer };
    struct postage_body *body = new_body();

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct answer answer = answers[i];
        struct postage_source source = { &ops, &answer };
        struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;

        print_message("%s\n", answer.name);
        options.source = &source;
        options.length_given = true;
        for (options.length = 0; options.length <= 10; options.length += 10) {
            assert_ok(postage_body_open(body, &options, &err), err);
            assert_refused(read_on(body, 1000, &err), answer.expected, err, answer.words);
            assert_int_equal(postage_body_position(body), postage_body_head_length(body));
            assert_int_equal(read_on(body, 1, &err), answer.expected);
        }
    }
    postage_body_free(body);
}

static void test_body__passes_on_the_sources_own_words(void **state)
{
    struct fake_source fake = { .declares = 10, .gives = 5, .fails = POSTAGE_ERR_TIMEOUT };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = new_body();

    (void)state;
    options.source = &source;
    assert_ok(postage_body_open(body, &options, &err), err);
    assert_refused(read_on(body, 1000, &err), POSTAGE_ERR_TIMEOUT, err, "failed as told");
    assert_int_equal(postage_body_source_position(body), 5);
    assert_int_equal(read_on(body, 1000, NULL), POSTAGE_ERR_TIMEOUT);
    postage_body_free(body);
}

static void test_body__rewinds_a_one_pass_source_only_while_it_is_untouched(void **state)
{
    const struct postage_source_ops one_pass = { .size = sizeof(struct postage_source_ops),
                                                 .read = fake_source_read,
                                                 .length = fake_source_length };
    struct fake_source fake = { .declares = 10, .gives = 10 };
    struct postage_source source = { &one_pass, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = new_body();
    uint8_t buffer[4096];
    size_t got;

    (void)state;
    assert_false(postage_body_can_rewind(body));
    assert_refused(postage_body_rewind(body, &err), POSTAGE_ERR_INVALID, err, "not open");
    options.source = &source;
    assert_ok(postage_body_open(body, &options, &err), err);
    assert_ok(postage_body_read(body, buffer, (size_t)postage_body_head_length(body), &got, &err), err);
    assert_true(postage_body_can_rewind(body));
    assert_ok(postage_body_rewind(body, &err), err);
    assert_ok(postage_body_read(body, buffer, sizeof buffer, &got, &err), err);
    assert_int_equal(got, postage_body_length(body));
    assert_false(postage_body_can_rewind(body));
    assert_refused(postage_body_rewind(body, &err), POSTAGE_ERR_UNSUPPORTED, err, "only once");
    assert_int_equal(postage_body_read(body, buffer, sizeof buffer, &got, &err), POSTAGE_END);
    assert_int_equal(postage_body_read(body, buffer, 0, &got, &err), POSTAGE_ERR_INVALID);
    postage_body_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body__refuses_what_readers_would_take_differently),
        cmocka_unit_test(test_body__refuses_options_without_size_or_source),
        cmocka_unit_test(test_body__needs_to_know_the_length),
        cmocka_unit_test(test_body__shows_no_byte_of_the_close_when_the_length_was_wrong),
        cmocka_unit_test(test_body__passes_on_again_before_the_close),
        cmocka_unit_test(test_body__shows_no_byte_of_the_close_when_the_source_changed),
        cmocka_unit_test(test_body__holds_sources_to_their_contract),
        cmocka_unit_test(test_body__passes_on_the_sources_own_words),
        cmocka_unit_test(test_body__rewinds_a_one_pass_source_only_while_it_is_untouched),
    };

    return cmocka_run_group_tests_name("multipart/body_check", tests, NULL, NULL);
}
