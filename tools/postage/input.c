#include "input.h"

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
        code = fail(code, NULL, "%s: longer than the %zu bytes allowed", what, max);
    input_clear(input);
    return code;
}

enum exit_code input_load(struct input *input, const char *path, size_t max)
{
    enum exit_code code;
    int descriptor;

    if (strcmp(path, "-") == 0)
        return input_read(input, STDIN_FILENO, max, EXIT_SOURCE, "stdin");
    *input = (struct input){ 0 };
    descriptor = input_open(path);
    if (descriptor < 0)
        return fail(EXIT_SOURCE, NULL, "%s: %s", path, strerror(errno));
    code = input_read(input, descriptor, max, EXIT_SOURCE, path);
    close(descriptor);
    return code;
}
