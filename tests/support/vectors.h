/* Reading test vectors. A file that is missing or broken fails the test. */
#ifndef POSTAGE_TESTS_SUPPORT_VECTORS_H
#define POSTAGE_TESTS_SUPPORT_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "support/test.h"

/* The bytes of a file under tests/vectors, NUL-terminated; free them. */
static inline char *vector_text(const char *name, size_t *length)
{
    char path[512];
    FILE *file;
    char *text;
    long size;

    snprintf(path, sizeof path, "%s/%s", TEST_VECTORS, name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = malloc((size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    text[size] = '\0';
    fclose(file);
    if (length != NULL)
        *length = (size_t)size;
    return text;
}

static inline cJSON *vector_json(const char *name)
{
    char *text = vector_text(name, NULL);
    cJSON *json = cJSON_Parse(text);

    if (json == NULL)
        fail_msg("%s is not JSON", name);
    free(text);
    return json;
}

/* Calls `check` for each element of each file; there have to be `expected` of them. */
static inline void vector_each(const char *const *files, size_t file_count, void (*check)(const cJSON *vector), int expected)
{
    int count = 0;

    for (size_t i = 0; i < file_count; i++) {
        cJSON *vectors = vector_json(files[i]);
        const cJSON *vector;

        cJSON_ArrayForEach(vector, vectors)
        {
            check(vector);
            count++;
        }
        cJSON_Delete(vectors);
    }
    assert_int_equal(count, expected);
}

/* The member's text, NULL when it is absent or null. */
static inline const char *vector_member(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

#endif
