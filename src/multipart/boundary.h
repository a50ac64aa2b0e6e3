/* The line that separates parts: drawing an unguessable one, and telling whether one is well formed. */
#ifndef POSTAGE_MULTIPART_BOUNDARY_H
#define POSTAGE_MULTIPART_BOUNDARY_H

#include "base/random.h"
#include "base/slice.h"
#include "postage/body.h"

/*
 * Writes POSTAGE_BOUNDARY_DRAWN characters of [A-Za-z0-9], each as likely as any other, and a NUL. An attacker who guesses them
 * adds parts to the form from inside a field's value. @return OK or ERR_CRYPTO.
 */
enum postage_status boundary_draw(struct random_pool *pool, char *out);

/* What the encoder sends: 1 to 70 of [A-Za-z0-9'_-], which needs no quotes in a header. */
bool boundary_is_plain(struct slice boundary);

/* What a reader accepts. RFC 2046 5.1.1 bchars: 1 to 70 of [A-Za-z0-9'()+_,-./:=? ], the last one not a space. */
bool boundary_is_valid(struct slice boundary);

#endif
