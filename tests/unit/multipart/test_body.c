/* What a body sends: the bytes themselves, and that they depend on nothing but the form. */
#include "postage/body.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <openssl/crypto.h>

#include "postage/reader.h"
#include "support/counters.h"
#include "support/failing.h"
#include "support/fake_source.h"
#include "support/reader_trace.h"
#include "support/test.h"

#define BOUNDARY "AaB03x"

enum { GUARDED_BYTES = 1 << 17 };

static const struct postage_field fields[] = { { "key", "a/\xc3\xa4.txt" }, { "x-amz-meta-q\"q", "1\r\n2" }, { "empty", "" } };
static const struct postage_field more[] = { { "Content-Type", "text/plain" } };

static const char head[] = "--AaB03x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na/\xc3\xa4.txt\r\n"
                           "--AaB03x\r\nContent-Disposition: form-data; name=\"x-amz-meta-q%22q\"\r\n\r\n1\r\n2\r\n"
                           "--AaB03x\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
                           "--AaB03x\r\nContent-Disposition: form-data; name=\"Content-Type\"\r\n\r\ntext/plain\r\n"
                           "--AaB03x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%22a b%22.txt\"\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n\r\n";
static const char tail[] = "\r\n--AaB03x--\r\n";

static struct postage_body_options full_options(struct postage_source *source)
{
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;

    options.fields = fields;
    options.field_count = sizeof fields / sizeof fields[0];
    options.more_fields = more;
    options.more_field_count = 1;
    options.file_name = "\"a b\".txt";
    options.file_content_type = "text/plain; charset=utf-8";
    options.boundary = BOUNDARY;
    options.source = source;
    return options;
}

static struct postage_body *open_body(const struct postage_body_options *options)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body;

    assert_int_equal(postage_body_new(&body, NULL), POSTAGE_OK);
    assert_ok(postage_body_open(body, options, &err), err);
    return body;
}

/* Pages that can be written, with one behind them that cannot be touched: a byte past a buffer at their end is a crash. */
static uint8_t *guarded_pages(void)
{
    uint8_t *pages = mmap(NULL, GUARDED_BYTES + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_true(pages != MAP_FAILED);
    assert_int_equal(mprotect(pages + GUARDED_BYTES, 4096, PROT_NONE), 0);
    return pages;
}

/* Reads all of the body, `cap` bytes at a time, each read ending at the unreadable page. */
static size_t drain(struct postage_body *body, uint8_t *pages, size_t cap, uint8_t *all, size_t all_cap)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    uint8_t *dst = pages + GUARDED_BYTES - cap;
    enum postage_status status;
    size_t len = 0, got;

    while ((status = postage_body_read(body, dst, cap, &got, &err)) == POSTAGE_OK || status == POSTAGE_AGAIN) {
        assert_true(status == POSTAGE_OK ? got > 0 && got <= cap : got == 0);
        assert_true(len + got <= all_cap);
        memcpy(all + len, dst, got);
        len += got;
        assert_int_equal(postage_body_position(body), len);
    }
    assert_int_equal(got, 0);
    assert_ok(status == POSTAGE_END ? POSTAGE_OK : status, err);
    assert_int_equal(postage_body_read(body, dst, cap, &got, &err), POSTAGE_END);
    return len;
}

/* The whole of what must come out, made without the encoder. */
static uint8_t *expected_bytes(size_t file_length, size_t *len)
{
    uint8_t *bytes = malloc(sizeof head + file_length + sizeof tail);

    assert_non_null(bytes);
    memcpy(bytes, head, sizeof head - 1);
    for (size_t i = 0; i < file_length; i++)
        bytes[sizeof head - 1 + i] = fake_source_byte(i);
    memcpy(bytes + sizeof head - 1 + file_length, tail, sizeof tail - 1);
    *len = sizeof head - 1 + file_length + sizeof tail - 1;
    return bytes;
}

static void check_all_sizes(const size_t *caps, size_t cap_count, struct fake_source fake)
{
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    struct postage_body *body = open_body(&options);
    struct postage_error err = POSTAGE_ERROR_INIT;
    uint8_t *pages = guarded_pages();
    size_t len;
    uint8_t *expected = expected_bytes((size_t)fake.gives, &len);
    uint8_t *all = malloc(len);

    assert_int_equal(postage_body_length(body), len);
    for (size_t i = 0; i < cap_count; i++) {
        assert_ok(postage_body_rewind(body, &err), err);
        assert_int_equal(drain(body, pages, caps[i], all, len), len);
        if (memcmp(all, expected, len) != 0)
            fail_msg("other bytes when read %zu at a time", caps[i]);
    }
    postage_body_free(body);
    free(all);
    free(expected);
    munmap(pages, GUARDED_BYTES + 4096);
}

static void test_body__bytes_do_not_depend_on_read_size(void **state)
{
    struct fake_source fake = { .declares = 9001, .gives = 9001 };
    size_t caps[4096];

    (void)state;
    for (size_t i = 0; i < 4096; i++)
        caps[i] = i + 1;
    check_all_sizes(caps, 4096, fake);
}

static void test_body__bytes_do_not_depend_on_large_read_sizes_or_the_source(void **state)
{
    static const size_t caps[] = { 1, 2, 3, 7, 64, 511, 4095, 4097, 10007, 32768, 65535, 65536, 65537, 100003, 131072 };
    static const size_t steps[] = { 0, 1, 13, 4096 };

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct fake_source fake = { .declares = 70001, .gives = 70001, .step = steps[i] };

        check_all_sizes(caps, sizeof caps / sizeof caps[0], fake);
        fake.stutters = true;
        check_all_sizes(caps, sizeof caps / sizeof caps[0], fake);
    }
}

static void test_body__small_files_are_whole_at_every_size(void **state)
{
    static const uint64_t lengths[] = { 0, 1, 2, 3, 255, 256, 4096 };
    size_t caps[600];

    (void)state;
    for (size_t i = 0; i < 600; i++)
        caps[i] = i + 1;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct fake_source fake = { .declares = lengths[i], .gives = lengths[i] };

        check_all_sizes(caps, 600, fake);
    }
}

static void test_body__lengths_add_up_however_large_the_file(void **state)
{
    static const uint64_t lengths[] = { 0, 1, 4096, (uint64_t)1 << 32, (uint64_t)1 << 33, (uint64_t)5 << 40 };

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct fake_source fake = { .declares = lengths[i], .gives = lengths[i] };
        struct postage_source source = { &fake_source_ops, &fake };
        struct postage_body_options options = full_options(&source);
        struct postage_body *body = open_body(&options);

        assert_int_equal(postage_body_head_length(body), sizeof head - 1);
        assert_int_equal(postage_body_close_length(body), sizeof tail - 1);
        assert_int_equal(postage_body_length(body), sizeof head - 1 + lengths[i] + sizeof tail - 1);
        assert_string_equal(postage_body_content_type(body), "multipart/form-data; boundary=" BOUNDARY);
        postage_body_free(body);
    }
}

static void test_body__longer_than_a_signed_64_bit_number_is_refused(void **state)
{
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct fake_source fake = { 0 };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    struct postage_body *body;

    (void)state;
    options.length_given = true;
    options.length = INT64_MAX - (sizeof head - 1) - (sizeof tail - 1);
    body = open_body(&options);
    assert_int_equal(postage_body_length(body), INT64_MAX);
    options.length++;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_LIMIT, err, "2^63-1");
    options.length = UINT64_MAX;
    assert_refused(postage_body_open(body, &options, &err), POSTAGE_ERR_LIMIT, err, "2^63-1");
    assert_int_equal(postage_body_length(body), 0);
    postage_body_free(body);
}

static void test_body__defaults_name_the_file_and_its_type(void **state)
{
    static const char expected[] = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n"
                                   "Content-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n";
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct fake_source fake = fake_source_of("x", 1);
    struct postage_source source = { &fake_source_ops, &fake };
    uint8_t *pages = guarded_pages(), all[sizeof expected];
    struct postage_body *body;

    (void)state;
    options.source = &source;
    options.boundary = "b";
    body = open_body(&options);
    assert_int_equal(drain(body, pages, 4096, all, sizeof all), sizeof expected - 1);
    assert_memory_equal(all, expected, sizeof expected - 1);
    postage_body_free(body);
    munmap(pages, GUARDED_BYTES + 4096);
}

static void test_body__draws_another_boundary_each_time_it_is_opened(void **state)
{
    static const char prefix[] = "multipart/form-data; boundary=";
    struct fake_source fake = fake_source_of("x", 1);
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    char seen[100][128];
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body;

    (void)state;
    options.boundary = NULL;
    assert_int_equal(postage_body_new(&body, NULL), POSTAGE_OK);
    for (size_t i = 0; i < 100; i++) {
        assert_ok(postage_body_open(body, &options, &err), err);
        strcpy(seen[i], postage_body_content_type(body));
        assert_memory_equal(seen[i], prefix, sizeof prefix - 1);
        assert_int_equal(strlen(seen[i]), sizeof prefix - 1 + 24);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(seen[i], seen[j]);
    }
    postage_body_free(body);
}

static const struct {
    enum postage_digest digest;
    size_t length;
    uint8_t of_digits[16]; /* "123456789" */
    uint8_t of_nothing[16];
} digests[] = {
    { POSTAGE_DIGEST_CRC64NVME, 8, { 0xAE, 0x8B, 0x14, 0x86, 0x0A, 0x79, 0x98, 0x88 }, { 0 } },
    { POSTAGE_DIGEST_CRC64XZ, 8, { 0x99, 0x5D, 0xC9, 0xBB, 0xDF, 0x19, 0x39, 0xFA }, { 0 } },
    { POSTAGE_DIGEST_CRC32C, 4, { 0xE3, 0x06, 0x92, 0x83 }, { 0 } },
    { POSTAGE_DIGEST_MD5,
      16,
      { 0x25, 0xf9, 0xe7, 0x94, 0x32, 0x3b, 0x45, 0x38, 0x85, 0xf5, 0x18, 0x1f, 0x1b, 0x62, 0x4d, 0x0b },
      { 0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04, 0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e } },
};
enum { DIGESTS = sizeof digests / sizeof digests[0], ALL_DIGESTS = 0x1E };

/* Those of `set` are `expected` at both times of asking; the others are not there. */
static void check_digests(const struct postage_body *body, unsigned set, bool at_start)
{
    for (size_t i = 0; i < 2 * DIGESTS; i++) {
        enum postage_digest digest = digests[i % DIGESTS].digest;
        const uint8_t *expected = at_start ? digests[i % DIGESTS].of_nothing : digests[i % DIGESTS].of_digits;
        size_t length = (set & POSTAGE_DIGEST_BIT(digest)) != 0 ? digests[i % DIGESTS].length : 0;
        uint8_t bytes[POSTAGE_DIGEST_MAX_BYTES] = { 0 };

        assert_int_equal(postage_body_digest(body, digest, bytes, sizeof bytes), length);
        assert_memory_equal(bytes, expected, length);
        assert_int_equal(postage_body_digest(body, digest, bytes, digests[i % DIGESTS].length - 1), 0);
    }
    assert_int_equal(postage_body_digest(body, POSTAGE_DIGEST_NONE, NULL, 0), 0);
    assert_int_equal(postage_body_digest(body, (enum postage_digest)99, NULL, 0), 0);
}

static void test_body__digests_are_those_of_the_file_alone(void **state)
{
    uint8_t *pages = guarded_pages(), all[4096];

    (void)state;
    for (unsigned set = 0; set <= ALL_DIGESTS; set += 2) {
        struct fake_source fake = fake_source_of("123456789", 9);
        struct postage_source source = { &fake_source_ops, &fake };
        struct postage_body_options options = full_options(&source);
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_body *body;

        options.digests = set;
        body = open_body(&options);
        for (size_t cap = 1; cap < 700; cap += 31) {
            assert_ok(postage_body_rewind(body, &err), err);
            check_digests(body, set, true);
            drain(body, pages, cap, all, sizeof all);
            check_digests(body, set, false);
        }
        options.digests = 0;
        fake.position = 0;
        assert_ok(postage_body_open(body, &options, &err), err);
        drain(body, pages, 100, all, sizeof all);
        check_digests(body, 0, false);
        postage_body_close(body);
        check_digests(body, 0, false);
        postage_body_free(body);
    }
    munmap(pages, GUARDED_BYTES + 4096);
}

static void test_body__a_bit_of_no_digest_is_refused(void **state)
{
    static const unsigned sets[] = { 1, 0x20, 0x1F, 0x80000000, UINT_MAX };
    struct fake_source fake = fake_source_of("123456789", 9);
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body;

    (void)state;
    assert_int_equal(postage_body_new(&body, NULL), POSTAGE_OK);
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        options.digests = sets[i];
        assert_int_equal(postage_body_open(body, &options, &err), POSTAGE_ERR_INVALID);
        assert_non_null(strstr(err.message, "digests"));
    }
    postage_body_free(body);
}

static size_t openssl_allocations;

static void *count_openssl_malloc(size_t bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    openssl_allocations++;
    return malloc(bytes);
}

static void *count_openssl_realloc(void *block, size_t bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    openssl_allocations++;
    return realloc(block, bytes);
}

static void openssl_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

static void test_body__allocates_nothing_between_open_and_close(void **state)
{
    struct fake_source fake = { .declares = 1 << 20, .gives = 1 << 20 };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_counting_allocator *counting;
    struct postage_allocation_counters before, after;
    uint8_t buffer[1000];
    struct postage_body *body;
    size_t got, openssl_before;

    (void)state;
    options.digests = ALL_DIGESTS;
    options.boundary = NULL;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    assert_int_equal(postage_body_new(&body, postage_counting_allocator_use(counting)), POSTAGE_OK);
    assert_ok(postage_body_open(body, &options, &err), err);
    before = counters_of(counting);
    openssl_before = openssl_allocations;
    assert_true(openssl_before > 0);
    while (postage_body_read(body, buffer, sizeof buffer, &got, &err) == POSTAGE_OK)
        assert_true(got > 0);
    assert_int_equal(openssl_allocations, openssl_before);
    assert_ok(postage_body_rewind(body, &err), err);
    openssl_before = openssl_allocations; /* OpenSSL begins MD5 anew with a new block */
    while (postage_body_read(body, buffer, sizeof buffer, &got, &err) == POSTAGE_OK)
        assert_true(got > 0);
    assert_int_equal(openssl_allocations, openssl_before);
    postage_body_close(body);
    after = counters_of(counting);
    assert_int_equal(after.total_blocks, before.total_blocks);
    /* What an upload may own in all, with its other parts, is 8 KiB. */
    assert_in_range(after.peak_bytes, 1, 4096);
    postage_body_free(body);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

/* Every byte that it ever handed out stays where it was, so that a test can search all of them. */
struct keeper {
    uint8_t *blocks[16];
    size_t bytes[16];
    size_t count;
};

static void *keeper_allocate(void *context, size_t bytes)
{
    struct keeper *keeper = context;

    assert_true(keeper->count < 16);
    keeper->bytes[keeper->count] = bytes;
    return keeper->blocks[keeper->count++] = malloc(bytes);
}

static void *keeper_reallocate(void *context, void *block, size_t bytes)
{
    (void)context;
    (void)block;
    (void)bytes;
    return NULL;
}

static void keeper_release(void *context, void *block)
{
    (void)context;
    (void)block;
}

static bool keeper_holds(const struct keeper *keeper, const void *bytes, size_t len)
{
    for (size_t i = 0; i < keeper->count; i++)
        for (size_t at = 0; at + len <= keeper->bytes[i]; at++)
            if (memcmp(keeper->blocks[i] + at, bytes, len) == 0)
                return true;
    return false;
}

static void assert_forgotten(const struct keeper *keeper, const struct postage_body_options *options, const char *boundary)
{
    assert_false(keeper_holds(keeper, boundary, 8));
    assert_false(keeper_holds(keeper, "SECRET", 6));
    assert_false(keeper_holds(keeper, "fake source", 11));
    assert_false(keeper_holds(keeper, &options->fields, sizeof options->fields));
    assert_false(keeper_holds(keeper, &options->file_name, sizeof options->file_name));
    assert_false(keeper_holds(keeper, &options->source, sizeof options->source));
}

static void test_body__second_use_sees_nothing_of_the_first(void **state)
{
    static const struct postage_field secrets[] = { { "x-amz-security-token", "SECRET-token" }, { "key", "SECRET-key" } };
    struct fake_source fake = { .declares = 100, .gives = 50, .fails = POSTAGE_ERR_SOURCE };
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = POSTAGE_BODY_OPTIONS_INIT;
    struct keeper keeper = { 0 };
    struct postage_allocator alloc = POSTAGE_ALLOCATOR_INIT(keeper_allocate, keeper_reallocate, keeper_release, &keeper);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body;
    uint8_t buffer[64];
    char boundary[64];
    size_t got;

    (void)state;
    options.fields = secrets;
    options.field_count = 2;
    options.file_name = "SECRET-name";
    options.source = &source;
    assert_int_equal(postage_body_new(&body, &alloc), POSTAGE_OK);
    assert_ok(postage_body_open(body, &options, &err), err);
    strcpy(boundary, strchr(postage_body_content_type(body), '=') + 1);
    while (postage_body_read(body, buffer, sizeof buffer, &got, &err) == POSTAGE_OK)
        assert_true(got > 0);
    assert_int_equal(err.code, POSTAGE_ERR_SOURCE);
    assert_true(keeper_holds(&keeper, boundary, 8));
    assert_true(keeper_holds(&keeper, "fake source", 11));
    assert_true(keeper_holds(&keeper, &options.source, sizeof options.source));
    postage_body_close(body);
    assert_forgotten(&keeper, &options, boundary);
    assert_string_equal(postage_body_content_type(body), "");
    assert_int_equal(postage_body_length(body), 0);
    assert_int_equal(postage_body_position(body), 0);
    postage_body_free(body);
    assert_forgotten(&keeper, &options, boundary);
    for (size_t i = 0; i < keeper.count; i++)
        free(keeper.blocks[i]);
}

static void test_body__each_failing_allocation_leaks_nothing(void **state)
{
    struct fake_source fake = fake_source_of("x", 1);
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_counting_allocator *counting;
    enum postage_status status = POSTAGE_ERR_NOMEM;
    size_t n;

    (void)state;
    options.boundary = NULL;
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    for (n = 1; status != POSTAGE_OK; n++) {
        struct failing failing = { .parent = postage_counting_allocator_use(counting), .fail_at = n };
        struct postage_allocator alloc = failing_allocator(&failing);
        struct postage_body *body;

        status = postage_body_new(&body, &alloc);
        if (status == POSTAGE_OK)
            status = postage_body_open(body, &options, &err);
        assert_true(status == POSTAGE_OK || status == POSTAGE_ERR_NOMEM);
        postage_body_free(body);
        assert_int_equal(counters_of(counting).live_blocks, 0);
    }
    assert_true(n > 2);
    postage_counting_allocator_free(counting);
}

/* What goes in comes out of the strict reader, however either of them is cut. */
static void test_body__is_read_back_by_the_strict_reader(void **state)
{
    static const char expected[] = "[key|-|-]a/\xc3\xa4.txt[end][x-amz-meta-q%22q|-|-]1\r\n2[end][empty|-|-][end]"
                                   "[Content-Type|-|-]text/plain[end]"
                                   "[file|%22a b%22.txt|text/plain; charset=utf-8]\r\n--AaB03\r\n--\n--AaB0--\r[end]";
    static const char content[] = "\r\n--AaB03\r\n--\n--AaB0--\r";
    struct fake_source fake = fake_source_of(content, sizeof content - 1);
    struct postage_source source = { &fake_source_ops, &fake };
    struct postage_body_options options = full_options(&source);
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_body *body = open_body(&options);
    struct reader_trace trace = { 0 };

    (void)state;
    for (size_t cap = 1; cap <= 700; cap++) {
        struct postage_reader_options reading = POSTAGE_READER_OPTIONS_INIT;
        struct postage_reader *reader;
        uint8_t buffer[700];
        size_t got;

        reader_trace_listen(&trace, &reading);
        assert_ok(postage_body_rewind(body, &err), err);
        assert_ok(postage_reader_new(&reader, postage_body_content_type(body), &reading, NULL, &err), err);
        while (postage_body_read(body, buffer, cap, &got, &err) == POSTAGE_OK)
            assert_ok(postage_reader_feed(reader, buffer, got, &err), err);
        assert_ok(postage_reader_finish(reader, &err), err);
        assert_int_equal(postage_reader_position(reader), postage_body_length(body));
        assert_string_equal(trace.text, expected);
        postage_reader_free(reader);
    }
    free(trace.text);
    postage_body_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body__bytes_do_not_depend_on_read_size),
        cmocka_unit_test(test_body__bytes_do_not_depend_on_large_read_sizes_or_the_source),
        cmocka_unit_test(test_body__small_files_are_whole_at_every_size),
        cmocka_unit_test(test_body__lengths_add_up_however_large_the_file),
        cmocka_unit_test(test_body__longer_than_a_signed_64_bit_number_is_refused),
        cmocka_unit_test(test_body__defaults_name_the_file_and_its_type),
        cmocka_unit_test(test_body__draws_another_boundary_each_time_it_is_opened),
        cmocka_unit_test(test_body__digests_are_those_of_the_file_alone),
        cmocka_unit_test(test_body__a_bit_of_no_digest_is_refused),
        cmocka_unit_test(test_body__allocates_nothing_between_open_and_close),
        cmocka_unit_test(test_body__second_use_sees_nothing_of_the_first),
        cmocka_unit_test(test_body__each_failing_allocation_leaks_nothing),
        cmocka_unit_test(test_body__is_read_back_by_the_strict_reader),
    };

    /* Must come before OpenSSL's first allocation. */
    if (CRYPTO_set_mem_functions(count_openssl_malloc, count_openssl_realloc, openssl_free) != 1)
        return 1;
    return cmocka_run_group_tests_name("multipart/body", tests, NULL, NULL);
}
