#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "sandbox/file_name.h"

static const struct {
    const char *key;
    const char *name;
} names[] = {
    { "photo.jpg", "photo.jpg" },
    { "a/b", "a%2Fb" },
    { "../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd" },
    { ".", "%2E" },
    { "..", "%2E." },
    { ".upload-1", "%2Eupload-1" },
    { "%2e%2e", "%252e%252e" },
    { "a\\b c", "a%5Cb%20c" },
    { "caf\xC3\xA9", "caf%C3%A9" },
    { "new\nline", "new%0Aline" },
    { "-rf", "-rf" },
    { "*?", "%2A%3F" },
};

static void test_file_name__has_no_directory_and_no_leading_dot(void **state)
{
    char name[FILE_NAME_BYTES], key[FILE_NAME_BYTES];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_true(file_name_of_key(slice_of(names[i].key), name));
        assert_string_equal(name, names[i].name);
        assert_true(file_name_is_object(name));
        assert_true(file_name_to_key(name, key, &len));
        assert_int_equal(len, strlen(names[i].key));
        assert_memory_equal(key, names[i].key, len);
    }
}

static void test_file_name__of_any_key_fits_and_is_its_own(void **state)
{
    char key[KEY_MAX_BYTES], name[FILE_NAME_BYTES], previous[FILE_NAME_BYTES] = "", back[FILE_NAME_BYTES];
    size_t len;

    (void)state;
    for (size_t i = 1; i <= KEY_MAX_BYTES; i++) {
        memset(key, i % 2 == 0 ? '/' : 'k', i);
        assert_true(file_name_of_key((struct slice){ key, i }, name));
        assert_true(strlen(name) <= 143); /* NAME_MAX of encrypting file systems */
        assert_null(strchr(name, '/'));
        assert_string_not_equal(name, previous);
        memcpy(previous, name, sizeof previous);
        if (name[1] == '-' && name[0] == '%')
            assert_false(file_name_to_key(name, back, &len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_name__has_no_directory_and_no_leading_dot),
        cmocka_unit_test(test_file_name__of_any_key_fits_and_is_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
