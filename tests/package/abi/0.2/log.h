/**
 * @file
 * The log callback. Without one the library is silent: it never writes to a standard stream itself.
 */
#ifndef POSTAGE_LOG_H
#define POSTAGE_LOG_H

#include "postage/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How much is said; each level includes those before it. */
enum postage_log_level {
    POSTAGE_LOG_OFF = 0,     /**< nothing */
    POSTAGE_LOG_ERROR = 1,   /**< what failed */
    POSTAGE_LOG_WARNING = 2, /**< what looks wrong but did not fail */
    POSTAGE_LOG_INFO = 3,    /**< what is done */
    POSTAGE_LOG_DEBUG = 4    /**< includes request and reply, with policies, signatures and tokens masked */
};

/**
 * Where log lines go. Copied; `context` must outlive the object it was given to.
 *
 * `write` gets one line without a line end. It is called on the thread that uses the object, must not call back into the
 * object, and never sees a secret: lines are composed from an allow-list, not filtered afterwards.
 */
struct postage_logger {
    size_t size; /**< set by the INIT macro */
    void (*write)(void *context, enum postage_log_level level, const char *subsystem, const char *line); /**< NULL: no log */
    void *context;                                                                                       /**< for `write` */
    enum postage_log_level level; /**< lines above this level are not composed at all */
};
/** No log. */
/* clang-format off */
#define POSTAGE_LOGGER_INIT { sizeof(struct postage_logger), NULL, NULL, POSTAGE_LOG_OFF }
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
