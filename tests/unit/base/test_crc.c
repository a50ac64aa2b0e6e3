#include "base/crc.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <openssl/evp.h>

#define SHORT_LENGTHS 1025 /* 0 to 1024: both sides of every block size */
#define SPLIT_LENGTH  1500
#define LONG_BYTES    200000

static const struct {
    const char *name;
    enum crc_kind kind;
    uint64_t polynomial; /* as published, highest power first; that of 32 bits times x^32 */
    uint64_t ones;
    uint64_t check;
} kinds[] = {
    { "NVME", CRC_64_NVME, 0xAD93D23594C93659, UINT64_MAX, 0xAE8B14860A799888 },
    { "XZ", CRC_64_XZ, 0x42F0E1EBA9EA3693, UINT64_MAX, 0x995DC9BBDF1939FA },
    { "32C", CRC_32C, 0x1EDC6F4100000000, UINT32_MAX, 0xE3069283 },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static uint64_t reverse_bits(uint64_t word)
{
    uint64_t reversed = 0;

    for (int i = 0; i < 64; i++)
        reversed |= (word >> i & 1) << (63 - i);
    return reversed;
}

/* The definition, a bit at a time, from the published polynomial; raw register in and out. */
static uint64_t bitwise(uint64_t polynomial, uint64_t crc, const uint8_t *data, size_t length)
{
    const uint64_t reflected = reverse_bits(polynomial);

    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ reflected : crc >> 1;
    }
    return crc;
}

/* The CRC of a whole message, by the definition. */
static uint64_t finished(size_t kind, const uint8_t *data, size_t length)
{
    return bitwise(kinds[kind].polynomial, kinds[kind].ones, data, length) ^ kinds[kind].ones;
}

/* x^n mod P, reflected. */
static uint64_t power(uint64_t polynomial, unsigned n)
{
    uint64_t remainder = UINT64_C(1) << 63;

    while (n-- > 0)
        remainder = (remainder & 1) != 0 ? remainder >> 1 ^ reverse_bits(polynomial) : remainder >> 1;
    return remainder;
}

/* Bytes that repeat themselves only after 2^64 - 1 steps (xorshift). */
static void fill(uint8_t *data, size_t length, uint64_t seed)
{
    for (size_t i = 0; i < length; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        data[i] = (uint8_t)(seed >> 32);
    }
}

static void expect(uint64_t got, uint64_t expected, const char *kind, const char *way, size_t length, size_t place)
{
    if (got != expected)
        fail_msg("%s by %s, %zu bytes at %zu: %016llX, expected %016llX", kind, way, length, place, (unsigned long long)got,
                 (unsigned long long)expected);
}

/* Calls `check` for each kind and each way this processor has, and says which those are. */
static void for_each_way(void (*check)(size_t kind, const struct crc_way *way))
{
    size_t ways = 0;

    for (size_t w = 0; w < crc_way_count; w++) {
        if (!crc_ways[w].available()) {
            print_message("           not on this processor: %s\n", crc_ways[w].name);
            continue;
        }
        print_message("           by %s\n", crc_ways[w].name);
        ways++;
        for (size_t k = 0; k < KINDS; k++)
            check(k, &crc_ways[w]);
    }
    assert_true(ways >= 1);
}

static void test_crc__gives_the_check_values(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        expect(crc_update(kinds[k].kind, 0, "123456789", 9), kinds[k].check, kinds[k].name, "any", 9, 0);
        expect(finished(k, (const uint8_t *)"123456789", 9), kinds[k].check, kinds[k].name, "definition", 9, 0);
    }
}

static void test_crc__no_bytes_change_nothing(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        assert_true(crc_update(kinds[k].kind, 0, NULL, 0) == 0);
        assert_true(crc_update(kinds[k].kind, 0, "", 0) == 0);
        assert_true(crc_update(kinds[k].kind, kinds[k].check, NULL, 0) == kinds[k].check);
    }
}

static void test_crc__each_constant_is_the_power_it_stands_for(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        const struct crc_polynomial *p = &crc_polynomials[kinds[k].kind];
        const struct {
            const uint64_t *fold;
            unsigned distance;
        } folds[] = { { p->fold_128, 128 }, { p->fold_512, 512 }, { p->fold_2048, 2048 } };

        assert_true(p->ones == kinds[k].ones);
        assert_true(p->reflected == reverse_bits(kinds[k].polynomial));
        for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
            assert_true(folds[i].fold[0] == power(kinds[k].polynomial, folds[i].distance + 63));
            assert_true(folds[i].fold[1] == power(kinds[k].polynomial, folds[i].distance - 1));
        }
    }
}

static void test_crc__each_table_entry_is_its_byte_and_zeros(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++)
        for (size_t zeros = 0; zeros < CRC_SLICES; zeros++)
            for (unsigned byte = 0; byte < 256; byte++) {
                uint8_t message[CRC_SLICES] = { (uint8_t)byte };

                expect(crc_polynomials[kinds[k].kind].table[zeros][byte], bitwise(kinds[k].polynomial, 0, message, 1 + zeros),
                       kinds[k].name, "table entry", 1 + zeros, byte);
            }
}

static void check_short_lengths(size_t kind, const struct crc_way *way)
{
    _Alignas(64) static uint8_t area[SHORT_LENGTHS + 15];
    uint8_t pattern[SHORT_LENGTHS];
    uint64_t expected[SHORT_LENGTHS] = { 0x0123456789ABCDEF };

    fill(pattern, sizeof pattern, 1);
    for (size_t i = 1; i < SHORT_LENGTHS; i++)
        expected[i] = bitwise(kinds[kind].polynomial, expected[i - 1], &pattern[i - 1], 1);
    for (size_t offset = 0; offset < 16; offset++) {
        memcpy(area + offset, pattern, sizeof pattern);
        for (size_t length = 0; length < SHORT_LENGTHS; length++)
            expect(way->update(&crc_polynomials[kinds[kind].kind], expected[0], area + offset, length), expected[length],
                   kinds[kind].name, way->name, length, offset);
    }
}

static void test_crc__all_ways_agree_on_every_short_length_and_alignment(void **state)
{
    (void)state;
    for_each_way(check_short_lengths);
}

static void check_long_lengths(size_t kind, const struct crc_way *way)
{
    const struct crc_polynomial *poly = &crc_polynomials[kinds[kind].kind];
    uint8_t *area = aligned_alloc(64, (LONG_BYTES + 64) / 64 * 64);
    uint64_t draw = 0;

    assert_non_null(area);
    fill(area, LONG_BYTES, 2 + kind);
    for (size_t offset = 0; offset < 16; offset++) {
        size_t length;

        fill((uint8_t *)&draw, sizeof draw, 100 + offset);
        length = (size_t)(draw % (LONG_BYTES - 16));
        expect(way->update(poly, draw, area + offset, length), bitwise(kinds[kind].polynomial, draw, area + offset, length),
               kinds[kind].name, way->name, length, offset);
    }
    free(area);
}

static void test_crc__all_ways_agree_on_long_random_data(void **state)
{
    (void)state;
    for_each_way(check_long_lengths);
}

/* The byte behind the data is the first of a page that cannot be read; the one before it, of another such page. */
static void check_guarded(size_t kind, const struct crc_way *way)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *area = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint8_t *readable = area + page;

    assert_true(area != MAP_FAILED);
    assert_int_equal(mprotect(readable, page, PROT_READ | PROT_WRITE), 0);
    fill(readable, page, 3);
    for (size_t length = 0; length < SHORT_LENGTHS; length++) {
        const uint8_t *at[] = { readable + page - length, readable };

        for (size_t i = 0; i < 2; i++)
            expect(way->update(&crc_polynomials[kinds[kind].kind], 5, at[i], length),
                   bitwise(kinds[kind].polynomial, 5, at[i], length), kinds[kind].name, way->name, length, i);
    }
    assert_int_equal(munmap(area, 3 * page), 0);
}

static void test_crc__no_way_reads_outside_the_data(void **state)
{
    (void)state;
    for_each_way(check_guarded);
}

static void test_crc__calls_chain_at_every_split(void **state)
{
    uint8_t data[SPLIT_LENGTH];

    (void)state;
    fill(data, sizeof data, 4);
    for (size_t k = 0; k < KINDS; k++) {
        const uint64_t whole = finished(k, data, sizeof data);

        for (size_t split = 0; split <= sizeof data; split++) {
            uint64_t crc = crc_update(kinds[k].kind, 0, data, split);

            crc = crc_update(kinds[k].kind, crc, data + split, sizeof data - split);
            expect(crc, whole, kinds[k].name, "two calls", sizeof data, split);
        }
    }
}

/* RFC 3720 B.4, whose values are written lowest byte first. */
static void test_crc__gives_the_values_of_the_iscsi_standard(void **state)
{
    uint8_t zeros[32] = { 0 }, ones[32], rising[32], falling[32];
    const struct {
        const char *what;
        const uint8_t *data;
        uint32_t crc;
    } vectors[] = { { "zeros", zeros, 0x8A9136AA },
                    { "ones", ones, 0x62A8AB43 },
                    { "rising", rising, 0x46DD794E },
                    { "falling", falling, 0x113FDB5C } };
    static const uint8_t read_command[48] = {
        0x01, 0xC0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, 0x28, [40] = 0x02
    };

    (void)state;
    memset(ones, 0xFF, sizeof ones);
    for (size_t i = 0; i < sizeof rising; i++) {
        rising[i] = (uint8_t)i;
        falling[i] = (uint8_t)(31 - i);
    }
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        expect(crc_update(CRC_32C, 0, vectors[i].data, 32), vectors[i].crc, "32C", vectors[i].what, 32, 0);
    expect(crc_update(CRC_32C, 0, read_command, 48), 0xD9963A56, "32C", "a SCSI read command", 48, 0);
}

static cJSON *read_vectors(void)
{
    FILE *file = fopen(TEST_VECTORS "/digests.json", "rb");
    char *text = calloc(1, 1 << 20);
    cJSON *vectors;

    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    vectors = cJSON_Parse(text);
    assert_non_null(vectors);
    fclose(file);
    free(text);
    return vectors;
}

static const char *member(const cJSON *vector, const char *group, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(vector, group), name));

    assert_non_null(text);
    return text;
}

/* The decoded unit; cut from the padding. */
static uint8_t *decode_unit(const cJSON *vector, size_t *length)
{
    const char *text = member(vector, "input", "unit_base64");
    size_t characters = strlen(text);
    uint8_t *unit = malloc(characters + 1);

    assert_non_null(unit);
    assert_int_equal(EVP_DecodeBlock(unit, (const unsigned char *)text, (int)characters), characters / 4 * 3);
    *length = characters / 4 * 3;
    for (size_t i = characters; i > 0 && text[i - 1] == '='; i--)
        --*length;
    return unit;
}

static void check_vector(const cJSON *vector)
{
    const int repeat = cJSON_GetObjectItem(cJSON_GetObjectItem(vector, "input"), "repeat")->valueint;
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    uint64_t nvme = 0, xz = 0, castagnoli = 0;
    uint8_t digest[EVP_MAX_MD_SIZE];
    char hex[33], decimal[21];
    size_t length;
    uint8_t *unit = decode_unit(vector, &length);

    assert_int_equal(EVP_DigestInit_ex(md5, EVP_md5(), NULL), 1);
    for (int i = 0; i < repeat; i++) {
        nvme = crc_update(CRC_64_NVME, nvme, unit, length);
        xz = crc_update(CRC_64_XZ, xz, unit, length);
        castagnoli = crc_update(CRC_32C, castagnoli, unit, length);
        assert_int_equal(EVP_DigestUpdate(md5, unit, length), 1);
    }
    assert_int_equal(EVP_DigestFinal_ex(md5, digest, NULL), 1);
    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)nvme);
    assert_string_equal(hex, member(vector, "output", "crc64nvme_hex"));
    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)xz);
    assert_string_equal(hex, member(vector, "output", "crc64xz_hex"));
    snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)xz);
    assert_string_equal(decimal, member(vector, "output", "crc64xz_decimal"));
    snprintf(hex, sizeof hex, "%08llx", (unsigned long long)castagnoli);
    assert_string_equal(hex, member(vector, "output", "crc32c_hex"));
    for (size_t i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(hex, member(vector, "output", "md5_hex"));
    EVP_MD_CTX_free(md5);
    free(unit);
}

static void test_crc__agrees_with_the_sdks(void **state)
{
    cJSON *vectors = read_vectors();
    const cJSON *vector;
    int checked = 0;

    (void)state;
    cJSON_ArrayForEach(vector, vectors)
    {
        check_vector(vector);
        checked++;
    }
    assert_int_equal(checked, 8);
    cJSON_Delete(vectors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc__gives_the_check_values),
        cmocka_unit_test(test_crc__no_bytes_change_nothing),
        cmocka_unit_test(test_crc__each_constant_is_the_power_it_stands_for),
        cmocka_unit_test(test_crc__each_table_entry_is_its_byte_and_zeros),
        cmocka_unit_test(test_crc__all_ways_agree_on_every_short_length_and_alignment),
        cmocka_unit_test(test_crc__all_ways_agree_on_long_random_data),
        cmocka_unit_test(test_crc__no_way_reads_outside_the_data),
        cmocka_unit_test(test_crc__calls_chain_at_every_split),
        cmocka_unit_test(test_crc__gives_the_values_of_the_iscsi_standard),
        cmocka_unit_test(test_crc__agrees_with_the_sdks),
    };

    return cmocka_run_group_tests_name("base/crc", tests, NULL, NULL);
}
