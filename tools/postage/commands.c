#include "commands.h"

#include <string.h>

const struct command *const commands[] = {
    &command_sign,    &command_upload, &command_post, &command_check, &command_presign,
#ifdef POSTAGE_HAVE_SANDBOX
    &command_sandbox,
#endif
};
const size_t command_count = sizeof commands / sizeof commands[0];

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}
