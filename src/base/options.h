/* How structs of callers are taken: the growth rule of postage/api.h. */
#ifndef POSTAGE_BASE_OPTIONS_H
#define POSTAGE_BASE_OPTIONS_H

#include "postage/status.h"

/* The size of a struct in the version whose last member was `last`; later ones begin behind it, padding included. */
#define OPTIONS_SIZE(type, last)                                                                                               \
    ((offsetof(type, last) + sizeof(((type *)0)->last) + _Alignof(type) - 1) / _Alignof(type) * _Alignof(type))

/*
 * Copies a caller's struct into ours, which is zeroed otherwise. The first member of both is `size_t size`; a struct from
 * newer headers is taken if what we do not know of it is zero. Afterwards our `size` is `our_size`.
 *
 * `sizes` are those of the versions so far, the first one first, ended by 0; `what` names the struct in the message.
 * Returns POSTAGE_OK or ERR_INVALID: the size is not set, or none that a version had; or a field is set that we do not know.
 */
enum postage_status options_take(void *ours, size_t our_size, const size_t *sizes, const void *theirs, const char *what,
                                 struct postage_error *err);

/* The same for a struct that has had one version so far, whose last member is `last`. */
#define OPTIONS_TAKE(ours, theirs, type, last, err)                                                                            \
    options_take((ours), sizeof(type), (const size_t[]){ OPTIONS_SIZE(type, last), 0 }, (theirs), #type, (err))

#endif
