#include "file_kind.h"

#include "message.h"

static const struct {
    mode_t type;
    const char *name;
} kinds[] = {
    { S_IFDIR, "a directory" }, { S_IFIFO, "a pipe" },   { S_IFSOCK, "a socket" },
    { S_IFCHR, "a device" },    { S_IFBLK, "a device" },
};

enum exit_code file_kind_check(const struct stat *info, const char *name, const char *hint, enum exit_code code)
{
    const char *kind = "of an unknown kind";

    if (S_ISREG(info->st_mode))
        return EXIT_DONE;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((info->st_mode & S_IFMT) == kinds[i].type)
            kind = kinds[i].name;
    return fail(code, hint, "%s: is %s, not a file", name, kind);
}
