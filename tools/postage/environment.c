#include "environment.h"

#include "quantity.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *environment_get(const char *name)
{
    const char *value = name != NULL ? getenv(name) : NULL;

    return value != NULL && value[0] != '\0' ? value : NULL;
}

void environment_wipe(const char *name)
{
    char *value = name != NULL ? getenv(name) : NULL;

    if (value != NULL)
        explicit_bzero(value, strlen(value));
}

bool environment_switch(const char *name, bool *value)
{
    const char *text = environment_get(name);

    *value = false;
    return text == NULL || quantity_to_bool(text, value);
}
