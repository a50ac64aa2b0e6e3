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
 * - Where an error is asked for (`err`), NULL means "the status is enough". A status below zero fills it; others
 *   leave it alone.
 * - Zero is the default of each field of an options struct.
 * - The compiler warns when the status that a function returns is ignored (POSTAGE_MUST_CHECK); calls that build a policy need
 *   no check of their own, see policy.h.
 * - There are no globals. Objects may be used from any thread, by one thread at a time, unless their header says more.
 *
 * How structs grow, so that programs and libraries of different versions can meet:
 *
 * - Structs that a caller allocates or fills in (options, tables of functions, the error, an identity) begin with `size`, set
 *   by the `_INIT` macro beside them. New fields come at the end, after all that an older struct had, padding included.
 * - A struct from older headers is shorter: what it lacks is zero, the default. One from newer headers is longer: it is
 *   accepted if what this library does not know is zero, and refused if not (POSTAGE_ERR_INVALID), as an older library must
 *   not drop a newer wish in silence. A `size` that no version had is refused, too; an allocator has no error to say so
 *   with, and then has no memory. The library writes no byte beyond a caller's `size`.
 * - Structs that the library hands out by pointer grow at the end, too. Read them in place; do not copy them by their size or
 *   embed them. Lists of them are asked for by index.
 * - postage_field and postage_source are pairs, the sandbox's bucket and key are rows of the caller's lists: these never grow.
 *   Enums have explicit numbers, and may get further ones.
 */
#ifndef POSTAGE_API_H
#define POSTAGE_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of these headers, by https://semver.org; postage_version has that of the library. */
#define POSTAGE_VERSION_MAJOR  0
#define POSTAGE_VERSION_MINOR  2       /**< see POSTAGE_VERSION_MAJOR */
#define POSTAGE_VERSION_PATCH  0       /**< see POSTAGE_VERSION_MAJOR */
#define POSTAGE_VERSION_STRING "0.2.0" /**< all three */

/** No limit: for options that are int64_t milliseconds, of which 0 is the default. */
#define POSTAGE_NO_LIMIT INT64_MAX

#if defined(__GNUC__)
/** Marks what the library exports. */
#define POSTAGE_API __attribute__((visibility("default")))
/** Makes the compiler warn when a caller ignores what a function returns. */
#define POSTAGE_MUST_CHECK __attribute__((warn_unused_result))
/** Lets the compiler check a format and its arguments. */
#define POSTAGE_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define POSTAGE_API
#define POSTAGE_MUST_CHECK
#define POSTAGE_PRINTF(format_index, first_index)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that is linked, for example "0.2.0"; never NULL, never freed. */
POSTAGE_API const char *postage_version(void);

#ifdef __cplusplus
}
#endif

#endif
