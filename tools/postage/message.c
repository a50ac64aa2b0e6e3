#include "message.h"

#include "environment.h"
#include "terminal_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Two paths or a path, an address, a key of 1024 bytes and what became of it: the reason comes last and is not cut. */
enum { MESSAGE_BYTES = 12288 };

/* The tool is one process with one stderr: its manner of speaking is process-wide. */
static struct {
    bool colour;
    bool quiet;
    bool verbose;
    void (*clear)(void *context);
    void *clear_context;
    char last_error[MESSAGE_BYTES];
} speech;

void message_init(void)
{
    const char *no_color = environment_get("NO_COLOR");
    const char *term = environment_get("TERM");

    /* no-color.org: any non-empty value switches colour off */
    speech.colour = isatty(STDERR_FILENO) && no_color == NULL && term != NULL && strcmp(term, "dumb") != 0;
}

void message_be_quiet(void)
{
    speech.quiet = true;
}

void message_be_verbose(void)
{
    speech.verbose = true;
}

void message_on_line(void (*clear)(void *context), void *context)
{
    speech.clear = clear;
    speech.clear_context = context;
}

static void say(const char *label, const char *colour, const char *text)
{
    if (speech.clear != NULL)
        speech.clear(speech.clear_context);
    if (speech.colour && colour != NULL)
        fprintf(stderr, "postage: \033[%sm%s:\033[0m %s\n", colour, label, text);
    else
        fprintf(stderr, "postage: %s: %s\n", label, text);
}

static void say_list(const char *label, const char *colour, const char *format, va_list args) POSTAGE_PRINTF(3, 0);

static void say_list(const char *label, const char *colour, const char *format, va_list args)
{
    char text[MESSAGE_BYTES];

    vsnprintf(text, sizeof text, format, args);
    terminal_text_clean(text);
    say(label, colour, text);
}

const char *message_last_error(void)
{
    return speech.last_error;
}

enum exit_code fail(enum exit_code code, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(speech.last_error, sizeof speech.last_error, format, args);
    va_end(args);
    terminal_text_clean(speech.last_error);
    say("error", "31", speech.last_error);
    if (hint != NULL)
        say("hint", "36", hint);
    return code;
}

enum exit_code fail_error_hint(const char *what, const char *hint, const struct postage_error *err)
{
    const char *text = err->message[0] != '\0' ? err->message : postage_status_text(err->code);

    if (what == NULL)
        return fail(exit_code_of_status(err->code), hint, "%s", text);
    return fail(exit_code_of_status(err->code), hint, "%s: %s", what, text);
}

enum exit_code fail_error(const char *what, const struct postage_error *err)
{
    return fail_error_hint(what, NULL, err);
}

enum exit_code fail_memory(void)
{
    return fail(EXIT_INTERNAL, NULL, "out of memory");
}

void warn(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_list("warning", "33", format, args);
    va_end(args);
}

void warn_plain_http(const char *url)
{
    warn("%s is plain HTTP: anyone on the network path can read the form, and use it until it expires", url);
}

void note(const char *format, ...)
{
    va_list args;

    if (speech.quiet)
        return;
    va_start(args, format);
    say_list("note", NULL, format, args);
    va_end(args);
}

void explain(const char *format, ...)
{
    va_list args;

    if (!speech.verbose)
        return;
    va_start(args, format);
    say_list("debug", NULL, format, args);
    va_end(args);
}

static void write_log(void *context, enum postage_log_level level, const char *subsystem, const char *line)
{
    char text[MESSAGE_BYTES];

    (void)context;
    snprintf(text, sizeof text, "%s", line);
    terminal_text_clean(text);
    say(level <= POSTAGE_LOG_WARNING ? "warning" : subsystem, NULL, text);
}

struct postage_logger message_logger(void)
{
    return (struct postage_logger){ .size = sizeof(struct postage_logger),
                                    .write = write_log,
                                    .level = speech.verbose ? POSTAGE_LOG_DEBUG : POSTAGE_LOG_OFF };
}
