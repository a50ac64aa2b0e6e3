#include "output.h"

#include "message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum exit_code fail_output(int reason)
{
    return fail(EXIT_INTERNAL, NULL, "stdout: %s", reason != 0 ? strerror(reason) : "cannot be written");
}

enum exit_code output_write(const char *bytes, size_t length, bool line)
{
    errno = 0;
    if (fwrite(bytes, 1, length, stdout) != length || (line && putc('\n', stdout) == EOF) || fflush(stdout) != 0)
        return fail_output(errno);
    return EXIT_DONE;
}

enum exit_code output_close(void)
{
    bool failed = ferror(stdout) != 0;

    errno = 0;
    if (fclose(stdout) != 0 && !failed) /* a failure seen before was said before */
        return fail_output(errno);
    return failed ? EXIT_INTERNAL : EXIT_DONE;
}
