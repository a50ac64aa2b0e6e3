#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "support/test.h"

/* VmFlags of the mapping that holds `address`, from the kernel's own list. */
static bool flags_of(const void *address, char *flags, size_t room)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    bool inside = false, found = false;

    assert_non_null(maps);
    while (!found && fgets(line, sizeof line, maps) != NULL) {
        unsigned long long start, end;

        if (sscanf(line, "%llx-%llx ", &start, &end) == 2)
            inside = (uintptr_t)address >= start && (uintptr_t)address < end;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            snprintf(flags, room, "%s", line);
            found = true;
        }
    }
    fclose(maps);
    return found;
}

#ifdef __linux__
static void test_secret__is_left_out_of_core_dumps(void **state)
{
    char *block = secret_alloc(100);
    char flags[512];

    (void)state;
    assert_non_null(block);
    assert_true(flags_of(block, flags, sizeof flags));
    if (strstr(flags, " dd") == NULL)
        fail_msg("no \"dd\" in %s", flags);
    secret_free(block, 100);
}
#endif

static void test_secret__is_zeroed_and_of_any_size(void **state)
{
    static const size_t sizes[] = { 1, 32, 4095, 4096, 4097, 100000 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *block = secret_alloc(sizes[i]);

        assert_non_null(block);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(block[j], 0);
        memset(block, 0xAA, sizes[i]);
        secret_free(block, sizes[i]);
    }
    secret_free(NULL, 10);
}

static void test_secret__impossible_sizes_are_refused(void **state)
{
    (void)state;
    assert_null(secret_alloc(SIZE_MAX));
    assert_null(secret_alloc(SIZE_MAX - (1 << 20))); /* half of it can be had where addresses have 32 bits */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef __linux__
        cmocka_unit_test(test_secret__is_left_out_of_core_dumps),
#endif
        cmocka_unit_test(test_secret__is_zeroed_and_of_any_size),
        cmocka_unit_test(test_secret__impossible_sizes_are_refused),
    };

    return cmocka_run_group_tests_name("base/secret", tests, NULL, NULL);
}
