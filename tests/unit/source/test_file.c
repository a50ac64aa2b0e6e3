#include "support/counters.h"
#include "support/drain.h"
#include "support/failing.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BYTES 300

/* What read(2) answers instead of reading, a number of times. Stands before the C library's own in this program. */
static struct {
    int error;
    int times;
    size_t largest;
} fault;

ssize_t read(int fd, void *dst, size_t cap)
{
    if (cap > fault.largest)
        fault.largest = cap;
    if (fault.times > 0) {
        fault.times--;
        errno = fault.error;
        return -1;
    }
    return syscall(SYS_read, fd, dst, cap);
}

static char directory[] = "/tmp/postage-test-XXXXXX";
static char path[64];
static uint8_t data[BYTES];

static void write_at(const char *name, long offset, const void *bytes, size_t length)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, length, offset), length);
    assert_int_equal(close(fd), 0);
}

static int set_up(void **state)
{
    (void)state;
    fault.times = 0;
    for (size_t i = 0; i < BYTES; i++)
        data[i] = (uint8_t)(i * 7);
    unlink(path);
    write_at(path, 0, data, BYTES);
    return 0;
}

static void open_file(struct postage_source *source)
{
    struct postage_error err = POSTAGE_ERROR_INIT;

    assert_ok(postage_source_file(source, path, NULL, &err), err);
}

/* Reads all, expects END and this content, and END again. */
static void expect_content(struct postage_source *source, size_t cap, const void *content, size_t length)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    uint8_t out[2 * BYTES];
    size_t total;

    assert_int_equal(drain(source, cap, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(total, length);
    assert_memory_equal(out, content, length);
    assert_int_equal(drain(source, cap, out, sizeof out, &total, &err), POSTAGE_END);
    assert_int_equal(total, 0);
}

static void read_some(struct postage_source *source, size_t count)
{
    uint8_t out[BYTES];
    size_t got = 0;

    assert_int_equal(source->ops->read(source->self, out, count, &got, NULL), POSTAGE_OK);
    assert_int_equal(got, count);
}

static void test_file__bytes_do_not_depend_on_read_size(void **state)
{
    (void)state;
    for (size_t cap = 1; cap <= BYTES + 2; cap++) {
        struct postage_source source;

        open_file(&source);
        expect_content(&source, cap, data, BYTES);
        postage_source_close(&source);
        assert_null(source.ops);
    }
}

static void test_file__rewinds_from_anywhere(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;

    (void)state;
    open_file(&source);
    assert_ok(source.ops->rewind(source.self, &err), err);
    read_some(&source, 17);
    assert_ok(source.ops->rewind(source.self, &err), err);
    expect_content(&source, 64, data, BYTES);
    assert_ok(source.ops->rewind(source.self, &err), err);
    expect_content(&source, 64, data, BYTES);
    postage_source_close(&source);
}

static void test_file__empty_is_a_length_too(void **state)
{
    struct postage_source source;
    uint64_t length = 1;

    (void)state;
    assert_int_equal(truncate(path, 0), 0);
    open_file(&source);
    assert_int_equal(source.ops->length(source.self, &length), POSTAGE_OK);
    assert_int_equal(length, 0);
    expect_content(&source, 64, "", 0);
    postage_source_close(&source);
}

static void test_file__length_is_fixed_when_it_is_opened(void **state)
{
    struct postage_source source;
    uint64_t length = 0;

    (void)state;
    open_file(&source);
    assert_int_equal(truncate(path, 10), 0);
    assert_int_equal(source.ops->length(source.self, &length), POSTAGE_OK);
    assert_int_equal(length, BYTES);
    postage_source_close(&source);
}

static void test_file__shrinking_ends_it_early_for_good(void **state)
{
    struct postage_source source;

    (void)state;
    open_file(&source);
    read_some(&source, 17);
    assert_int_equal(truncate(path, 100), 0);
    expect_content(&source, 64, data + 17, 83);
    assert_int_equal(truncate(path, BYTES), 0);
    expect_content(&source, 64, "", 0);
    postage_source_close(&source);
}

static void test_file__growth_shows_as_exactly_one_more_byte(void **state)
{
    (void)state;
    for (size_t cap = 1; cap <= BYTES + 50; cap++) {
        struct postage_source source;
        uint8_t grown[BYTES + 1];

        set_up(NULL);
        memcpy(grown, data, BYTES);
        grown[BYTES] = '!';
        open_file(&source);
        write_at(path, BYTES, "!GET / HTTP/1.1", 15);
        expect_content(&source, cap, grown, BYTES + 1);
        postage_source_close(&source);
    }
}

static void test_file__growth_after_the_last_byte_is_seen(void **state)
{
    struct postage_source source;

    (void)state;
    open_file(&source);
    read_some(&source, BYTES);
    write_at(path, BYTES, "!?", 2);
    expect_content(&source, 64, "!", 1);
    postage_source_close(&source);
}

static struct postage_identity identity_of(struct postage_source *source)
{
    struct postage_identity id;

    memset(&id, 0xFF, sizeof id);
    assert_int_equal(source->ops->identity(source->self, &id), POSTAGE_OK);
    return id;
}

static void test_file__identity_changes_with_the_file(void **state)
{
    const struct timespec times[2] = { { .tv_sec = 1700000000, .tv_nsec = 5 }, { .tv_sec = 1700000000, .tv_nsec = 123456789 } };
    struct postage_identity before, after;
    struct postage_source source;
    struct stat found;

    (void)state;
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(stat(path, &found), 0);
    open_file(&source);
    before = identity_of(&source);
    assert_int_equal(before.device, found.st_dev);
    assert_int_equal(before.inode, found.st_ino);
    assert_int_equal(before.bytes, BYTES);
    assert_int_equal(before.modified_ns, INT64_C(1700000000123456789));
    expect_content(&source, 64, data, BYTES);
    after = identity_of(&source);
    assert_memory_equal(&before, &after, sizeof before);

    write_at(path, 0, "rewritten", 9);
    after = identity_of(&source);
    assert_true(after.modified_ns != before.modified_ns);
    assert_int_equal(after.bytes, BYTES);
    assert_int_equal(truncate(path, 1), 0);
    assert_int_equal(identity_of(&source).bytes, 1);
    postage_source_close(&source);
}

/* Editors save by renaming a new file over the old one: what was opened is still read whole. */
static void test_file__is_the_one_that_was_opened(void **state)
{
    struct postage_identity before, after;
    struct postage_source source;
    char other[80];

    (void)state;
    snprintf(other, sizeof other, "%s.new", path);
    open_file(&source);
    before = identity_of(&source);
    write_at(other, 0, "other", 5);
    assert_int_equal(rename(other, path), 0);
    after = identity_of(&source);
    assert_memory_equal(&before, &after, sizeof before);
    expect_content(&source, 64, data, BYTES);
    assert_int_equal(unlink(path), 0);
    postage_source_close(&source);
}

static void test_file__what_is_no_readable_regular_file_is_refused(void **state)
{
    char missing[80], fifo[80], under[80], empty[1] = "";
    const struct {
        const char *name;
        const char *path;
        const char *words;
    } rows[] = {
        { "missing", missing, "No such file or directory" },  { "a file in a file", under, "Not a directory" },
        { "empty path", empty, "No such file or directory" }, { "directory", directory, "is a directory" },
        { "pipe without a writer", fifo, "is a pipe" },       { "character device", "/dev/null", "is a character device" },
    };

    (void)state;
    snprintf(missing, sizeof missing, "%s/missing", directory);
    snprintf(under, sizeof under, "%s/under", path);
    snprintf(fifo, sizeof fifo, "%s/fifo", directory);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source = { NULL, &source };

        print_message("           %s\n", rows[i].name);
        assert_refused(postage_source_file(&source, rows[i].path, NULL, &err), POSTAGE_ERR_SOURCE, err, rows[i].words);
        assert_non_null(strstr(err.message, rows[i].path));
        assert_null(source.ops);
        assert_null(source.self);
    }
    assert_int_equal(unlink(fifo), 0);
}

static void test_file__no_path_is_refused(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source = { NULL, &source };

    (void)state;
    assert_refused(postage_source_file(&source, NULL, NULL, &err), POSTAGE_ERR_INVALID, err, "path");
    assert_null(source.self);
}

/* Root may read everything, so the permission is tried as somebody else where the test runs as root. */
static void test_file__without_permission_it_is_refused(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    const bool root = geteuid() == 0;
    enum postage_status status;

    (void)state;
    assert_int_equal(chmod(path, 0), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    status = postage_source_file(&source, path, NULL, &err);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_refused(status, POSTAGE_ERR_SOURCE, err, "Permission denied");
}

static void test_file__a_long_path_is_shown_by_its_end(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    char long_path[200 + sizeof "photo.jpg"];

    (void)state;
    memset(long_path, '/', 200);
    memcpy(long_path + 200, "photo.jpg", sizeof "photo.jpg");
    assert_refused(postage_source_file(&source, long_path, NULL, &err), POSTAGE_ERR_SOURCE, err, "photo.jpg\": No such file");
    assert_non_null(strstr(err.message, "\"...///"));
}

static void test_file__interrupted_reads_go_on(void **state)
{
    struct postage_source source;

    (void)state;
    open_file(&source);
    read_some(&source, 17);
    fault.error = EINTR;
    fault.times = 3;
    expect_content(&source, 64, data + 17, BYTES - 17);
    assert_int_equal(fault.times, 0);
    postage_source_close(&source);
}

static void test_file__read_errors_repeat_until_rewind(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;
    uint8_t out[BYTES];
    size_t total;

    (void)state;
    open_file(&source);
    read_some(&source, 17);
    fault.error = EIO;
    fault.times = 1;
    assert_refused(drain(&source, 64, out, sizeof out, &total, &err), POSTAGE_ERR_SOURCE, err, "at byte 17");
    assert_non_null(strstr(err.message, path));
    assert_non_null(strstr(err.message, strerror(EIO)));
    err = (struct postage_error)POSTAGE_ERROR_INIT;
    assert_refused(drain(&source, 64, out, sizeof out, &total, &err), POSTAGE_ERR_SOURCE, err, "at byte 17");
    assert_int_equal(drain(&source, 64, out, sizeof out, &total, NULL), POSTAGE_ERR_SOURCE);
    assert_ok(source.ops->rewind(source.self, &err), err);
    expect_content(&source, 64, data, BYTES);
    postage_source_close(&source);
}

static void test_file__large_buffers_are_read_in_bounds(void **state)
{
    struct postage_source source;
    uint8_t out[BYTES];
    size_t got = 0;

    (void)state;
    open_file(&source);
    assert_int_equal(truncate(path, INT64_C(8) << 30), 0);
    fault.largest = 0;
    assert_int_equal(source.ops->read(source.self, out, SIZE_MAX, &got, NULL), POSTAGE_OK);
    assert_int_equal(got, BYTES);
    assert_int_equal(fault.largest, BYTES);
    postage_source_close(&source);

    open_file(&source);
    fault.largest = 0;
    fault.error = EIO;
    fault.times = 1;
    assert_int_equal(source.ops->read(source.self, out, SIZE_MAX, &got, NULL), POSTAGE_ERR_SOURCE);
    assert_int_equal(fault.largest, 1 << 30);
    postage_source_close(&source);
}

static void test_file__allocates_once_and_nothing_while_reading(void **state)
{
    struct postage_counting_allocator *counting;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_source source;

    (void)state;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    assert_ok(postage_source_file(&source, path, postage_counting_allocator_use(counting), &err), err);
    expect_content(&source, 1, data, BYTES);
    fault.error = EIO;
    fault.times = 1;
    assert_ok(source.ops->rewind(source.self, &err), err);
    assert_int_equal(source.ops->read(source.self, data, 1, &(size_t){ 0 }, &err), POSTAGE_ERR_SOURCE);
    assert_int_equal(counters_of(counting).total_blocks, 1);
    postage_source_close(&source);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

/* The lowest free descriptor: if it is the same again, none stayed open in between. */
static int free_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    close(fd);
    return fd;
}

static enum postage_status make(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_source source;
    enum postage_status status = postage_source_file(&source, context, alloc, err);

    assert_made(status, source.ops);
    postage_source_close(&source);
    return status;
}

static void test_file__failures_leave_no_memory_and_no_descriptor(void **state)
{
    struct postage_counting_allocator *counting;
    struct postage_error err = POSTAGE_ERROR_INIT;
    const struct postage_allocator *alloc;
    int before = free_descriptor();

    (void)state;
    assert_true(fail_each_allocation(make, path, FAILING_IS_TOLD) >= 1);
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    alloc = postage_counting_allocator_use(counting);
    assert_int_equal(make(directory, alloc, &err), POSTAGE_ERR_SOURCE);
    assert_int_equal(make("", alloc, &err), POSTAGE_ERR_SOURCE);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    assert_int_equal(free_descriptor(), before);
    postage_counting_allocator_free(counting);
}

static int make_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL || chmod(directory, 0755) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/file", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_file__bytes_do_not_depend_on_read_size, set_up),
        cmocka_unit_test_setup(test_file__rewinds_from_anywhere, set_up),
        cmocka_unit_test_setup(test_file__empty_is_a_length_too, set_up),
        cmocka_unit_test_setup(test_file__length_is_fixed_when_it_is_opened, set_up),
        cmocka_unit_test_setup(test_file__shrinking_ends_it_early_for_good, set_up),
        cmocka_unit_test_setup(test_file__growth_shows_as_exactly_one_more_byte, set_up),
        cmocka_unit_test_setup(test_file__growth_after_the_last_byte_is_seen, set_up),
        cmocka_unit_test_setup(test_file__identity_changes_with_the_file, set_up),
        cmocka_unit_test_setup(test_file__is_the_one_that_was_opened, set_up),
        cmocka_unit_test_setup(test_file__what_is_no_readable_regular_file_is_refused, set_up),
        cmocka_unit_test_setup(test_file__no_path_is_refused, set_up),
        cmocka_unit_test_setup(test_file__without_permission_it_is_refused, set_up),
        cmocka_unit_test_setup(test_file__a_long_path_is_shown_by_its_end, set_up),
        cmocka_unit_test_setup(test_file__interrupted_reads_go_on, set_up),
        cmocka_unit_test_setup(test_file__read_errors_repeat_until_rewind, set_up),
        cmocka_unit_test_setup(test_file__large_buffers_are_read_in_bounds, set_up),
        cmocka_unit_test_setup(test_file__allocates_once_and_nothing_while_reading, set_up),
        cmocka_unit_test_setup(test_file__failures_leave_no_memory_and_no_descriptor, set_up),
    };

    return cmocka_run_group_tests_name("source/file", tests, make_directory, remove_directory);
}
