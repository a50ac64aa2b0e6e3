/*
 * What the tool says on stderr: errors with a hint, warnings, notes.
 *
 * Every failure of the tool goes through `fail` or `fail_error`, which return the exit code, so that a check reads
 * `return fail(EXIT_USAGE, hint, …)`. Control characters in a message become '?', so that a hostile value forges no line and
 * moves no cursor. Values that may hold a secret are never put into a message.
 */
#ifndef POSTAGE_TOOL_MESSAGE_H
#define POSTAGE_TOOL_MESSAGE_H

#include "exit_code.h"
#include "postage/log.h"
#include "postage/status.h"

/* Once, at the start: whether stderr is a terminal that wants colour (NO_COLOR, TERM). */
void message_init(void);
void message_be_quiet(void); /* no notes */
void message_be_verbose(void);

/* `postage: error: …`, then `postage: hint: …` unless `hint` is NULL. Returns `code`. */
enum exit_code fail(enum exit_code code, const char *hint, const char *format, ...) POSTAGE_PRINTF(3, 4);

/* The same for a failed call of the library; `what` says what was tried, for example "--type", NULL: nothing more. */
enum exit_code fail_error(const char *what, const struct postage_error *err);
enum exit_code fail_error_hint(const char *what, const char *hint, const struct postage_error *err);

enum exit_code fail_memory(void);

/* The text of the last error, for the JSON line of the file it was about; "" before the first. */
const char *message_last_error(void);

void warn(const char *format, ...) POSTAGE_PRINTF(1, 2);
void warn_plain_http(const char *url);
void note(const char *format, ...) POSTAGE_PRINTF(1, 2);
void explain(const char *format, ...) POSTAGE_PRINTF(1, 2); /* with --verbose only */

/* The library's logger for --verbose: the exchange, masked by the library; else warnings only. */
struct postage_logger message_logger(void);

/* Called before each message, so that a progress bar can get out of the way. NULL: nobody. */
void message_on_line(void (*clear)(void *context), void *context);

#endif
