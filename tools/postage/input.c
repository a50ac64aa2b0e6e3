#include "input.h"

#include "file_kind.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int input_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

const char *input_reason(void)
{
    return strerror(errno);
}

void input_clear(struct input *input)
{
    if (input->bytes != NULL)
        explicit_bzero(input->bytes, input->length);
    free(input->bytes);
    *input = (struct input){ 0 };
}

enum exit_code input_read(struct input *input, int descriptor, size_t max, enum exit_code code, const char *what)
{
    ssize_t got;

    /* One block of the ceiling's size: growing it would leave copies of secrets behind. */
    *input = (struct input){ .bytes = malloc(max + 2) };
    if (input->bytes == NULL)
        return fail_memory();
    do {
        got = read(descriptor, input->bytes + input->length, max + 1 - input->length);
        if (got > 0)
            input->length += (size_t)got;
    } while ((got > 0 && input->length <= max) || (got < 0 && errno == EINTR));
    input->bytes[input->length] = '\0';
    if (got >= 0 && input->length <= max)
        return EXIT_DONE;
    if (got < 0)
        code = fail(code, NULL, "%s: %s", what, strerror(errno));
    else
        code = fail(code, NULL, "%s: longer than %zu bytes, the most that is read", what, max);
    input_clear(input);
    return code;
}

static enum exit_code check_content(struct input *input, enum exit_code code, const char *what)
{
    if (code != EXIT_DONE || input->length > 0)
        return code;
    input_clear(input);
    return fail(EXIT_USAGE, NULL, "%s: is empty", what);
}

enum exit_code input_load(struct input *input, const char *path, size_t max)
{
    enum exit_code code;
    struct stat info;
    int descriptor;

    if (strcmp(path, "-") == 0)
        return check_content(input, input_read(input, STDIN_FILENO, max, EXIT_SOURCE, "stdin"), "stdin");
    *input = (struct input){ 0 };
    descriptor = input_open(path);
    if (descriptor < 0 || fstat(descriptor, &info) != 0)
        code = fail(EXIT_SOURCE, NULL, "%s: %s", path, strerror(errno));
    else
        code = file_kind_check(&info, path, S_ISDIR(info.st_mode) ? NULL : "give - to read from stdin", EXIT_SOURCE);
    if (code == EXIT_DONE)
        code = input_read(input, descriptor, max, EXIT_SOURCE, path);
    if (descriptor >= 0)
        close(descriptor);
    return check_content(input, code, path);
}
