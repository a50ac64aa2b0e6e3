/**
 * @file
 * What every public header needs: the export macro and the version.
 *
 * Conventions of all postage headers, said once:
 *
 * - Text is NUL-terminated UTF-8 (`const char *`); raw bytes are `const void *` with a `size_t`.
 * - `NOUN_new` allocates and hands ownership out through its first argument, `out`; `NOUN_free` takes it back and accepts
 *   NULL. Pointers that a function returns belong to the object they were asked from and live as long as it does.
 * - Arguments are borrowed for the call and copied where they are kept, unless the text says "borrowed until".
 * - Where an allocator is asked for, NULL means malloc and free. An object keeps a copy of the allocator it was made with.
 * - Where an error is asked for (`err`), NULL means "the status is enough". A status below zero fills it; others leave it.
 * - Names of options structs end in `_options` and begin with `size`, set by the `_INIT` macro beside them, so that they can
 *   grow at the end. Zero is each field's default.
 * - There are no globals. Objects may be used from any thread, by one thread at a time, unless their header says more.
 */
#ifndef POSTAGE_API_H
#define POSTAGE_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of these headers, by https://semver.org; postage_version has that of the library. */
#define POSTAGE_VERSION_MAJOR  0
#define POSTAGE_VERSION_MINOR  1       /**< see POSTAGE_VERSION_MAJOR */
#define POSTAGE_VERSION_PATCH  0       /**< see POSTAGE_VERSION_MAJOR */
#define POSTAGE_VERSION_STRING "0.1.0" /**< all three */

/** What options structs are initialised with: their size, by which a later library knows an older caller; all else zero. */
/* clang-format off */
#define POSTAGE_OPTIONS_INIT(type) { .size = sizeof(type) }
/* clang-format on */

/** No limit: for options that are int64_t milliseconds, of which 0 is the default. */
#define POSTAGE_NO_LIMIT INT64_MAX

#if defined(__GNUC__)
/** Marks what the library exports. */
#define POSTAGE_API __attribute__((visibility("default")))
/** Lets the compiler check a format and its arguments. */
#define POSTAGE_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define POSTAGE_API
#define POSTAGE_PRINTF(format_index, first_index)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that is linked, for example "0.1.0"; never NULL, never freed. */
POSTAGE_API const char *postage_version(void);

#ifdef __cplusplus
}
#endif

#endif
