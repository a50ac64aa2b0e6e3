#include "environment.h"

#include "message.h"
#include "value.h"

#include <stdlib.h>
#include <string.h>

const char *environment_get(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

void environment_forget(const char *name)
{
    char *value = getenv(name);

    if (value != NULL)
        explicit_bzero(value, strlen(value));
}

const char *environment_first(const char *const *names, const char **found)
{
    for (; *names != NULL; names++) {
        const char *value = environment_get(*names);

        if (value == NULL)
            continue;
        if (found != NULL)
            *found = *names;
        return value;
    }
    return NULL;
}

enum exit_code environment_switch(const char *name, bool *value)
{
    const char *text = environment_get(name);

    *value = false;
    if (text == NULL || value_to_bool(text, value))
        return EXIT_DONE;
    return fail(EXIT_USAGE, "true or false", "%s: \"%s\" is neither", name, text);
}
