/* Reads a form from a JSON file, as `postage sign` and other SDKs print it. Shared by the examples. */
#ifndef READ_FORM_H
#define READ_FORM_H

#include <stdio.h>

#include <postage/postage.h>

static inline struct postage_form *read_form(const char *path)
{
    static char json[64 * 1024];
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_form *form = NULL;
    FILE *file = fopen(path, "rb");
    size_t length = file != NULL ? fread(json, 1, sizeof json, file) : 0;

    if (file != NULL)
        fclose(file);
    if (postage_form_from_json(&form, json, length, NULL, &err) != POSTAGE_OK)
        fprintf(stderr, "%s: %s\n", path, err.message);
    return form;
}

#endif
