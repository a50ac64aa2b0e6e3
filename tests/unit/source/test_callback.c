#include "base/error.h"
#include "support/drain.h"
#include "support/failing.h"
#include "support/test.h"

#include <string.h>

#include <pthread.h>

/* Answers from a list, one row a call; each byte it gives is the number of the call. */
struct answer {
    enum postage_status status;
    size_t got;
    const char *message; /* NULL: err is left alone */
};

struct script {
    const struct answer *answers;
    size_t next;
    size_t calls;
    enum postage_status rewind_status;
    size_t rewinds;
    size_t closes;
    struct postage_waker *waker;
};

static enum postage_status script_read(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct script *script = context;
    const struct answer *answer = &script->answers[script->next++];

    script->calls++;
    assert_int_equal(*got, 0);
    assert_non_null(err);
    if (answer->got > 0)
        *got = answer->got;
    if (answer->got <= cap)
        memset(dst, (int)script->calls, answer->got);
    if (answer->message != NULL)
        return error_set(err, answer->status, "%s", answer->message);
    return answer->status;
}

static enum postage_status script_rewind(void *context, struct postage_error *err)
{
    struct script *script = context;

    (void)err;
    script->rewinds++;
    script->next = 0;
    return script->rewind_status;
}

static void script_set_waker(void *context, struct postage_waker *waker)
{
    struct script *script = context;

    script->waker = waker;
}

static void script_close(void *context)
{
    struct script *script = context;

    script->closes++;
}

static struct postage_callback_source_options full_options(struct script *script)
{
    struct postage_callback_source_options options = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;

    options.context = script;
    options.read = script_read;
    options.rewind = script_rewind;
    options.set_waker = script_set_waker;
    options.close = script_close;
    options.length_known = true;
    options.length = 9;
    return options;
}

static void open_source(struct postage_source *source, const struct postage_callback_source_options *options)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(postage_source_callback(source, options, NULL, &err), err);
}

static void test_callback__hands_on_bytes_again_and_end(void **state)
{
    const struct answer answers[] = {
        { POSTAGE_OK, 3, NULL }, { POSTAGE_AGAIN, 0, NULL }, { POSTAGE_OK, 2, NULL }, { POSTAGE_END, 0, NULL }
    };
    struct script script = { .answers = answers };
    struct postage_callback_source_options options = full_options(&script);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_waker waker = POSTAGE_WAKER_INIT(NULL);
    struct postage_source source;
    uint8_t out[10];
    size_t total;

    (void)state;
    open_source(&source, &options);
    source.ops->set_waker(source.self, &waker);
    assert_ptr_equal(script.waker, &waker);
    assert_int_equal(drain(&source, 4, out, sizeof out, &total, &err), POSTAGE_AGAIN);
    assert_int_equal(total, 3);
    assert_memory_equal(out, "\1\1\1", 3);
    assert_int_equal(drain(&source, 4, out, sizeof out, &total, &err), POSTAGE_END);
    assert_memory_equal(out, "\3\3", 2);
    assert_int_equal(drain(&source, 4, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(script.calls, 4);
    assert_int_equal(err.code, POSTAGE_OK);
    postage_source_close(&source);
    postage_source_close(&source);
    assert_int_equal(script.closes, 1);
}

static void test_callback__has_only_the_functions_it_was_given(void **state)
{
    struct script script = { 0 };
    struct postage_callback_source_options options = full_options(&script);
    struct postage_source source;
    uint64_t length = 0;

    (void)state;
    open_source(&source, &options);
    assert_int_equal(source.ops->length(source.self, &length), POSTAGE_OK);
    assert_int_equal(length, 9);
    assert_non_null(source.ops->rewind);
    assert_null(source.ops->identity);
    postage_source_close(&source);
    options = (struct postage_callback_source_options)POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    options.read = script_read;
    open_source(&source, &options);
    assert_null(source.ops->length);
    assert_null(source.ops->rewind);
    assert_null(source.ops->set_waker);
    postage_source_close(&source);
}

static void test_callback__answers_outside_the_contract_are_failures(void **state)
{
    static const struct {
        const char *name;
        struct answer answer;
        bool without_waker;
        const char *words;
    } rows[] = {
        { "OK with nothing", { POSTAGE_OK, 0, NULL }, false, "OK with 0 bytes" },
        { "more than there was room for", { POSTAGE_OK, 5, NULL }, false, "more bytes than there was room for" },
        { "far more", { POSTAGE_OK, SIZE_MAX, NULL }, false, "more bytes than there was room for" },
        { "END with bytes", { POSTAGE_END, 1, NULL }, false, "together with bytes" },
        { "AGAIN with bytes", { POSTAGE_AGAIN, 1, NULL }, false, "together with bytes" },
        { "AGAIN and nobody to wake", { POSTAGE_AGAIN, 0, NULL }, true, "no set_waker" },
        { "a byte count for a status", { (enum postage_status)4, 0, NULL }, false, "not a status" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct answer answers[] = { rows[i].answer, { POSTAGE_OK, 1, NULL } };
        struct script script = { .answers = answers };
        struct postage_callback_source_options options = full_options(&script);
        struct postage_error err = POSTAGE_ERROR_INIT, repeated = POSTAGE_ERROR_INIT;
        struct postage_source source;
        uint8_t out[5];
        size_t total;

        print_message("           %s\n", rows[i].name);
        options.set_waker = rows[i].without_waker ? NULL : script_set_waker;
        open_source(&source, &options);
        assert_refused(drain(&source, 4, out, sizeof out, &total, &err), POSTAGE_ERR_SOURCE, err, rows[i].words);
        assert_refused(drain(&source, 4, out, sizeof out, &total, &repeated), POSTAGE_ERR_SOURCE, repeated, err.message);
        assert_int_equal(script.calls, 1);
        postage_source_close(&source);
    }
}

static void test_callback__failures_repeat_until_rewind(void **state)
{
    static const struct {
        const char *name;
        struct answer answer;
        const char *words;
    } rows[] = {
        { "with a message", { POSTAGE_ERR_SYSTEM, 0, "tape drive on fire" }, "tape drive on fire" },
        { "without a word", { POSTAGE_ERR_TIMEOUT, 0, NULL }, "read failed: a time limit passed" },
        { "with bytes, which do not count", { POSTAGE_ERR_SOURCE, 2, "half" }, "half" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct answer answers[] = { { POSTAGE_OK, 1, NULL }, rows[i].answer, { POSTAGE_OK, 1, NULL } };
        struct script script = { .answers = answers };
        struct postage_callback_source_options options = full_options(&script);
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source;
        uint8_t out[5];
        size_t total;

        print_message("           %s\n", rows[i].name);
        open_source(&source, &options);
        for (int repeat = 0; repeat < 3; repeat++) {
            err = (struct postage_error)POSTAGE_ERROR_INIT;
            assert_refused(drain(&source, 4, out, sizeof out, &total, &err), rows[i].answer.status, err, rows[i].words);
            assert_int_equal(err.code, rows[i].answer.status);
        }
        assert_int_equal(drain(&source, 4, out, sizeof out, &total, NULL), rows[i].answer.status);
        assert_int_equal(script.calls, 2);
        assert_ok(source.ops->rewind(source.self, &err), err);
        assert_int_equal(drain(&source, 4, out, sizeof out, &total, &err), rows[i].answer.status);
        assert_int_equal(total, 1);
        assert_int_equal(script.calls, 4);
        postage_source_close(&source);
    }
}

static void test_callback__a_rewind_that_fails_leaves_it_failed(void **state)
{
    static const struct {
        enum postage_status answer, expected;
        const char *words;
    } rows[] = {
        { POSTAGE_ERR_SYSTEM, POSTAGE_ERR_SYSTEM, "rewind failed" },
        { POSTAGE_AGAIN, POSTAGE_ERR_SOURCE, "neither OK nor a failure" },
    };
    const struct answer answers[] = { { POSTAGE_END, 0, NULL } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script script = { .answers = answers, .rewind_status = rows[i].answer };
        struct postage_callback_source_options options = full_options(&script);
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source;
        uint8_t out[2];
        size_t total;

        open_source(&source, &options);
        assert_refused(source.ops->rewind(source.self, &err), rows[i].expected, err, rows[i].words);
        assert_int_equal(drain(&source, 1, out, sizeof out, &total, &err), rows[i].expected);
        assert_int_equal(script.calls, 0);
        script.rewind_status = POSTAGE_OK;
        assert_ok(source.ops->rewind(source.self, &err), err);
        assert_int_equal(drain(&source, 1, out, sizeof out, &total, &err), POSTAGE_END);
        postage_source_close(&source);
    }
}

static enum postage_status read_bluntly(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    (void)context;
    (void)dst;
    (void)cap;
    (void)got;
    *err = (struct postage_error){ 0 };
    return POSTAGE_ERR_NETWORK;
}

/* An error that a callback assigns as a whole comes without its size. */
static void test_callback__a_failure_has_a_message_whatever_became_of_the_error(void **state)
{
    struct postage_callback_source_options options = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    uint8_t out[2];
    size_t total;

    (void)state;
    options.read = read_bluntly;
    open_source(&source, &options);
    assert_refused(drain(&source, 1, out, sizeof out, &total, &err), POSTAGE_ERR_NETWORK, err, "read failed");
    postage_source_close(&source);
}

static void test_callback__options_are_checked_first(void **state)
{
    struct script script = { 0 };
    struct postage_callback_source_options options = full_options(&script);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;

    (void)state;
    options.read = NULL;
    assert_refused(postage_source_callback(&source, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "options.read");
    assert_null(source.ops);
    options = full_options(&script);
    options.size = 0;
    assert_refused(postage_source_callback(&source, &options, NULL, &err), POSTAGE_ERR_INVALID, err,
                   "callback_source_options: size");
    assert_null(source.ops);
    assert_int_equal(script.closes, 0);
}

static enum postage_status make(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    const struct answer answers[] = { { POSTAGE_OK, 1, NULL }, { POSTAGE_OK, 1, NULL }, { POSTAGE_ERR_SOURCE, 0, NULL } };
    struct script script = { .answers = answers };
    struct postage_callback_source_options options = full_options(&script);
    struct postage_error read_err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    enum postage_status status = postage_source_callback(&source, &options, alloc, err);
    uint8_t out[5];
    size_t total;

    (void)context;
    assert_made(status, source.ops);
    if (status == POSTAGE_OK)
        assert_int_equal(drain(&source, 1, out, sizeof out, &total, &read_err), POSTAGE_ERR_SOURCE);
    assert_int_equal(script.closes, 0);
    postage_source_close(&source);
    return status;
}

static void test_callback__allocates_once_or_not_at_all(void **state)
{
    (void)state;
    assert_int_equal(fail_each_allocation(make, NULL, FAILING_IS_TOLD), 1);
}

/* A source fed by another thread, as docs/sources.md describes it: one byte at a time through a slot under a lock. */
#define FEED_BYTES 200

struct feed {
    pthread_mutex_t lock;
    struct postage_waker *waker;
    int slot; /* -1: empty */
    bool ended;
};

struct reader {
    struct postage_waker waker; /* first, so that its address is the reader's */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool woken;
};

static enum postage_status feed_read(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct feed *feed = context;
    enum postage_status status = POSTAGE_AGAIN;

    (void)cap;
    (void)err;
    pthread_mutex_lock(&feed->lock);
    if (feed->slot >= 0) {
        *dst = (uint8_t)feed->slot;
        *got = 1;
        feed->slot = -1;
        status = POSTAGE_OK;
    } else if (feed->ended) {
        status = POSTAGE_END;
    }
    pthread_mutex_unlock(&feed->lock);
    return status;
}

static void feed_set_waker(void *context, struct postage_waker *waker)
{
    struct feed *feed = context;

    pthread_mutex_lock(&feed->lock);
    feed->waker = waker;
    pthread_mutex_unlock(&feed->lock);
}

/* Puts a byte once the slot is free; -1 puts the end. Wakes under the lock, so that set_waker can wait for it. */
static bool feed_put(struct feed *feed, int byte)
{
    bool taken;

    pthread_mutex_lock(&feed->lock);
    taken = feed->slot < 0;
    if (taken) {
        feed->slot = byte;
        feed->ended = byte < 0;
        if (feed->waker != NULL)
            feed->waker->wake(feed->waker);
    }
    pthread_mutex_unlock(&feed->lock);
    return taken;
}

static void *feed_thread(void *context)
{
    for (int i = 0; i <= FEED_BYTES; i++)
        while (!feed_put(context, i < FEED_BYTES ? i : -1))
            sched_yield();
    return NULL;
}

static void reader_wake(struct postage_waker *waker)
{
    struct reader *reader = (struct reader *)waker;

    pthread_mutex_lock(&reader->lock);
    reader->woken = true;
    pthread_cond_signal(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
}

static void reader_wait(struct reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    while (!reader->woken)
        pthread_cond_wait(&reader->changed, &reader->lock);
    reader->woken = false;
    pthread_mutex_unlock(&reader->lock);
}

static void test_callback__another_thread_feeds_it_through_the_waker(void **state)
{
    struct feed feed = { .lock = PTHREAD_MUTEX_INITIALIZER, .slot = -1 };
    struct reader reader = { POSTAGE_WAKER_INIT(reader_wake), PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
    struct postage_callback_source_options options = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    enum postage_status status;
    uint8_t out[FEED_BYTES + 1];
    size_t total = 0, step;
    pthread_t thread;

    (void)state;
    options.context = &feed;
    options.read = feed_read;
    options.set_waker = feed_set_waker;
    open_source(&source, &options);
    source.ops->set_waker(source.self, &reader.waker);
    assert_int_equal(pthread_create(&thread, NULL, feed_thread, &feed), 0);
    while ((status = drain(&source, 8, out + total, sizeof out - total, &step, &err)) == POSTAGE_AGAIN) {
        total += step;
        reader_wait(&reader);
    }
    total += step;
    assert_int_equal(status, POSTAGE_END);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(total, FEED_BYTES);
    for (size_t i = 0; i < total; i++)
        assert_int_equal(out[i], (uint8_t)i);
    source.ops->set_waker(source.self, NULL);
    assert_null(feed.waker);
    postage_source_close(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callback__hands_on_bytes_again_and_end),
        cmocka_unit_test(test_callback__has_only_the_functions_it_was_given),
        cmocka_unit_test(test_callback__answers_outside_the_contract_are_failures),
        cmocka_unit_test(test_callback__failures_repeat_until_rewind),
        cmocka_unit_test(test_callback__a_rewind_that_fails_leaves_it_failed),
        cmocka_unit_test(test_callback__a_failure_has_a_message_whatever_became_of_the_error),
        cmocka_unit_test(test_callback__options_are_checked_first),
        cmocka_unit_test(test_callback__allocates_once_or_not_at_all),
        cmocka_unit_test(test_callback__another_thread_feeds_it_through_the_waker),
    };

    return cmocka_run_group_tests_name("source/callback", tests, NULL, NULL);
}
